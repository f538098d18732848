"""The window of the first steps, without a recogniser: each step as somebody takes it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
)

from dictation import paths
from dictation.audio.microphone import Block
from dictation.desktop.choices import Choices
from dictation.desktop.first_run import FirstRun
from dictation.desktop.first_run.stamp import is_first, is_first_start
from dictation.desktop.first_run.step import Step
from dictation.desktop.keys import DICTATE
from dictation.desktop.models.desk import ModelDesk
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.tray import Tray
from dictation.errors import DictationError, HotkeyTaken, ModelMissing, NoMicrophone
from dictation.gesture import Wish
from dictation.recognition.messages import Stage
from dictation.settings import HotkeyMode, HotkeySettings, Settings
from dictation.speech import Transcript

from . import window_audit
from .test_model_panel import SMALL

PATIENCE_S = 20
MISSING = ModelMissing(name="Small", size="10 MB")


class FakeRecogniser(QObject):
    prepared = Signal(float)
    stage = Signal(object)
    failed = Signal(int, object)
    recognised = Signal(object)

    def look_again(self) -> None: ...


class FakeKeys(QObject):
    wished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.troubles: dict[str, DictationError] = {}


class FakeListening:
    """A microphone into which somebody speaks as soon as ``voice`` is set."""

    voice = False
    trouble = None

    def __init__(self, device: str) -> None:
        self.device = device

    def heard(self) -> list[Block]:
        loud = 0.2 if FakeListening.voice else 0.0005
        noise = np.random.default_rng(1).standard_normal((320, 1))
        return [(loud * noise).astype(np.float32)]

    def end(self) -> None: ...


class Newcomer:
    """Somebody who starts the program for the first time."""

    def __init__(self, qt: QApplication, chosen: Settings = Settings()) -> None:  # noqa: B008
        self.qt = qt
        self.recogniser, self.keys = FakeRecogniser(), FakeKeys()
        self.choices = Choices(chosen, Tray(), {}, lambda: "")
        self.lent: list[bool] = []
        self.names = ["Headset", "Webcam"]
        means: Any = Means(
            choices=self.choices,
            login=None,  # type: ignore[arg-type]
            microphones=lambda: self.names,
            listen=FakeListening,  # type: ignore[arg-type]
            taking=None,
            why_not_key=lambda name: HotkeyTaken(key=name) if name == "F12" else None,
            lend_keys=self.lent.append,
            enter_server=lambda _entry: None,
            play=lambda _volume: None,
            open_file=lambda: None,
        )
        recogniser: Any = self.recogniser
        self.models = ModelDesk(recogniser, self.choices, model=SMALL)
        self.models.begin()
        self.first_run = FirstRun(means, self.models, self.keys, recogniser)
        self.first_run.open()
        self.wait(lambda: "Small: Not on this computer yet" in self.words())

    @property
    def window(self) -> Any:
        (window,) = [
            widget
            for widget in QApplication.topLevelWidgets()
            if widget.windowTitle() == "Set up Dictation" and widget.isVisible()
        ]
        return window

    def leave(self) -> None:
        self.first_run.end()
        self.models.end()
        self.choices.end()
        self.qt.processEvents()

    def wait(self, true: Callable[[], object]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < until_s, self.words()
            self.qt.processEvents()
            time.sleep(0.002)

    def words(self) -> str:
        labels = self.window.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    def done(self) -> list[str]:
        steps = self.window.findChildren(Step)
        return [step.accessibleName() for step in steps if step.is_done]

    def combo(self, name: str) -> QComboBox:
        (found,) = [
            combo for combo in self.window.findChildren(QComboBox) if combo.accessibleName() == name
        ]
        assert isinstance(found, QComboBox)
        return found

    def button(self, label: str) -> QPushButton:
        (found,) = [
            button for button in self.window.findChildren(QPushButton) if button.text() == label
        ]
        assert isinstance(found, QPushButton)
        return found

    @property
    def box(self) -> QPlainTextEdit:
        box = self.window.findChild(QPlainTextEdit)
        assert isinstance(box, QPlainTextEdit)
        return box


@pytest.fixture
def newcomer(qt: QApplication) -> Iterator[Newcomer]:
    FakeListening.voice = False
    newcomer = Newcomer(qt)
    yield newcomer
    newcomer.leave()


def test_a_voice_ticks_the_microphone_off_and_another_one_can_be_chosen(
    newcomer: Newcomer,
) -> None:
    assert newcomer.done() == []
    combo = newcomer.combo("Microphone")
    assert [combo.itemText(at) for at in range(3)] == ["System default", "Headset", "Webcam"]

    QTest.keyClicks(combo, "Webcam")
    assert newcomer.choices.settings.microphone.device == "Webcam"
    FakeListening.voice = True
    newcomer.wait(lambda: newcomer.done() == ["Microphone: done"])


def test_the_hotkey_lights_its_lamp_and_is_ticked_off(newcomer: Newcomer) -> None:
    newcomer.keys.wished.emit(Wish.START)
    assert "F9 is heard. Listening…" in newcomer.words()
    newcomer.keys.wished.emit(Wish.STOP)
    assert "F9 is heard." in newcomer.words()
    assert newcomer.done() == ["Hotkey: done"]


def test_another_key_and_mode_hold_at_once_and_a_taken_one_is_named(newcomer: Newcomer) -> None:
    key = newcomer.button("F9")
    QTest.keyClick(key, "\r")
    QTest.keyClick(key, Qt.Key.Key_F12)
    assert "Another program has taken the key F12" in newcomer.words()
    assert newcomer.choices.settings.hotkey.key == "F9"

    QTest.keyClick(key, "\r")
    QTest.keyClick(key, Qt.Key.Key_F8)
    assert newcomer.choices.settings.hotkey.key == "F8"
    assert "Press F8 now" in newcomer.words()
    assert newcomer.lent == [True, False, True, False]

    QTest.keyClicks(newcomer.combo("What it does"), "Press")
    assert newcomer.choices.settings.hotkey.mode is HotkeyMode.TOGGLE
    assert "Press F8, say a sentence, and press it again." in newcomer.words()


def test_a_key_that_another_program_has_is_told_from_the_start(newcomer: Newcomer) -> None:
    newcomer.window.close()
    newcomer.keys.troubles[DICTATE] = HotkeyTaken(key="F9")
    newcomer.first_run.open()
    assert "Another program has taken the key F9" in newcomer.words()


def test_who_dictates_before_the_window_means_its_box(newcomer: Newcomer) -> None:
    newcomer.button("Done").setFocus()
    newcomer.wait(newcomer.window.isActiveWindow)
    newcomer.keys.wished.emit(Wish.START)
    newcomer.wait(newcomer.box.hasFocus)


def test_words_in_the_box_tick_off_all_that_they_prove(newcomer: Newcomer) -> None:
    newcomer.recogniser.stage.emit(Stage.READY)
    assert newcomer.done() == ["Speech model: done"]
    assert "Hold F9, say a sentence, and let go." in newcomer.words()
    assert "once the model has arrived" not in newcomer.words()

    newcomer.box.insertPlainText("Hello.")

    assert len(newcomer.done()) == 4
    assert "That is all." in newcomer.words()


def test_what_is_said_before_there_is_a_model_appears_once_it_is_understood(
    newcomer: Newcomer,
) -> None:
    assert "appears here once the model has arrived" in newcomer.words()
    newcomer.wait(newcomer.window.isActiveWindow)
    newcomer.first_run.on_began(7)
    newcomer.recogniser.failed.emit(7, MISSING)
    newcomer.recogniser.failed.emit(6, MISSING)  # said elsewhere
    newcomer.choices.choose(replace(newcomer.choices.settings, replacements={"helo": "Hello"}))

    newcomer.recogniser.recognised.emit(Transcript(6, (), "elsewhere"))
    newcomer.recogniser.recognised.emit(Transcript(7, (), "helo there"))
    newcomer.recogniser.recognised.emit(Transcript(7, (), "helo there"))

    assert newcomer.box.toPlainText() == "Hello there\n"


def test_the_window_closes_with_escape_and_comes_back_as_it_was(newcomer: Newcomer) -> None:
    newcomer.box.insertPlainText("Hello.")
    assert newcomer.first_run.tells(MISSING)
    QTest.keyClick(newcomer.box, Qt.Key.Key_Escape)
    assert not newcomer.first_run.tells(MISSING)
    newcomer.first_run.open()
    assert newcomer.box.toPlainText() == "Hello."
    assert not newcomer.first_run.tells(NoMicrophone())


def test_the_window_is_used_without_eyes_and_mouse(newcomer: Newcomer) -> None:
    window_audit.check(newcomer.window)


def test_everything_is_reached_with_tab_and_has_a_name(newcomer: Newcomer) -> None:
    newcomer.wait(newcomer.window.isActiveWindow)
    names = []
    newcomer.combo("Microphone").setFocus()
    for _ in range(7):
        widget = QApplication.focusWidget()
        assert widget is not None
        names.append(getattr(widget, "text", lambda: "")() or widget.accessibleName())
        QTest.keyClick(widget, "\t")
    assert names == [
        "Microphone",
        "F9",
        "What it does",
        "Download (10 MB)",
        "Other model",
        "Your words appear here",
        "Done",
    ]


def test_at_twice_the_text_size_it_scrolls_and_nothing_is_cut(qt: QApplication) -> None:
    usual = qt.font()
    large = qt.font()
    large.setPointSizeF(usual.pointSizeF() * 2)
    qt.setFont(large)
    newcomer = Newcomer(qt)
    try:
        newcomer.window.resize(700, 500)
        qt.processEvents()
        page = newcomer.window.findChild(QScrollArea).widget()
        assert page.width() <= 700
        for label in page.findChildren(QLabel):
            if label.isVisible() and label.text() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
    finally:
        newcomer.leave()
        qt.setFont(usual)


# --- when it shows itself


@pytest.mark.parametrize(
    "known",
    [{}, {"is_shown": True}, {"has_settings": True}, {"has_history": True}, {"model": "demo"}],
)
def test_only_who_has_never_used_the_program_sees_it_unasked(
    known: dict[str, Any],
) -> None:
    usual: dict[str, Any] = {
        "is_shown": False, "has_settings": False, "has_history": False, "model": None
    }  # fmt: skip
    assert is_first(**usual | known) is (not known)


def test_once_shown_it_is_not_the_first_start_any_more(newcomer: Newcomer) -> None:
    assert not is_first_start(None)
    for file in Path(paths.state_folder()).iterdir():
        if file.is_file():
            file.unlink()
    assert is_first_start(None)


def test_the_settings_of_a_hotkey_are_shown_as_they_are(qt: QApplication) -> None:
    chosen = Settings(hotkey=HotkeySettings(key="F7", mode=HotkeyMode.TAP_OR_HOLD))
    newcomer = Newcomer(qt, chosen)
    assert newcomer.button("F7").isVisible()
    assert newcomer.combo("What it does").currentText() == "Tap, or hold and speak"
    newcomer.leave()
