"""Files go through the recogniser process beside dictations: after them, and little at a time."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from dictation.errors import AudioUnreadable
from dictation.paths import resource
from dictation.recognition.backlog import Backlog
from dictation.recognition.jobs import Deliver, Jobs
from dictation.recognition.messages import (
    Advanced,
    Cancel,
    Close,
    Down,
    Failed,
    Final,
    Finish,
    Open,
    Setup,
    Up,
)
from dictation.recognition.options import FILE, LIVE, Options
from dictation.recognition.process import RecogniserProcess
from dictation.recognition.recogniser import Recogniser
from dictation.recognition.turns import Turns
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Samples

from .conftest import Clip

PATIENCE_S = 60
MOST_AHEAD_S = 64


@pytest.fixture
def process(tmp_path: Path, demo_model: Path) -> Iterator[RecogniserProcess]:
    setup = Setup(demo_model, resource("vad"), tmp_path / "recogniser.log", threads=1)
    with RecogniserProcess(setup) as process:
        yield process


@pytest.fixture(scope="module")
def talk(clips: list[Clip]) -> list[Samples]:
    """Five minutes of sentences, a second at a time."""
    english = [clip.samples for clip in clips if clip.language == "en"]
    samples = np.concatenate(english)
    minutes = np.tile(samples, 300 * SAMPLE_RATE_HZ // len(samples) + 1)
    return np.split(minutes, range(SAMPLE_RATE_HZ, len(minutes), SAMPLE_RATE_HZ))


class File:
    """Counts what is read of it."""

    def __init__(self, pieces: list[Samples]) -> None:
        self.pieces = pieces
        self.read_s = 0
        self.times_read = 0

    def __call__(self) -> Iterable[Samples]:
        self.times_read += 1
        self.read_s = 0
        for piece in self.pieces:
            self.read_s += 1
            yield piece


def received(process: RecogniserProcess) -> Up:
    message = process.receive(PATIENCE_S)
    assert message is not None
    return message


def test_a_file_is_read_no_faster_than_it_is_recognised(
    process: RecogniserProcess, talk: list[Samples]
) -> None:
    file = File(talk)
    process.submit(1, Options(), file)
    done_s = 0.0
    while not isinstance(message := received(process), Final):
        if isinstance(message, Advanced):
            assert message.samples / SAMPLE_RATE_HZ > done_s
            done_s = message.samples / SAMPLE_RATE_HZ
        assert file.read_s <= done_s + MOST_AHEAD_S
    assert done_s == pytest.approx(sum(map(len, talk)) / SAMPLE_RATE_HZ)
    assert len(message.transcript.segments) > 15


def test_a_file_gives_the_text_of_the_recogniser_itself_though_the_process_dies(
    process: RecogniserProcess, talk: list[Samples], demo_recogniser: Recogniser
) -> None:
    file = File(talk[:90])
    process.submit(1, Options(), file)
    while not isinstance(received(process), Advanced):
        pass
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    while not isinstance(message := received(process), Final):
        assert not isinstance(message, Failed)
    assert file.times_read == 2
    assert message.transcript.text == demo_recogniser.transcribe(talk[:90]).text


def test_a_dictation_beside_a_long_file_is_answered_first(
    process: RecogniserProcess, talk: list[Samples]
) -> None:
    process.submit(1, Options(profile=FILE), File(talk))
    while not isinstance(received(process), Advanced):
        pass
    process.open(2, Options(profile=LIVE), lambda: talk[:3])
    for piece in talk[:3]:
        process.send(AudioChunk(2, piece))
    process.finish(2)

    finals = []
    advanced = 0
    while len(finals) < 2:
        match received(process):
            case Final() as final:
                finals.append(final.take)
                assert final.transcript.text
            case Advanced() if not finals:
                advanced += 1
    assert finals == [2, 1]
    # What was on its way when the dictation ended, and nothing of what was read since.
    assert advanced <= MOST_AHEAD_S


def test_a_file_that_turns_out_damaged_fails_alone(
    process: RecogniserProcess, talk: list[Samples]
) -> None:
    def damaged() -> Iterator[Samples]:
        yield talk[0]
        raise AudioUnreadable(file="talk.mp3", reason="it ends in the middle")

    process.submit(1, Options(), damaged)
    process.submit(2, Options(), lambda: talk[:4])
    answers: dict[int, Up] = {}
    while len(answers) < 2:
        message = received(process)
        if isinstance(message, Final | Failed):
            answers[message.take] = message
    assert isinstance(answers[1], Failed)
    assert isinstance(answers[1].error, AudioUnreadable)
    assert isinstance(answers[2], Final)


def test_a_cancelled_file_is_not_read_on(process: RecogniserProcess, talk: list[Samples]) -> None:
    file = File(talk)
    process.submit(1, Options(), file)
    while not isinstance(received(process), Advanced):
        pass
    process.cancel(1)
    read_s = file.read_s
    process.submit(2, Options(), lambda: talk[:4])
    while not isinstance(message := received(process), Final):
        pass
    assert message.take == 2
    assert file.read_s == read_s


# --- its parts


def chunk(take: int) -> AudioChunk:
    return AudioChunk(take, np.zeros(1, np.float32))


def order(messages: list[Down]) -> list[str]:
    backlog = Backlog()
    for message in messages:
        backlog.put(message)
    told = []
    while backlog:
        message = backlog.next()
        told.append(type(message).__name__ + str(getattr(message, "take", "")))
    return told


def test_messages_of_dictations_go_before_those_of_files_and_keep_their_order() -> None:
    file, live = Options(profile=FILE), Options(profile=LIVE)
    messages = [Open(1, file), chunk(1), Open(2, live), Finish(1), chunk(2), Finish(2)]
    assert order(messages) == [
        "Open2",
        "AudioChunk2",
        "Finish2",
        "Open1",
        "AudioChunk1",
        "Finish1",
    ]


def test_what_came_of_a_cancelled_take_is_dropped() -> None:
    messages = [Open(1, Options()), chunk(1), Open(2, Options()), Cancel(1), Close()]
    assert order(messages) == ["Cancel1", "Close", "Open2"]


def test_files_rest_while_somebody_dictates_and_only_then() -> None:
    turns = Turns()
    assert turns.wait_s(10, live=1) == 0
    turns.note(10, 11)
    assert turns.wait_s(11, live=0) == 0
    assert turns.wait_s(11, live=1) == 4
    assert turns.wait_s(14, live=2) == 1
    assert turns.wait_s(16, live=1) == 0


def test_a_file_that_rests_goes_on_when_the_dictation_ends(demo_recogniser: Recogniser) -> None:
    jobs = Jobs()
    job = Deliver(demo_recogniser.open(1, Options(profile=FILE)))
    jobs.are_live(1)
    jobs.note(time.monotonic() - 1_000, time.monotonic())
    jobs.put(job)
    ended = threading.Timer(0.05, lambda: jobs.are_live(0))
    ended.start()
    assert jobs.next() is job
    ended.join()


def test_at_the_end_nothing_is_waited_for(demo_recogniser: Recogniser) -> None:
    jobs = Jobs()
    jobs.put(Deliver(demo_recogniser.open(1, Options(profile=FILE))))
    jobs.end()
    assert jobs.are_waiting()
    assert jobs.next() is None
