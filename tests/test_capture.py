"""A take is recorded whole, whatever the microphone does: with a microphone that obeys the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from dictation.audio import capture as capture_module
from dictation.audio.capture import Capture
from dictation.audio.journal import Journal
from dictation.audio.microphone import Block
from dictation.audio.watch import Step, Watch
from dictation.errors import (
    AudioError,
    AudioSystemMissing,
    MicrophoneLost,
    MicrophoneSilent,
    NoMicrophone,
)
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Samples

BLOCK = 320


class FakeStream:
    """Gives what the test says."""

    is_substitute = False

    def __init__(
        self, rate_hz: int, on_block: Callable[[Block], None], on_end: Callable[[], None]
    ) -> None:
        self.rate_hz = rate_hz
        self.overflows = 0
        self.is_open = True
        self.end = on_end
        self.at_close: list[Block] = []
        self._give = on_block

    def give(self, samples: Samples, channels: int = 1) -> None:
        for start in range(0, len(samples), BLOCK):
            self._give(np.repeat(samples[start : start + BLOCK, None], channels, axis=1))

    def close(self) -> None:
        for block in self.at_close:  # what PortAudio still held
            self._give(block)
        self.is_open = False
        self.end()


class FakeMicrophone:
    """Opens, unless the next of its answers is an error."""

    def __init__(self, rate_hz: int = SAMPLE_RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.answers: list[Exception | None] = []
        self.devices: list[str] = []
        self.streams: list[FakeStream] = []
        self.looks = 0

    def open_stream(
        self, device: str, on_block: Callable[[Block], None], on_end: Callable[[], None]
    ) -> FakeStream:
        self.devices.append(device)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.streams.append(FakeStream(self.rate_hz, on_block, on_end))
        return self.streams[-1]

    def look_again(self) -> None:
        self.looks += 1


class Heard:
    """Notes what the capture tells, in order."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, int] | tuple[str, int, type[AudioError]]] = []
        self.chunks: list[AudioChunk] = []
        self._changed = threading.Condition()

    def began(self, take: int) -> None:
        self._note("began", take)

    def heard(self, chunk: AudioChunk) -> None:
        with self._changed:
            self.chunks.append(chunk)
            self._changed.notify_all()

    def lost(self, take: int, error: AudioError) -> None:
        with self._changed:
            self.notes.append(("lost", take, type(error)))
            self._changed.notify_all()

    def ended(self, take: int) -> None:
        self._note("ended", take)

    def samples(self, take: int) -> Samples:
        chunks = [chunk.samples for chunk in list(self.chunks) if chunk.take == take]
        return np.concatenate([np.zeros(0, np.float32), *chunks])

    def wait(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, 5), self.notes

    def wait_for(self, *note: object) -> None:
        self.wait(lambda: note in self.notes)

    def _note(self, name: str, take: int) -> None:
        with self._changed:
            self.notes.append((name, take))
            self._changed.notify_all()


@pytest.fixture
def microphone() -> FakeMicrophone:
    return FakeMicrophone()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal")
    yield journal
    journal.close()


@pytest.fixture
def capture(journal: Journal, heard: Heard, microphone: FakeMicrophone) -> Iterator[Capture]:
    capture = Capture(
        journal, heard, open_stream=microphone.open_stream, look_again=microphone.look_again
    )
    yield capture
    capture.close()


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a second takes 50 ms."""
    monkeypatch.setattr(capture_module, "WAIT_S", 0.005)


def speech(count: int, seed: int = 0) -> Samples:
    steps = np.random.default_rng(seed).integers(-20_000, 20_000, count)
    return (steps / 32_768).astype(np.float32)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.002)


def stream(microphone: FakeMicrophone, number: int = 1) -> FakeStream:
    wait_until(lambda: len(microphone.streams) >= number)
    return microphone.streams[number - 1]


def kept(journal: Journal, take: int) -> Samples:
    return np.concatenate([np.zeros(0, np.float32), *journal.read(take)])


def test_a_take_is_heard_and_kept_bit_for_bit(
    capture: Capture, microphone: FakeMicrophone, heard: Heard, journal: Journal
) -> None:
    spoken = speech(10 * BLOCK)
    capture.start(1, "desk microphone")
    stream(microphone).give(spoken)
    capture.stop(1)
    heard.wait_for("ended", 1)

    assert heard.notes == [("began", 1), ("ended", 1)]
    assert np.array_equal(heard.samples(1), spoken)
    assert np.array_equal(kept(journal, 1), spoken)
    assert microphone.devices == ["desk microphone"]
    assert not stream(microphone).is_open


def test_what_the_sound_system_still_holds_at_the_end_is_kept(
    capture: Capture, microphone: FakeMicrophone, heard: Heard, journal: Journal
) -> None:
    spoken = speech(3 * BLOCK)
    capture.start(1)
    stream(microphone).at_close = [spoken[BLOCK : 2 * BLOCK, None], spoken[2 * BLOCK :, None]]
    stream(microphone).give(spoken[:BLOCK])
    capture.stop(1)
    heard.wait_for("ended", 1)

    assert np.array_equal(heard.samples(1), spoken)
    assert np.array_equal(kept(journal, 1), spoken)


def test_a_microphone_of_another_rate_with_two_channels_is_converted(
    journal: Journal, heard: Heard
) -> None:
    microphone = FakeMicrophone(48_000)
    capture = Capture(
        journal, heard, open_stream=microphone.open_stream, look_again=microphone.look_again
    )
    seconds = np.arange(48_000) / 48_000
    capture.start(1)
    stream(microphone).give(np.sin(2 * np.pi * 440 * seconds).astype(np.float32) / 2, channels=2)
    capture.stop(1)
    heard.wait_for("ended", 1)
    capture.close()

    expected = np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000) / 2
    assert len(heard.samples(1)) == 16_000
    assert np.abs(heard.samples(1) - expected)[100:-100].max() < 1e-3
    assert np.array_equal(kept(journal, 1), heard.samples(1))


def test_samples_that_are_no_numbers_are_taken_as_silence(
    capture: Capture, microphone: FakeMicrophone, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    capture.start(1)
    stream(microphone).give(np.array([0.5, np.nan, np.inf, -7], np.float32))
    capture.stop(1)
    heard.wait_for("ended", 1)

    assert heard.samples(1).tolist() == [0.5, 0, 0, -1]
    assert "2 samples were no numbers" in caplog.text


def test_two_takes_in_a_row_are_kept_apart(
    capture: Capture, microphone: FakeMicrophone, heard: Heard
) -> None:
    first, second = speech(2 * BLOCK, seed=1), speech(3 * BLOCK, seed=2)
    capture.start(1)
    stream(microphone, 1).give(first)
    capture.stop(1)
    capture.start(2)
    stream(microphone, 2).give(second)
    capture.stop(2)
    heard.wait_for("ended", 2)

    assert heard.notes == [("began", 1), ("ended", 1), ("began", 2), ("ended", 2)]
    assert np.array_equal(heard.samples(1), first)
    assert np.array_equal(heard.samples(2), second)


def test_a_take_that_starts_ends_the_one_before(
    capture: Capture, microphone: FakeMicrophone, heard: Heard
) -> None:
    capture.start(1)
    stream(microphone, 1).give(speech(BLOCK))
    capture.start(2)
    stream(microphone, 2).give(speech(BLOCK))
    heard.wait_for("began", 2)

    assert heard.notes == [("began", 1), ("ended", 1), ("began", 2)]
    assert not stream(microphone, 1).is_open


def test_stopping_a_take_that_is_not_recorded_does_nothing(
    capture: Capture, microphone: FakeMicrophone, heard: Heard
) -> None:
    capture.stop(5)
    capture.start(1)
    capture.stop(0)
    stream(microphone).give(speech(BLOCK))
    heard.wait_for("began", 1)
    capture.stop(1)
    capture.stop(1)
    capture.close()

    assert heard.notes == [("began", 1), ("ended", 1)]


def test_a_take_may_end_before_anything_was_heard(
    capture: Capture, heard: Heard, journal: Journal
) -> None:
    capture.start(1)
    capture.stop(1)
    heard.wait_for("ended", 1)

    assert heard.notes == [("ended", 1)]
    assert kept(journal, 1).size == 0


def test_closing_ends_the_take_and_seals_it(
    capture: Capture, microphone: FakeMicrophone, heard: Heard, journal: Journal, tmp_path: Path
) -> None:
    spoken = speech(5 * BLOCK)
    capture.start(1)
    stream(microphone).give(spoken)
    capture.close()
    capture.close()
    journal.close()

    assert heard.notes == [("began", 1), ("ended", 1)]
    (file,) = (tmp_path / "journal").iterdir()
    assert len(file.read_bytes()) == 16 + 2 * len(spoken)


class HangingMicrophone(FakeMicrophone):
    """Its sound system hangs at every turn until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.hangs = threading.Event()

    def hang(self) -> None:
        self.hangs.set()
        self.let_go.wait(10)

    def open_stream(
        self, device: str, on_block: Callable[[Block], None], on_end: Callable[[], None]
    ) -> FakeStream:
        self.hang()
        return super().open_stream(device, on_block, on_end)


@pytest.fixture
def hanging() -> Iterator[HangingMicrophone]:
    hanging = HangingMicrophone()
    yield hanging
    hanging.let_go.set()


@pytest.fixture
def held_up(journal: Journal, heard: Heard, hanging: HangingMicrophone) -> Iterator[Capture]:
    capture = Capture(
        journal, heard, open_stream=hanging.open_stream, look_again=hanging.look_again
    )
    yield capture
    capture.close()


def test_closing_does_not_wait_for_a_sound_system_that_hangs(
    held_up: Capture, hanging: HangingMicrophone, heard: Heard
) -> None:
    held_up.start(1)
    assert hanging.hangs.wait(5)
    started_s = time.monotonic()
    held_up.close()

    assert time.monotonic() - started_s < 1
    assert heard.notes == [("ended", 1)]


def test_a_sound_system_that_hangs_while_opening_holds_up_no_later_take(
    held_up: Capture, hanging: HangingMicrophone, heard: Heard
) -> None:
    held_up.start(1)
    heard.wait_for("lost", 1, MicrophoneSilent)
    held_up.stop(1)
    heard.wait_for("ended", 1)
    held_up.start(2)
    hanging.let_go.set()
    stream(hanging, 2).give(speech(BLOCK))
    heard.wait_for("began", 2)

    assert not stream(hanging, 1).is_open
    assert heard.notes == [("lost", 1, MicrophoneSilent), ("ended", 1), ("began", 2)]


def test_a_microphone_that_opens_after_the_end_of_its_take_is_closed_and_stays_closed(
    held_up: Capture, hanging: HangingMicrophone, heard: Heard
) -> None:
    held_up.start(1)
    assert hanging.hangs.wait(5)
    held_up.stop(1)
    heard.wait_for("ended", 1)
    hanging.let_go.set()
    late = stream(hanging, 1)
    wait_until(lambda: not late.is_open)
    held_up.stop(2)  # another message, so that all before it are handled
    held_up.close()

    assert len(hanging.devices) == 1
    assert heard.notes == [("ended", 1)]


def test_a_sound_system_that_hangs_for_long_is_given_up(
    held_up: Capture, hanging: HangingMicrophone, heard: Heard, fast: None
) -> None:
    held_up.start(1)
    heard.wait_for("ended", 1)

    assert heard.notes == [
        ("lost", 1, MicrophoneSilent),
        ("lost", 1, MicrophoneLost),
        ("ended", 1),
    ]


def test_a_sound_system_that_hangs_while_closing_does_not_hold_up_the_end_of_the_take(
    held_up: Capture,
    hanging: HangingMicrophone,
    heard: Heard,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoken = speech(5 * BLOCK)
    hanging.let_go.set()
    held_up.start(1)
    stream(hanging).give(spoken)
    heard.wait_for("began", 1)
    hanging.let_go.clear()
    monkeypatch.setattr(stream(hanging), "close", hanging.hang)
    stopped_s = time.monotonic()
    held_up.stop(1)
    heard.wait_for("ended", 1)

    assert time.monotonic() - stopped_s < 1
    assert np.array_equal(kept(journal, 1), spoken)


def test_blocks_that_come_before_the_news_that_the_microphone_is_open_are_kept(
    journal: Journal, heard: Heard
) -> None:
    spoken = speech(3 * BLOCK)

    def talkative(
        _device: str, on_block: Callable[[Block], None], on_end: Callable[[], None]
    ) -> FakeStream:
        opened = FakeStream(SAMPLE_RATE_HZ, on_block, on_end)
        opened.give(spoken)
        return opened

    capture = Capture(journal, heard, open_stream=talkative, look_again=lambda: None)
    capture.start(1)
    capture.stop(1)
    heard.wait_for("ended", 1)
    capture.close()

    assert np.array_equal(heard.samples(1), spoken)


def test_without_a_microphone_the_take_ends_at_once_and_the_next_one_may_work(
    capture: Capture, microphone: FakeMicrophone, heard: Heard
) -> None:
    microphone.answers = [NoMicrophone(), NoMicrophone()]
    capture.start(1)
    heard.wait_for("ended", 1)
    capture.start(2)
    stream(microphone).give(speech(BLOCK))
    heard.wait_for("began", 2)

    assert heard.notes == [("lost", 1, NoMicrophone), ("ended", 1), ("began", 2)]
    assert microphone.looks == 2  # once to load it, once for the first take


def test_a_microphone_that_was_connected_since_the_program_started_is_found(
    capture: Capture, microphone: FakeMicrophone, heard: Heard
) -> None:
    microphone.answers = [NoMicrophone()]
    capture.start(1)
    stream(microphone).give(speech(BLOCK))
    heard.wait_for("began", 1)

    assert heard.notes == [("began", 1)]


def test_without_a_sound_library_one_look_is_enough(
    capture: Capture, microphone: FakeMicrophone, heard: Heard
) -> None:
    microphone.answers = [AudioSystemMissing()]
    capture.start(1)
    heard.wait_for("ended", 1)

    assert heard.notes == [("lost", 1, AudioSystemMissing), ("ended", 1)]
    assert len(microphone.devices) == 1


def test_a_microphone_that_gives_nothing_is_told_once_and_the_take_goes_on(
    capture: Capture, microphone: FakeMicrophone, heard: Heard
) -> None:
    capture.start(1)
    asked_s = time.monotonic()
    heard.wait_for("lost", 1, MicrophoneSilent)
    took_s = time.monotonic() - asked_s
    stream(microphone).give(speech(BLOCK))
    heard.wait_for("began", 1)
    capture.stop(1)
    heard.wait_for("ended", 1)

    assert 0.4 < took_s < 2
    assert heard.notes == [("lost", 1, MicrophoneSilent), ("began", 1), ("ended", 1)]


def test_digital_silence_is_no_error(
    capture: Capture, microphone: FakeMicrophone, heard: Heard
) -> None:
    capture.start(1)
    stream(microphone).give(np.zeros(50 * BLOCK, np.float32))
    capture.stop(1)
    heard.wait_for("ended", 1)

    assert heard.notes == [("began", 1), ("ended", 1)]
    assert len(heard.samples(1)) == 50 * BLOCK


def test_a_stream_that_ends_by_itself_is_opened_again_for_the_same_take(
    capture: Capture, microphone: FakeMicrophone, heard: Heard, journal: Journal
) -> None:
    before, after = speech(5 * BLOCK, seed=1), speech(4 * BLOCK, seed=2)
    capture.start(1, "desk microphone")
    stream(microphone, 1).give(before)
    stream(microphone, 1).end()
    stream(microphone, 2).give(after)
    capture.stop(1)
    heard.wait_for("ended", 1)

    assert heard.notes == [("began", 1), ("ended", 1)]
    assert microphone.devices == ["desk microphone"] * 2
    samples = heard.samples(1)
    assert np.array_equal(samples[: len(before)], before)
    assert np.array_equal(samples[-len(after) :], after)
    assert not samples[len(before) : -len(after)].any()
    assert np.array_equal(kept(journal, 1), samples)


def test_the_pause_of_a_lost_stream_is_in_the_take(
    capture: Capture, microphone: FakeMicrophone, heard: Heard, fast: None
) -> None:
    capture.start(1)
    stream(microphone, 1).give(speech(BLOCK))
    heard.wait_for("began", 1)
    away_s = time.monotonic()
    microphone.answers = [NoMicrophone()] * 3
    stream(microphone, 1).end()
    again = stream(microphone, 2)
    away_s = time.monotonic() - away_s
    again.give(speech(BLOCK))
    capture.stop(1)
    heard.wait_for("ended", 1)

    pause_s = (len(heard.samples(1)) - 2 * BLOCK) / SAMPLE_RATE_HZ
    assert abs(pause_s - away_s) < 0.1
    assert microphone.looks == 2  # once to load it, once at the third attempt


def test_a_microphone_that_stays_away_is_given_up_and_the_take_is_kept(
    capture: Capture, microphone: FakeMicrophone, heard: Heard, journal: Journal, fast: None
) -> None:
    spoken = speech(5 * BLOCK)
    capture.start(1)
    stream(microphone).give(spoken)
    microphone.answers = [NoMicrophone()] * 10
    stream(microphone).end()
    heard.wait_for("ended", 1)

    assert heard.notes == [
        ("began", 1),
        ("lost", 1, MicrophoneSilent),
        ("lost", 1, MicrophoneLost),
        ("ended", 1),
    ]
    assert len(microphone.devices) == 1 + 5
    assert np.array_equal(kept(journal, 1), spoken)


def test_a_take_may_be_stopped_while_its_microphone_is_away(
    capture: Capture, microphone: FakeMicrophone, heard: Heard
) -> None:
    capture.start(1)
    stream(microphone).give(speech(BLOCK))
    microphone.answers = [NoMicrophone()]
    stream(microphone).end()
    capture.stop(1)
    heard.wait_for("ended", 1)

    assert heard.notes == [("began", 1), ("ended", 1)]


def test_a_listener_that_fails_costs_no_sample(
    journal: Journal, microphone: FakeMicrophone, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Heard):
        def heard(self, chunk: AudioChunk) -> None:
            raise ZeroDivisionError

        def began(self, take: int) -> None:
            raise ZeroDivisionError

    failing = Failing()
    capture = Capture(
        journal, failing, open_stream=microphone.open_stream, look_again=microphone.look_again
    )
    spoken = speech(3 * BLOCK)
    capture.start(1)
    stream(microphone).give(spoken)
    capture.stop(1)
    failing.wait_for("ended", 1)
    capture.close()

    assert np.array_equal(kept(journal, 1), spoken)
    assert "ZeroDivisionError" in caplog.text


def test_a_fault_while_opening_does_not_end_the_thread(
    capture: Capture, microphone: FakeMicrophone, heard: Heard, fast: None
) -> None:
    microphone.answers = [ZeroDivisionError()] * 10
    capture.start(1)
    heard.wait_for("ended", 1)
    microphone.answers = []
    capture.start(2)
    stream(microphone).give(speech(BLOCK))
    heard.wait_for("began", 2)

    assert ("lost", 1, MicrophoneLost) in heard.notes


# --- the watch alone


def steps(watch: Watch, waits: int, *, has_stream: bool) -> list[tuple[int, Step]]:
    """What is due after how many further waits."""
    due = [(count, watch.waited(has_stream=has_stream)) for count in range(1, waits + 1)]
    return [(count, step) for count, step in due if step is not Step.WAIT]


def test_silence_is_told_after_half_a_second_once() -> None:
    watch = Watch()

    assert steps(watch, 1000, has_stream=True) == [(5, Step.TELL)]


def test_after_a_block_silence_is_told_anew() -> None:
    watch = Watch()
    steps(watch, 4, has_stream=True)
    watch.block()
    assert steps(watch, 4, has_stream=True) == []
    assert steps(watch, 4, has_stream=True) == [(1, Step.TELL)]
    watch.block()
    assert steps(watch, 10, has_stream=True) == [(5, Step.TELL)]


def test_an_ended_stream_is_opened_at_once_then_each_second_and_given_up_after_five() -> None:
    watch = Watch()

    assert watch.stream_ended() is Step.OPEN
    assert steps(watch, 50, has_stream=False) == [
        (5, Step.TELL),
        (10, Step.OPEN),
        (20, Step.LOOK_AND_OPEN),
        (30, Step.OPEN),
        (40, Step.OPEN),
        (50, Step.GIVE_UP),
    ]


def test_a_stream_that_ends_as_soon_as_it_is_opened_is_not_opened_in_a_hurry() -> None:
    watch = Watch()
    watch.stream_ended()

    assert watch.stream_ended() is Step.WAIT
    assert steps(watch, 10, has_stream=False)[-1] == (10, Step.OPEN)
    assert watch.stream_ended() is Step.WAIT


def test_a_stream_that_gives_blocks_again_has_all_attempts_again() -> None:
    watch = Watch()
    watch.stream_ended()
    steps(watch, 45, has_stream=False)
    watch.block()

    assert watch.stream_ended() is Step.OPEN
    assert steps(watch, 50, has_stream=False)[-1] == (50, Step.GIVE_UP)
