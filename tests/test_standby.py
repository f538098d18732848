"""Between takes a microphone stays open or warm, as is wished, and nothing of it is kept long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dictation.audio import capture as capture_module
from dictation.audio.capture import Capture
from dictation.audio.journal import Journal
from dictation.audio.line import Standby
from dictation.audio.pre_roll import PRE_ROLL_MS, STALE_S, PreRoll
from dictation.audio.watch import IDLE_WAITS, IdleWatch
from dictation.errors import NoMicrophone
from dictation.speech import SAMPLE_RATE_HZ, Samples

from .test_capture import BLOCK, FakeMicrophone, FakeStream, Heard, kept, speech, wait_until

PRE_ROLL_SAMPLES = SAMPLE_RATE_HZ * PRE_ROLL_MS // 1000  # 4800
OPEN = Standby(keep_open=True)
WARM = Standby(keep_warm_s=30)
PRE_ROLL_BLOCKS = PRE_ROLL_SAMPLES // BLOCK


class Studio:
    """A capture with a microphone and a clock that obey the test."""

    def __init__(self, folder: Path, rate_hz: int = 16_000) -> None:
        self.folder = folder / "journal"
        self.journal = Journal(self.folder)
        self.heard, self.microphone = Heard(), FakeMicrophone(rate_hz)
        self.now_s = 100.0
        self.capture = Capture(
            self.journal,
            self.heard,
            open_stream=self.microphone.open_stream,
            look_again=self.microphone.look_again,
        )

    def stream(self, number: int = 1) -> FakeStream:
        wait_until(lambda: len(self.microphone.streams) >= number)
        return self.microphone.streams[number - 1]

    def settle(self) -> None:
        """All that was asked and given so far is dealt with."""
        dealt_with = threading.Event()
        self.capture._inbox.put(dealt_with.set)
        assert dealt_with.wait(5)

    def take(self, number: int, samples: Samples, stream: FakeStream) -> Samples:
        """Records them, from an open microphone; what the take has of it and of before."""
        self.capture.start(number)
        stream.give(samples)
        self.capture.stop(number)
        self.heard.wait_for("ended", number)
        heard = self.heard.samples(number)
        assert np.array_equal(kept(self.journal, number), heard)
        return heard

    def close(self) -> None:
        self.capture.close()
        self.journal.close()


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    studio = Studio(tmp_path)
    monkeypatch.setattr(capture_module, "time", SimpleNamespace(monotonic=lambda: studio.now_s))
    yield studio
    studio.close()


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes five seconds takes 250 ms."""
    monkeypatch.setattr(capture_module, "WAIT_S", 0.005)


def test_the_300_ms_before_a_take_are_its_beginning_without_a_seam(studio: Studio) -> None:
    studio.capture.stand_by(OPEN)
    said = speech(50 * BLOCK)
    studio.stream().give(said[: 30 * BLOCK])

    heard = studio.take(1, said[30 * BLOCK :], studio.stream())

    assert np.array_equal(heard, said[(30 - PRE_ROLL_BLOCKS) * BLOCK :])
    assert studio.heard.notes == [("began", 1), ("ended", 1)]
    assert studio.stream().is_open
    assert len(studio.microphone.streams) == 1


def test_nothing_is_on_disk_or_told_before_a_take(studio: Studio) -> None:
    studio.capture.stand_by(OPEN)
    studio.stream().give(speech(30 * BLOCK))
    studio.settle()

    assert list(studio.folder.glob("*")) == []
    assert studio.heard.chunks == []


def test_what_one_take_has_is_not_in_the_next_one_too(studio: Studio) -> None:
    studio.capture.stand_by(OPEN)
    first, second = speech(20 * BLOCK, seed=1), speech(20 * BLOCK, seed=2)
    between = speech(2 * BLOCK, seed=3)

    assert np.array_equal(studio.take(1, first, studio.stream()), first)
    studio.stream().give(between)
    heard = studio.take(2, second, studio.stream())

    assert np.array_equal(heard, np.concatenate([between, second]))


@pytest.mark.parametrize("standby", [OPEN, WARM])
def test_what_comes_after_the_next_take_has_begun_is_the_next_takes(
    studio: Studio, standby: Standby
) -> None:
    studio.capture.stand_by(standby)
    first, second = speech(5 * BLOCK, seed=1), speech(5 * BLOCK, seed=2)
    studio.capture.start(1)
    studio.stream().give(first)
    studio.settle()
    busy = threading.Event()
    studio.capture._inbox.put(lambda: busy.wait(5) and None)
    studio.capture.stop(1)
    studio.capture.start(2)
    studio.stream().give(second)
    busy.set()
    studio.capture.stop(2)
    studio.heard.wait_for("ended", 2)

    assert np.array_equal(studio.heard.samples(1), first)
    assert np.array_equal(studio.heard.samples(2), second)


def test_a_microphone_of_48_khz_goes_on_without_a_seam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = Studio(tmp_path, 48_000)
    monkeypatch.setattr(capture_module, "time", SimpleNamespace(monotonic=lambda: studio.now_s))
    tone = np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000).astype(np.float32) / 2
    studio.capture.stand_by(OPEN)
    studio.stream().give(tone[:24_000])

    heard = studio.take(1, tone[24_000:], studio.stream())
    studio.close()

    assert len(heard) == PRE_ROLL_SAMPLES + 8_000
    end = np.arange(16_000 - len(heard), 16_000) / 16_000
    assert np.abs(heard - np.sin(2 * np.pi * 440 * end) / 2)[100:-100].max() < 1e-3


def test_a_warm_microphone_begins_at_once_with_nothing_of_before(studio: Studio) -> None:
    studio.capture.stand_by(WARM)
    first, second = speech(5 * BLOCK, seed=1), speech(5 * BLOCK, seed=2)
    studio.capture.start(1)
    stream = studio.stream()
    stream.give(first)
    studio.capture.stop(1)
    studio.heard.wait_for("ended", 1)
    stream.give(speech(9 * BLOCK, seed=3))

    assert np.array_equal(studio.heard.samples(1), first)
    assert np.array_equal(studio.take(2, second, stream), second)
    assert studio.microphone.streams == [stream]


def test_a_warm_microphone_is_closed_when_its_time_is_over(studio: Studio) -> None:
    studio.capture.stand_by(WARM)
    for take in (1, 2):
        studio.capture.start(take)
        studio.stream().give(speech(BLOCK))
        studio.capture.stop(take)
        studio.heard.wait_for("ended", take)
        studio.settle()
        studio.now_s += 29.9
        studio.stream().give(speech(BLOCK))
        studio.settle()
        assert studio.stream().is_open

    studio.now_s += 0.2
    studio.stream().give(speech(3 * BLOCK))

    wait_until(lambda: not studio.stream().is_open)
    assert len(studio.microphone.streams) == 1


def test_a_warm_microphone_that_gives_nothing_is_closed_too(studio: Studio) -> None:
    studio.capture.stand_by(WARM)
    studio.capture.start(1)
    studio.stream().give(speech(BLOCK))
    studio.capture.stop(1)
    studio.heard.wait_for("ended", 1)
    studio.settle()

    studio.now_s += 31

    wait_until(lambda: not studio.stream().is_open)


def test_what_is_wished_applies_at_once(studio: Studio) -> None:
    studio.capture.stand_by(OPEN)
    assert studio.stream(1).is_open

    studio.capture.stand_by(Standby(device="headset", keep_open=True))
    assert studio.stream(2).is_open
    assert not studio.stream(1).is_open
    assert studio.microphone.devices == ["", "headset"]

    studio.capture.stand_by(Standby(device="headset"))
    wait_until(lambda: not studio.stream(2).is_open)


def test_a_take_that_is_recorded_goes_on_with_its_microphone(studio: Studio) -> None:
    studio.capture.stand_by(OPEN)
    said = speech(6 * BLOCK)
    studio.capture.start(1)
    studio.stream().give(said[: 3 * BLOCK])
    studio.capture.stand_by(Standby(device="headset", keep_open=True))
    studio.stream().give(said[3 * BLOCK :])
    studio.capture.stop(1)
    studio.heard.wait_for("ended", 1)

    assert np.array_equal(studio.heard.samples(1), said)
    assert studio.stream(2).is_open
    assert not studio.stream(1).is_open
    assert studio.microphone.devices == ["", "headset"]


def test_a_take_from_another_microphone_hears_nothing_of_the_open_one(studio: Studio) -> None:
    studio.capture.stand_by(OPEN)
    studio.stream(1).give(speech(20 * BLOCK, seed=1))
    studio.stream(1).at_close = [speech(BLOCK, seed=2)[:, None]]
    said = speech(5 * BLOCK, seed=3)
    studio.capture.start(1, "headset")
    studio.stream(2).give(said)
    studio.capture.stop(1)
    studio.heard.wait_for("ended", 1)

    assert np.array_equal(studio.heard.samples(1), said)
    assert studio.stream(3).is_open
    assert studio.microphone.devices == ["", "headset", ""]


def test_an_open_microphone_that_ends_by_itself_is_opened_again_and_nobody_is_told(
    studio: Studio, fast: None
) -> None:
    studio.capture.stand_by(OPEN)
    studio.stream(1).give(speech(BLOCK))
    studio.microphone.answers = [NoMicrophone(), NoMicrophone()]
    studio.stream(1).end()

    assert studio.stream(2).is_open
    assert studio.heard.notes == []
    assert studio.microphone.looks == 1  # the first; another would break off what is played


def test_an_open_microphone_that_gives_nothing_is_opened_anew(studio: Studio, fast: None) -> None:
    studio.capture.stand_by(OPEN)
    studio.stream(1).give(speech(BLOCK))

    assert studio.stream(2).is_open
    assert not studio.stream(1).is_open


def test_a_take_does_not_go_on_with_a_microphone_that_gives_nothing(studio: Studio) -> None:
    studio.capture.stand_by(OPEN)
    studio.stream(1).give(speech(20 * BLOCK, seed=1))
    studio.settle()
    studio.now_s += 0.6
    said = speech(4 * BLOCK, seed=2)
    studio.capture.start(1)
    studio.stream(2).give(said)
    studio.capture.stop(1)
    studio.heard.wait_for("ended", 1)

    assert np.array_equal(studio.heard.samples(1), said)


def test_without_a_microphone_only_a_take_tells_it(studio: Studio) -> None:
    studio.microphone.answers = [NoMicrophone()] * 6
    studio.capture.stand_by(OPEN)
    wait_until(lambda: len(studio.microphone.devices) >= 2)
    assert studio.heard.notes == []

    studio.capture.start(1)
    studio.heard.wait_for("ended", 1)

    assert studio.heard.notes == [("lost", 1, NoMicrophone), ("ended", 1)]


def test_a_microphone_that_only_stands_in_is_not_kept(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, fast: None
) -> None:
    monkeypatch.setattr(FakeStream, "is_substitute", True, raising=False)
    studio.capture.stand_by(Standby(device="headset", keep_open=True))
    wait_until(lambda: not studio.stream(1).is_open)

    for take in (1, 2):
        studio.capture.start(take, "headset")
        studio.stream(1 + take).give(speech(BLOCK))
        studio.capture.stop(take)
        studio.heard.wait_for("ended", take)
        assert not studio.stream(1 + take).is_open

    assert len(studio.microphone.streams) == 3


def test_the_pre_roll_is_forgotten_as_it_ages() -> None:
    pre_roll, said = PreRoll(), speech(PRE_ROLL_SAMPLES + 1000)[:, None]
    pre_roll.add(said[:1500], SAMPLE_RATE_HZ, 0.0)
    pre_roll.add(said[1500:], SAMPLE_RATE_HZ, 0.1)
    assert np.array_equal(np.concatenate(pre_roll.taken(0.1)), said[1000:])
    assert pre_roll.taken(0.1) == []

    pre_roll.add(said, SAMPLE_RATE_HZ, 0.2)
    assert pre_roll.frames == PRE_ROLL_SAMPLES
    pre_roll.forget_stale(0.2 + STALE_S + 0.01)
    assert pre_roll.frames == 0

    pre_roll.add(said[:100], SAMPLE_RATE_HZ, 1.0)
    assert pre_roll.taken(1.0 + STALE_S + 0.01) == []


def test_nothing_for_five_seconds_is_too_long() -> None:
    watch = IdleWatch()
    for _ in range(IDLE_WAITS - 1):
        assert not watch.waited()
    watch.block()
    assert [watch.waited() for _ in range(IDLE_WAITS)].index(True) == IDLE_WAITS - 1
