"""Who goes first when many takes are recognised at once, and what a file may hold up."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dictation.paths import resource
from dictation.recognition.backends.contract import Question
from dictation.recognition.ctc import Emissions
from dictation.recognition.decoder import Asked, Decoder, load_vocabulary
from dictation.recognition.jobs import Decode, Deliver, Jobs
from dictation.recognition.messages import Aim, Decoded, Final, Setup, Up
from dictation.recognition.model_folder import read_folder
from dictation.recognition.options import FILE, LIVE, Options, Profile
from dictation.recognition.process import RecogniserProcess
from dictation.recognition.recogniser import Recogniser, Utterance
from dictation.recognition.units import Unit
from dictation.speech import SAMPLE_RATE_HZ, Samples, Segment

from .conftest import Clip

PATIENCE_S = 60
UNIT = Unit(0.0, 1.0, np.zeros((100, 80), np.float32))


class Takes:
    """Makes takes of clients."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._number = 0

    def of(self, client: int, profile: Profile = FILE) -> Utterance:
        self._number += 1
        return self._recogniser.open(self._number, Options(profile=profile, client=client))


@pytest.fixture
def takes(demo_recogniser: Recogniser) -> Takes:
    return Takes(demo_recogniser)


def test_live_takes_come_before_files(takes: Takes) -> None:
    jobs, file, live = Jobs(), takes.of(1), takes.of(2, LIVE)
    jobs.put(Decode(file, UNIT))
    jobs.put(Decode(live, UNIT))
    jobs.put(Deliver(live))

    order = []
    for _ in range(3):
        job = jobs.next()
        assert job is not None
        order.append(job)
        jobs.done(job)

    assert order == [Decode(live, UNIT), Deliver(live), Decode(file, UNIT)]


def test_a_client_with_many_takes_gets_no_more_turns_than_one_with_a_single_take(
    takes: Takes,
) -> None:
    jobs = Jobs()
    for _ in range(3):
        jobs.put(Decode(takes.of(1), UNIT))
    for client in (2, 3):
        jobs.put(Decode(takes.of(client), UNIT))

    order = [job.utterance.options.client for _ in range(5) if (job := jobs.next())]

    assert order == [1, 2, 3, 1, 1]


def test_the_units_of_a_take_are_never_decoded_side_by_side(takes: Takes) -> None:
    jobs, one, two = Jobs(), takes.of(1), takes.of(1)
    for take in (one, one, two):
        jobs.put(Decode(take, UNIT))

    assert jobs.next() == Decode(one, UNIT)
    assert jobs.next() == Decode(two, UNIT)
    assert jobs.more(Decode(two, UNIT), 1) == []
    jobs.done(Decode(one, UNIT))
    assert jobs.more(Decode(two, UNIT), 5) == [Decode(one, UNIT)]


def test_while_somebody_dictates_one_of_several_decoders_is_kept_from_files(takes: Takes) -> None:
    jobs, files, live = Jobs(), [takes.of(1), takes.of(2)], takes.of(3, LIVE)
    jobs.decoders = 2
    jobs.are_live(1)
    for take in files:
        jobs.put(Decode(take, UNIT))

    assert jobs.next() == Decode(files[0], UNIT)
    jobs.put(Decode(live, UNIT))
    assert jobs.next() == Decode(live, UNIT)
    jobs.done(Decode(live, UNIT))
    jobs.are_live(0)
    assert jobs.next() == Decode(files[1], UNIT)


@pytest.fixture
def setup(tmp_path: Path, demo_model: Path) -> Setup:
    return Setup(demo_model, resource("vad"), tmp_path / "recogniser.log", threads=1)


@pytest.fixture
def process(setup: Setup) -> Iterator[RecogniserProcess]:
    with RecogniserProcess(setup) as process:
        yield process


@pytest.fixture(scope="module")
def long_take(clips: list[Clip]) -> Samples:
    """Sixty seconds and more, of which units come one by one."""
    pause = np.zeros(SAMPLE_RATE_HZ, np.float32)
    spoken = [part for clip in clips[:40] for part in (clip.samples, pause)]
    return np.concatenate(spoken)[: 60 * SAMPLE_RATE_HZ]


def messages(process: RecogniserProcess, take: int) -> Iterator[Up]:
    """All of them, up to the Final of this take."""
    until_s = time.monotonic() + PATIENCE_S
    while True:
        message = process.receive(until_s - time.monotonic())
        assert message is not None
        yield message
        if isinstance(message, Final) and message.take == take:
            return


def test_segments_are_told_as_they_come_and_once_though_the_process_dies(
    process: RecogniserProcess, long_take: Samples
) -> None:
    process.submit(1, Options(), lambda: np.array_split(long_take, 60))
    told: list[Segment] = []
    killed = None

    for message in messages(process, 1):
        if isinstance(message, Decoded):
            told += message.segments
            if killed is None and process.pid is not None:
                killed = process.pid
                os.kill(killed, signal.SIGKILL)
        elif isinstance(message, Final):
            assert list(message.transcript.segments) == told

    assert len(told) > 3
    assert process.pid != killed


def test_takes_decoded_side_by_side_each_get_their_own_text(
    setup: Setup, demo_recogniser: Recogniser, clips: list[Clip]
) -> None:
    some = clips[:24]
    with RecogniserProcess(replace(setup, aim=Aim.THROUGHPUT, threads=2)) as process:
        for take, clip in enumerate(some):
            process.submit(take, Options(client=take % 3), lambda clip=clip: [clip.samples])
        texts: dict[int, str] = {}
        until_s = time.monotonic() + PATIENCE_S
        while len(texts) < len(some):
            message = process.receive(until_s - time.monotonic())
            assert message is not None
            if isinstance(message, Final):
                texts[message.take] = message.transcript.text
        alone = [
            process.transcribe(99, lambda clip=clip: [clip.samples], Options()) for clip in some
        ]

    assert [texts[take] for take in range(len(some))] == [each.text for each in alone]
    assert len(set(texts.values())) > 15


class TwoAtOnce:
    """Answers as another backend does, and counts how it was asked."""

    most_at_once = 2

    def __init__(self, inner: object) -> None:
        self.emit = inner.emit  # type: ignore[attr-defined]
        self.together: list[int] = []

    def prepare_batches(self) -> None:
        pass

    def emit_all(self, questions: list[Question]) -> list[Emissions]:
        self.together.append(len(questions))
        return [
            self.emit(each.features, each.language, each.style, each.barred) for each in questions
        ]


def test_units_decoded_together_give_what_each_gives_alone(
    demo_recogniser: Recogniser, demo_model: Path, clips: list[Clip]
) -> None:
    model = read_folder(demo_model)
    backend = TwoAtOnce(demo_recogniser.open(0).decoder._backend)
    decoder = Decoder(model, load_vocabulary(model), backend)
    asked = [
        Asked(Unit.of(0.0, clip.samples), Options(), ()) for clip in (clips[0], clips[1], clips[50])
    ]

    together = decoder.decode_all(asked)

    assert backend.together[0] == 3
    assert together == [decoder.decode(each.unit, each.options, ()) for each in asked]
