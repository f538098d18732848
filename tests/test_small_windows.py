"""The window in the tray's place, the doctor's, and the one about the program."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableWidget,
    QWidget,
)

from dictation import doctor, paths
from dictation.desktop.enquiry import credits
from dictation.desktop.enquiry.about_window import AboutWindow
from dictation.desktop.enquiry.doctor_window import DoctorWindow, summary
from dictation.desktop.server_dialog import Entry, ServerDialog
from dictation.desktop.tray import Tray, TrayState
from dictation.desktop.tray.place import TrayPlace
from dictation.desktop.tray.stand_in import StandIn
from dictation.desktop.tray.state import Status
from dictation.doctor import Finding, Health

from . import window_audit
from .test_tray import heard

PATIENCE_S = 20
W = TypeVar("W", bound=QWidget)
FINDINGS = [
    Finding("dictation", Health.GOOD, "0.1.0"),
    Finding("speech model", Health.BAD, "It is not here.", "Run `dictation model download`."),
    Finding("insertion", Health.LIMITED, "through copying"),
]


def wait(true: Callable[[], object]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until_s
        QApplication.processEvents()
        time.sleep(0.002)


def the(window: QWidget, kind: type[W], name: str) -> W:
    """The visible one with that on it, or of that accessible name."""
    (found,) = (
        widget
        for widget in window.findChildren(kind)
        if widget.isVisibleTo(window)
        and name in (widget.accessibleName(), widget.text().replace("&", ""))  # type: ignore[attr-defined]
    )
    return found


def texts(window: QWidget) -> str:
    return "\n".join(
        label.text() for label in window.findChildren(QLabel) if label.isVisibleTo(window)
    )


@pytest.fixture
def tray(qt: QApplication) -> Iterator[Tray]:
    tray = Tray()
    yield tray
    tray.hide()


@pytest.fixture
def stand_in(tray: Tray) -> Iterator[StandIn]:
    window = StandIn(tray, QMenu())
    window.show()
    assert QTest.qWaitForWindowExposed(window)
    yield window
    window.close()


# --- where there is no tray


class Panel:
    """A tray that comes when it is told to."""

    def __init__(self) -> None:
        self.is_there = False
        self.told: list[str] = []
        self.owner = QWidget()
        self.place = TrayPlace(lambda: self.is_there, self.owner, patience_ms=50)
        self.place.missing.connect(lambda: self.told.append("missing"))
        self.place.found.connect(lambda: self.told.append("found"))
        self.place.begin()


def test_a_tray_that_comes_within_the_time_is_not_missed(qt: QApplication) -> None:
    panel = Panel()
    panel.is_there = True
    wait(lambda: panel.told)
    assert panel.told == ["found"]


def test_a_tray_that_comes_later_is_found(qt: QApplication) -> None:
    panel = Panel()
    wait(lambda: panel.told)
    panel.is_there = True
    wait(lambda: "found" in panel.told)
    assert panel.told == ["missing", "found"]


def stand_ins() -> list[StandIn]:
    """Those that can be seen."""
    windows = QApplication.topLevelWidgets()
    return [each for each in windows if isinstance(each, StandIn) and each.isVisible()]


def test_the_window_does_not_come_while_somebody_dictates(tray: Tray) -> None:
    """A compositor may give it the focus, and the text would find another program there."""

    (place,) = tray.findChildren(TrayPlace)
    tray.show_state(TrayState.LISTENING)
    place.missing.emit()
    assert not stand_ins()
    tray.show_state(TrayState.WORKING)
    assert not stand_ins()
    tray.show_state(TrayState.IDLE)
    assert stand_ins()
    tray.hide()
    assert not stand_ins()


def test_the_window_in_the_trays_place_shows_what_the_tray_would(stand_in: StandIn) -> None:
    stand_in.show_status(Status(TrayState.IDLE, hotkey="F9"))
    assert "Ready, hold F9 and speak" in texts(stand_in)
    assert "What you dictate will stand here." in texts(stand_in)
    assert not the(stand_in, QPushButton, "Copy").isEnabled()

    stand_in.show_status(Status(TrayState.LISTENING, hotkey="F9"))
    stand_in.set_last_text("Hello there.")
    assert "Listening" in texts(stand_in)
    assert "“Hello there.”" in texts(stand_in)
    assert the(stand_in, QPushButton, "Stop").isEnabled()


def test_its_buttons_ask_for_what_they_say(tray: Tray, stand_in: StandIn) -> None:
    toggled, copied, model = map(
        heard, (tray.toggle_asked, tray.copy_last_asked, tray.first_run_asked)
    )
    stand_in.set_last_text("Hello.")
    stand_in.show_status(Status(TrayState.NO_MODEL))
    for name in ("Start", "Copy", "Get the speech model…"):
        QTest.keyClick(the(stand_in, QPushButton, name), Qt.Key.Key_Space)
    assert (toggled, copied, model) == ([()], [()], [()])


def test_it_has_the_trays_menu_and_goes_with_escape(tray: Tray) -> None:
    tray.present()
    (window,) = stand_ins()
    assert window.isVisible()
    menus = [button.menu() for button in window.findChildren(QWidget) if hasattr(button, "menu")]
    assert [menu.actions()[1].text() for menu in menus if menu] == ["&Start dictation"]
    assert QTest.qWaitForWindowActive(window)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    tray.present()
    assert window.isVisible()


# --- the doctor


@pytest.fixture
def open_doctor(qt: QApplication) -> Iterator[Callable[..., DoctorWindow]]:
    opened: list[DoctorWindow] = []

    def open_(examine: Callable[[], list[Finding]] = lambda: FINDINGS) -> DoctorWindow:
        window = DoctorWindow(examine)
        opened.append(window)
        window.show()
        assert QTest.qWaitForWindowExposed(window)
        return window

    yield open_
    for window in opened:
        window.close()


def test_the_doctor_looks_without_holding_up_the_window(
    open_doctor: Callable[..., DoctorWindow],
) -> None:
    may_go_on = threading.Event()

    def examine() -> list[Finding]:
        assert may_go_on.wait(PATIENCE_S)
        return FINDINGS

    window = open_doctor(examine)
    assert "Looking…" in texts(window)
    assert not the(window, QPushButton, "Look again").isEnabled()

    may_go_on.set()
    wait(lambda: the(window, QPushButton, "Look again").isEnabled())
    for told in ("1 thing does not work, 1 thing works in part", "Speech model", "It is not here."):
        assert told in texts(window)


def test_what_the_doctor_tells_can_be_copied_and_looked_for_again(
    open_doctor: Callable[..., DoctorWindow],
) -> None:
    answers = [FINDINGS, FINDINGS[:1]]
    window = open_doctor(lambda: answers.pop(0))
    copy = the(window, QPushButton, "Copy all")
    wait(copy.isEnabled)
    QTest.keyClick(copy, Qt.Key.Key_Space)
    assert QApplication.clipboard().text() == doctor.as_text(FINDINGS)
    assert "✗ speech model: It is not here.\n    Run `dictation" in doctor.as_text(FINDINGS)

    QTest.keyClick(the(window, QPushButton, "Look again"), Qt.Key.Key_Space)
    wait(lambda: "Everything works" in texts(window))
    assert "Speech model" not in texts(window)


def test_many_things_are_told_in_the_plural() -> None:
    bad = FINDINGS[1]
    assert summary([bad, bad]) == "2 things do not work"
    assert summary([]) == "Everything works"


# --- about


@pytest.fixture
def about(qt: QApplication) -> Iterator[AboutWindow]:
    window = AboutWindow()
    window.show()
    assert QTest.qWaitForWindowExposed(window)
    yield window
    window.close()


def test_the_folders_of_the_user_are_opened(
    about: AboutWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    folders = {
        "Settings": paths.settings_file().parent,
        "Texts, recordings": paths.state_folder(),
        "Logs": paths.log_folder(),
    }
    for name, folder in folders.items():
        assert str(folder) in [field.text() for field in about.findChildren(QLineEdit)]
        QTest.keyClick(the(about, QPushButton, f"Open folder: {name}"), Qt.Key.Key_Space)
        assert folder.is_dir()
    assert [Path(url.toLocalFile()) for url in opened] == list(folders.values())


def test_every_package_that_we_ask_for_is_credited(about: AboutWindow) -> None:
    table = about.findChild(QTableWidget)
    shown = {table.item(row, 0).text() for row in range(table.rowCount())}
    assert {"SenseVoiceSmall", "FSMN-VAD", "Qt, PySide6", "FunASR", "ONNX Runtime"} <= shown
    assert shown == {credit.name for credit in credits.all_of_them()}


# --- all of them, without eyes and mouse


def made(kind: str, tray: Tray) -> QWidget:
    match kind:
        case "stand-in":
            window = StandIn(tray, QMenu())
            window.show_status(Status(TrayState.NO_MODEL))
            window.set_last_text("Hello.")
            return window
        case "doctor":
            return DoctorWindow(lambda: FINDINGS)
        case "about":
            return AboutWindow()
    return ServerDialog(Entry("http://192.168.1.20:2002", "secret", ""))


@pytest.mark.parametrize("kind", ["stand-in", "doctor", "about", "server"])
def test_it_is_used_by_keyboard_and_read_aloud(tray: Tray, kind: str) -> None:
    window = made(kind, tray)
    window.show()
    assert QTest.qWaitForWindowExposed(window)
    if isinstance(window, DoctorWindow):
        wait(lambda: "Insertion" in texts(window))
    window_audit.check(window)
    window.close()
