"""The Qt shell of the recogniser: signals for every take, with and without a model."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.errors import DictationError, ModelMissing
from dictation.paths import resource
from dictation.recognition.messages import Setup, Stage, Unusable
from dictation.recognition.options import LIVE, Options
from dictation.recognition.process import Limits
from dictation.settings import BackendName
from dictation.speech import AudioChunk, Transcript

from .conftest import Clip

PATIENCE_S = 60


class Told:
    """Everything that the thread's signals told, in order."""

    def __init__(self, thread: RecogniserThread) -> None:
        self.stages: list[Any] = []
        self.transcripts: list[Transcript] = []
        self.failures: list[tuple[int, DictationError]] = []
        self.voices: list[tuple[int, bool]] = []
        thread.stage.connect(self.stages.append)
        thread.recognised.connect(self.transcripts.append)
        thread.failed.connect(lambda take, error: self.failures.append((take, error)))
        thread.voice.connect(lambda take, speaking: self.voices.append((take, speaking)))


def wait_until(qt: QCoreApplication, true: Callable[[], object]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until_s
        qt.processEvents()
        time.sleep(0.01)


@pytest.fixture
def setup(tmp_path: Path, demo_model: Path) -> Setup:
    return Setup(demo_model, resource("vad"), tmp_path / "recogniser.log", threads=1)


@pytest.fixture
def thread(qt: QCoreApplication, setup: Setup) -> Iterator[RecogniserThread]:
    thread = RecogniserThread(lambda: setup, Limits())
    yield thread
    thread.end()


def test_a_take_is_heard_and_told(
    qt: QCoreApplication, thread: RecogniserThread, clips: list[Clip], demo_recogniser: Any
) -> None:
    samples = next(clip.samples for clip in clips if clip.language == "en")
    told = Told(thread)
    thread.start()
    thread.open(5, Options(profile=LIVE), lambda: [samples])
    for at in range(0, len(samples), 320):
        thread.hear(AudioChunk(5, samples[at : at + 320]))
    thread.finish(5)

    wait_until(qt, lambda: told.transcripts)

    # Whether it has to be prepared depends on which tests ran before.
    stages = [stage for stage in told.stages if stage is not Stage.PREPARING]
    assert stages == [Stage.STARTING, Stage.LOADING, Stage.READY]
    expected = demo_recogniser.transcribe([samples], Options(profile=LIVE))
    assert told.transcripts[0].text == expected.text
    assert told.voices[0] == (5, True)
    assert not told.failures


def test_a_recovered_take_is_read_from_its_journal(
    qt: QCoreApplication, thread: RecogniserThread, clips: list[Clip]
) -> None:
    samples = next(clip.samples for clip in clips if clip.language == "en")
    told = Told(thread)
    thread.start()
    thread.submit(9, Options(), lambda: iter([samples[:9_000], samples[9_000:]]))

    wait_until(qt, lambda: told.transcripts)

    assert told.transcripts[0].take == 9
    assert told.transcripts[0].text


def test_a_take_that_runs_is_not_lost_when_something_else_is_to_recognise(
    qt: QCoreApplication, setup: Setup, clips: list[Clip]
) -> None:
    """Another backend is chosen: the take ends where it began, the next one begins there."""
    samples = next(clip.samples for clip in clips if clip.language == "en")
    used = [replace(setup, backend=BackendName.FP32)]
    thread = RecogniserThread(lambda: used[-1], Limits())
    told = Told(thread)
    thread.start()
    thread.open(1, Options(), lambda: [samples])
    thread.hear(AudioChunk(1, samples[:9_600]))
    wait_until(qt, lambda: Stage.READY in told.stages)

    used.append(replace(setup, backend=BackendName.FP32, threads=2))
    thread.look_again()
    thread.hear(AudioChunk(1, samples[9_600:]))
    thread.finish(1)
    thread.submit(2, Options(), lambda: [samples])
    wait_until(qt, lambda: len(told.transcripts) == 2)
    thread.end()

    texts = {transcript.take: transcript.text for transcript in told.transcripts}
    assert texts[1]
    assert texts[1] == texts[2]
    assert not told.failures
    assert told.stages.count(Stage.STARTING) == 2


def test_without_a_model_each_take_fails_with_the_reason_until_there_is_one(
    qt: QCoreApplication, setup: Setup, clips: list[Clip]
) -> None:
    samples = next(clip.samples for clip in clips if clip.language == "en")
    there = []

    def find_setup() -> Setup:
        if not there:
            raise ModelMissing(name="SenseVoiceSmall", size="937 MB")
        return setup

    thread = RecogniserThread(find_setup, Limits())
    told = Told(thread)
    thread.start()
    for take in (1, 2):
        thread.open(take, Options(), list)
        thread.hear(AudioChunk(take, samples))
        thread.finish(take)
    wait_until(qt, lambda: len(told.failures) == 2)
    assert [take for take, _ in told.failures] == [1, 2]
    assert all(isinstance(error, ModelMissing) for _, error in told.failures)
    assert isinstance(told.stages[0], Unusable)

    there.append(True)
    thread.submit(3, Options(), lambda: [samples])
    wait_until(qt, lambda: told.transcripts)
    thread.end()

    assert told.transcripts[0].text


def test_a_take_that_is_being_spoken_while_the_model_arrives_is_heard_in_time(
    qt: QCoreApplication, setup: Setup, clips: list[Clip]
) -> None:
    samples = next(clip.samples for clip in clips if clip.language == "en")
    there = []

    def find_setup() -> Setup:
        if not there:
            raise ModelMissing(name="SenseVoiceSmall", size="937 MB")
        return setup

    thread = RecogniserThread(find_setup, Limits())
    told = Told(thread)
    thread.start()
    thread.open(1, Options(), lambda: [samples])
    thread.hear(AudioChunk(1, samples[:9_000]))
    wait_until(qt, lambda: len(told.stages) == 2)  # at its start, and for the take
    assert not told.failures

    there.append(True)
    thread.look_again()
    thread.hear(AudioChunk(1, samples[9_000:]))
    thread.finish(1)
    wait_until(qt, lambda: told.transcripts)
    assert told.transcripts[0].text

    let_go = threading.Event()
    thread.let_go(let_go.set)
    assert let_go.wait(PATIENCE_S)
    thread.submit(2, Options(), lambda: [samples])  # the next one loads it again
    wait_until(qt, lambda: len(told.transcripts) == 2)
    thread.end()


def test_without_a_model_no_amount_of_speech_holds_up_whoever_speaks() -> None:
    """More chunks than a pipe has room for: each one wakes the thread, which cannot use it."""

    def find_setup() -> Setup:
        raise ModelMissing(name="SenseVoiceSmall", size="937 MB")

    thread = RecogniserThread(find_setup, Limits())
    thread.start()
    chunk = AudioChunk(1, np.zeros(320, np.float32))
    speaker = threading.Thread(target=lambda: [thread.hear(chunk) for _ in range(40_000)])
    speaker.daemon = True

    speaker.start()
    speaker.join(10)

    assert not speaker.is_alive()
    thread.end()
