"""A take that nobody holds ends after a silence, and any take when it has become too long."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from dictation.desktop.notices import Notice, longest
from dictation.desktop.take_limits import TakeLimits
from dictation.recognition.messages import Stage
from dictation.session import Idle, Listening, State, Trailing
from dictation.settings import MicrophoneSettings, Settings

SECOND_MS = 25
SPEAKING = True


class FakeChoices(QObject):
    changed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.settings = Settings(microphone=MicrophoneSettings(silence_stop_s=2))

    def choose(self, **changed: Any) -> None:
        before = self.settings
        self.settings = replace(before, microphone=replace(before.microphone, **changed))
        self.changed.emit(before, self.settings)


class FakeRecogniser(QObject):
    voice = Signal(int, bool)
    stage = Signal(object)
    substituted = Signal(object)


class Stopwatch:
    """The limits, and when they were reached."""

    def __init__(self, qt: QApplication) -> None:
        self.qt = qt
        self.choices, self.recogniser = FakeChoices(), FakeRecogniser()
        self.told: list[Notice] = []
        self.is_held = False
        self.reached = 0
        notifier: Any = SimpleNamespace(show=lambda _take, notice: self.told.append(notice))
        choices: Any = self.choices
        recogniser: Any = self.recogniser
        self.limits = TakeLimits(
            choices, recogniser, notifier, lambda: self.is_held, second_ms=SECOND_MS
        )
        self.limits.reached.connect(self._on_reached)
        self.recogniser.stage.emit(Stage.READY)

    def begin(self, take: int = 1) -> None:
        self.limits.on_handled((), State(Listening(take)))

    def speak(self, take: int = 1) -> None:
        self.recogniser.voice.emit(take, SPEAKING)

    def fall_silent(self, take: int = 1) -> None:
        self.recogniser.voice.emit(take, not SPEAKING)

    def wait_until_reached(self) -> float:
        """In seconds of the limits."""
        begun_s = time.monotonic()
        while not self.reached:
            assert time.monotonic() < begun_s + 10
            self.qt.processEvents()
            time.sleep(0.001)
        return (time.monotonic() - begun_s) * 1000 / SECOND_MS

    def stays(self, seconds: float) -> bool:
        """Whether the take goes on for so long."""
        until_s = time.monotonic() + seconds * SECOND_MS / 1000
        while time.monotonic() < until_s:
            self.qt.processEvents()
            time.sleep(0.001)
        return not self.reached

    def _on_reached(self) -> None:
        self.reached += 1
        self.limits.on_handled((), State(Idle()))


@pytest.fixture
def watch(qt: QApplication) -> Stopwatch:
    return Stopwatch(qt)


def test_a_take_ends_after_so_much_silence(watch: Stopwatch) -> None:
    watch.begin()
    watch.speak()
    assert watch.stays(6)
    watch.fall_silent()

    assert watch.wait_until_reached() >= 1.8  # Qt's timers may be 5 % early
    assert watch.stays(0) is False
    assert watch.told == []


def test_a_take_in_which_nothing_was_ever_said_ends_too(watch: Stopwatch) -> None:
    watch.begin()
    assert watch.wait_until_reached() >= 1.8


def test_each_word_counts_anew(watch: Stopwatch) -> None:
    watch.choices.choose(silence_stop_s=20)
    watch.begin()
    for _ in range(3):
        watch.fall_silent()
        assert watch.stays(9)
        watch.speak()


def test_no_silence_ends_a_take_while_the_key_is_held(watch: Stopwatch) -> None:
    watch.is_held = True
    watch.begin()
    watch.fall_silent()
    assert watch.stays(6)

    watch.is_held = False

    watch.wait_until_reached()


def test_while_the_model_is_loaded_nobody_knows_of_a_silence(watch: Stopwatch) -> None:
    watch.recogniser.stage.emit(Stage.LOADING)
    watch.begin()
    assert watch.stays(6)
    watch.recogniser.stage.emit(Stage.READY)
    assert watch.stays(6)  # it has yet to hear what was said meanwhile

    watch.speak()
    watch.fall_silent()

    watch.wait_until_reached()


@pytest.mark.parametrize("sign", ["stage", "substituted"])
def test_a_recogniser_that_begins_anew_knows_of_no_silence_before_it_has_caught_up(
    watch: Stopwatch, sign: str
) -> None:
    watch.begin()
    watch.speak()
    watch.fall_silent()
    getattr(watch.recogniser, sign).emit(Stage.LOADING)
    watch.recogniser.stage.emit(Stage.READY)
    assert watch.stays(6)

    watch.fall_silent()

    watch.wait_until_reached()


def test_the_voice_of_another_take_means_nothing(watch: Stopwatch) -> None:
    watch.begin(2)
    watch.speak(2)
    watch.fall_silent(1)
    assert watch.stays(6)


@pytest.mark.parametrize("over", [State(Trailing(1)), State(Idle())])
def test_a_take_that_is_over_is_not_ended_again(watch: Stopwatch, over: State) -> None:
    watch.begin()
    watch.limits.on_handled((), over)
    assert watch.stays(6)


def test_without_the_setting_silence_may_last(watch: Stopwatch) -> None:
    watch.begin()
    watch.choices.choose(silence_stop_s=0)
    assert watch.stays(6)

    watch.choices.choose(silence_stop_s=1)

    watch.wait_until_reached()


def test_a_take_that_is_too_long_ends_and_the_user_is_told(watch: Stopwatch) -> None:
    watch.choices.choose(longest_take_minutes=1)
    watch.is_held = True
    watch.begin()
    watch.speak()
    for _ in range(3):
        assert watch.stays(10)
        watch.limits.on_handled((), State(Listening(1)))  # other events do not begin it anew

    assert watch.wait_until_reached() < 50
    assert watch.told == [longest(1)]


def test_the_longest_take_may_be_changed_while_it_goes_on(watch: Stopwatch) -> None:
    watch.begin()
    watch.speak()
    assert watch.stays(61)

    watch.choices.choose(longest_take_minutes=1)

    assert watch.wait_until_reached() < 30
