"""The level meter: what it shows and says of a microphone, and that it stands back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from dictation.audio.level import Meter
from dictation.audio.listening import Listening
from dictation.audio.microphone import Block
from dictation.desktop.widgets.level_meter import LevelMeter
from dictation.desktop.widgets.level_state import Hears, LevelState, after
from dictation.errors import MicrophoneBusy, MicrophoneMissing

PATIENCE_S = 10
QUIET = np.full((320, 1), 1e-3, np.float32) * np.resize([1, -1], (320, 1)).astype(np.float32)
LOUD = QUIET * 100
DEAD = np.zeros((320, 2), np.float32)


def seen(blocks: list[Block], seconds: float) -> LevelState:
    state = LevelState()
    for _ in range(round(seconds * 50)):
        state = after(state, blocks, 0.02)
    return state


def test_a_voice_moves_the_bar_and_is_told() -> None:
    assert seen([LOUD], 0.2).height > 0.6
    assert seen([LOUD], 0.2).hears is Hears.VOICE
    assert seen([QUIET], 0.2).hears is Hears.NOTHING_YET


def test_a_voice_that_ends_lets_the_bar_fall_smoothly() -> None:
    loud = seen([LOUD], 0.3)

    falling = after(loud, [QUIET], 0.03)

    assert 0.5 * loud.height < falling.height < loud.height


def test_a_microphone_that_is_switched_off_is_told_from_one_that_gives_nothing() -> None:
    assert seen([DEAD], 2).hears is Hears.DEAD
    assert seen([], 2).hears is Hears.MUTE
    assert after(seen([DEAD], 2), [QUIET], 0.02).hears is Hears.NOTHING_YET


class FakeMicrophones:
    """Stands in for the sound system."""

    def __init__(self) -> None:
        self.errors: dict[str, Exception] = {}
        self.open: list[str] = []
        self.opened: list[str] = []

    def __call__(
        self, device: str, on_block: Callable[[Block], None], on_end: Callable[[], None]
    ) -> FakeStream:
        if device in self.errors:
            raise self.errors[device]
        self.open.append(device)
        self.opened.append(device)
        self.on_block, self.on_end = on_block, on_end
        return FakeStream(self, device)


class FakeStream:
    rate_hz, overflows = 16_000, 0

    def __init__(self, microphones: FakeMicrophones, device: str) -> None:
        self._microphones, self._device = microphones, device

    def close(self) -> None:
        self._microphones.open.remove(self._device)


class Desk:
    def __init__(self, qt: QApplication) -> None:
        self.qt = qt
        self.microphones = FakeMicrophones()
        self.taking = Meter()
        self.meter = LevelMeter(
            taking=self.taking, listen=lambda device: Listening(device, self.microphones)
        )
        self.spoken: list[bool] = []
        self.meter.heard.connect(lambda: self.spoken.append(True))

    def wait(self, true: Callable[[], object]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < until_s
            QTest.qWait(5)

    def says(self, text: str) -> bool:
        (label,) = self.meter.findChildren(QLabel)
        return text in label.text()


@pytest.fixture
def desk(qt: QApplication) -> Iterator[Desk]:
    desk = Desk(qt)
    yield desk
    desk.meter.close()
    desk.meter.deleteLater()


def test_it_listens_only_while_it_is_seen(desk: Desk) -> None:
    assert not desk.microphones.opened

    desk.meter.show()
    desk.wait(lambda: desk.microphones.open == [""])
    desk.meter.hide()

    desk.wait(lambda: not desk.microphones.open)


def test_it_says_once_that_somebody_speaks(desk: Desk) -> None:
    desk.meter.show()
    desk.wait(lambda: desk.microphones.open)

    def spoken() -> bool:
        desk.microphones.on_block(LOUD)
        return desk.says("You are heard.")

    desk.wait(spoken)
    assert desk.spoken == [True]


def test_it_goes_over_to_another_microphone(desk: Desk) -> None:
    desk.meter.show()
    desk.wait(lambda: desk.microphones.open == [""])

    desk.meter.listen_to("Headset")

    desk.wait(lambda: desk.microphones.open == ["Headset"])


def test_what_is_wrong_is_said_in_words_and_it_comes_back_by_itself(desk: Desk) -> None:
    desk.microphones.errors = {"": MicrophoneBusy(), "Headset": MicrophoneMissing(name="Headset")}
    desk.meter.show()
    desk.wait(lambda: desk.says("Another program keeps the microphone to itself."))

    desk.meter.listen_to("Headset")
    desk.wait(lambda: desk.says("Headset is not connected."))
    desk.microphones.errors = {}

    desk.wait(lambda: desk.says("Say something"))


def test_a_microphone_that_gives_nothing_or_silence_is_told(desk: Desk) -> None:
    desk.meter.show()
    desk.wait(lambda: desk.says("Nothing comes from the microphone"))

    def silent() -> bool:
        desk.microphones.on_block(DEAD)
        return desk.says("Only silence comes from it.")

    desk.wait(silent)


def test_it_lets_go_while_a_dictation_is_recorded_and_shows_that_one(desk: Desk) -> None:
    desk.meter.show()
    desk.wait(lambda: desk.microphones.open)

    def taken() -> bool:
        desk.taking.hear(LOUD[:, 0])
        return desk.says("A dictation is being recorded.") and not desk.microphones.open

    desk.wait(taken)

    desk.wait(lambda: desk.microphones.open)


def test_a_stream_that_had_to_be_closed_for_a_dictation_is_opened_again(desk: Desk) -> None:
    desk.meter.show()
    desk.wait(lambda: desk.microphones.open)

    desk.microphones.on_end()

    desk.wait(lambda: len(desk.microphones.opened) == 2)
