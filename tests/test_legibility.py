"""Every text of our windows is read without effort: on light and dark, and at twice the size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QMenu,
    QScrollArea,
    QTableView,
    QWidget,
)
from scenes.stage import Theme, palette

from dictation.desktop.enquiry.about_window import AboutWindow
from dictation.desktop.enquiry.doctor_window import DoctorWindow
from dictation.desktop.history_window import HistoryWindow
from dictation.desktop.history_window.player import Player
from dictation.desktop.muted import LEAST_CONTRAST, contrast, legible, muted
from dictation.desktop.server_dialog import Entry, ServerDialog
from dictation.desktop.tray import Tray
from dictation.desktop.tray.stand_in import StandIn
from dictation.desktop.tray.state import Status, TrayState
from dictation.history import History
from dictation.settings import HistorySettings
from dictation.speech import Emotion, Language

from . import window_audit
from .history_takes import dictated
from .test_small_windows import FINDINGS, texts, wait

WINDOWS = ("stand_in", "doctor", "about", "server", "history_window")


@pytest.fixture(params=list(Theme))
def theme(qt: QApplication, request: pytest.FixtureRequest) -> Iterator[Theme]:
    before = qt.palette()
    qt.setPalette(palette(request.param))
    yield request.param
    qt.setPalette(before)


@pytest.fixture
def twice_as_large(qt: QApplication) -> Iterator[None]:
    before = qt.font()
    large = QFont(before)
    large.setPointSizeF(before.pointSizeF() * 2)
    qt.setFont(large)
    yield
    qt.setFont(before)


class Windows:
    """Opens them by name, with something in each."""

    def __init__(self, folder: Path) -> None:
        self._tray = Tray()
        self._opened: list[QWidget] = []
        self._history = History(folder / "history.sqlite3", kept=HistorySettings())

    def __call__(self, name: str) -> QWidget:
        window = getattr(self, f"_{name}")()
        self._opened.append(window)
        window.show()
        assert QTest.qWaitForWindowExposed(window)
        awaited = {"doctor": "Insertion", "history_window": "Happy"}.get(name, "")
        wait(lambda: awaited in texts(window))
        return window

    def close(self) -> None:
        for window in self._opened:
            window.close()
        self._history.close()

    def _stand_in(self) -> QWidget:
        window = StandIn(self._tray, QMenu())
        window.show_status(Status(TrayState.NO_MODEL, files="Transcribing talk: 43%"))
        window.set_last_text("The train leaves at 9:45. " * 5)
        return window

    def _doctor(self) -> QWidget:
        return DoctorWindow(lambda: FINDINGS)

    def _about(self) -> QWidget:
        return AboutWindow()

    def _server(self) -> QWidget:
        return ServerDialog(Entry("http://192.168.1.20:2002", "secret", ""))

    def _history_window(self) -> QWidget:
        dictated(self._history, "今天天气很好。", Language.CHINESE)
        dictated(self._history, "That made my day!", emotion=Emotion.HAPPY)
        window = HistoryWindow(self._history, Player(), "F9")
        window.show_retention(HistorySettings(private=True))
        return window


@pytest.fixture
def open_window(qt: QApplication, tmp_path: Path) -> Iterator[Windows]:
    windows = Windows(tmp_path)
    yield windows
    windows.close()


@pytest.mark.parametrize("name", WINDOWS)
def test_all_labels_have_enough_contrast(open_window: Windows, name: str, theme: Theme) -> None:
    window = open_window(name)
    found = {
        label.text()[:40]: round(contrast(*colours(label)), 2)
        for label in window.findChildren(QLabel)
        if label.text() and label.isVisibleTo(window) and label.isEnabled()
    }
    assert found
    assert {text: ratio for text, ratio in found.items() if ratio < LEAST_CONTRAST} == {}


def colours(label: QLabel) -> tuple[QColor, QColor]:
    """Of its text, and of what is behind it; what is half transparent is mixed."""
    ground_of: QWidget = label
    while ground_of.parentWidget() is not None and not ground_of.autoFillBackground():
        ground_of = ground_of.parentWidget()
    ground = ground_of.palette().color(ground_of.backgroundRole())
    text = label.palette().color(label.foregroundRole())
    part = text.alphaF()
    mixed = QColor.fromRgbF(
        *(
            part * ink + (1 - part) * paper
            for ink, paper in zip(text.getRgbF()[:3], ground.getRgbF()[:3], strict=True)  # type: ignore[index]
        )
    )
    return mixed, ground


def test_what_is_muted_is_dimmer_and_still_read(theme: Theme) -> None:
    colours = palette(theme)
    text, ground = colours.color(QPalette.ColorRole.WindowText), colours.window().color()
    dim = muted(text, ground)
    assert LEAST_CONTRAST <= contrast(dim, ground) < contrast(text, ground)


def test_a_ground_on_which_text_cannot_be_read_gives_way() -> None:
    blue, white = QColor("#308cc6"), QColor("white")
    assert contrast(blue, white) < LEAST_CONTRAST
    assert contrast(legible(blue, white), white) >= LEAST_CONTRAST
    assert legible(QColor("#003366"), white) == QColor("#003366")


@pytest.mark.parametrize("name", WINDOWS)
def test_nothing_is_cut_off_at_twice_the_text_size(
    open_window: Windows, name: str, twice_as_large: None
) -> None:
    window = open_window(name)
    QTest.qWait(0)
    cut = [window_audit.described(widget) for widget in shown(window) if is_cut(widget, window)]
    assert cut == []


def shown(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, QLabel | QAbstractButton)
        and widget.isVisibleTo(window)
        and not window_audit.is_part(widget)
        and not isinstance(widget.parentWidget(), QTableView)
    ]


def is_cut(widget: QWidget, window: QWidget) -> bool:
    """It has less room than it needs, or lies outside the window; what is scrolled does not."""
    if isinstance(widget, QLabel) and widget.sizePolicy().horizontalPolicy().name == "Ignored":
        return False  # it is elided, and its tooltip has all of it
    needed = widget.minimumSizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        if widget.heightForWidth(widget.width()) > widget.height():
            return True
    elif needed.width() > widget.width() or needed.height() > widget.height():
        return True
    if is_scrolled(widget):
        return False
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return not window.rect().contains(place)


def is_scrolled(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above is not None


def test_the_history_is_used_by_keyboard_and_read_aloud(
    open_window: Windows,
) -> None:
    window_audit.check(open_window("history_window"))
