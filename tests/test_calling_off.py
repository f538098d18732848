"""What is decoded ahead and turns out not to be the end holds nobody up."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dictation.paths import resource
from dictation.recognition import calling_off
from dictation.recognition.ahead import Ahead
from dictation.recognition.backends.choice import load_chosen
from dictation.recognition.calling_off import CalledOff, CallOff
from dictation.recognition.ctc import Emissions
from dictation.recognition.decoder import Decoder, load_vocabulary
from dictation.recognition.jobs import Decode, DecodeAhead, Deliver, Jobs
from dictation.recognition.messages import Decoded, Ended
from dictation.recognition.model_folder import read_folder
from dictation.recognition.model_thread import ModelThread
from dictation.recognition.options import LIVE, Options
from dictation.recognition.recogniser import Utterance
from dictation.recognition.spans import Ending
from dictation.recognition.units import Unit, UnitCutter
from dictation.recognition.vad import VoiceDetector
from dictation.settings import BackendName
from dictation.speech import Hypothesis, TextStyle

PATIENCE_S = 30.0


class CalledWhileItRuns(CallOff):
    """By another thread, as soon as a decode looks at it, or has said how to end it."""

    def check(self) -> None:
        super().check()
        self.call()

    @contextlib.contextmanager
    def acting(self, act: Callable[[], None]) -> Iterator[None]:
        with super().acting(act):
            caller = threading.Thread(target=self.call)
            caller.start()
            caller.join()
            yield


@pytest.mark.parametrize("backend", [BackendName.FP32, BackendName.INT8])
@pytest.mark.parametrize("call_off", [CallOff, CalledWhileItRuns])
def test_a_decode_ends_when_it_is_called_off_and_the_next_one_is_as_ever(
    demo_model: Path, backend: BackendName, call_off: Callable[[], CallOff]
) -> None:
    model = read_folder(demo_model)
    vocabulary = load_vocabulary(model).GetPieceSize()
    _, computing = load_chosen(backend, model, vocabulary, 1)
    features = np.random.default_rng(1).normal(size=(200, 560)).astype(np.float32)
    before = computing.logits(features, None, TextStyle.WRITTEN)

    needless = call_off()
    if type(needless) is CallOff:
        needless.call()
    with needless.in_force(), pytest.raises(CalledOff):
        computing.logits(features, None, TextStyle.WRITTEN)

    assert np.array_equal(computing.logits(features, None, TextStyle.WRITTEN), before)


class StuckAhead:
    """A backend whose decodes end when they are called off, or when nobody could call them off."""

    def __init__(self, tags: np.ndarray) -> None:
        self._tags = tags
        self.began = threading.Event()
        self._nobodys = calling_off.current()

    def emit(self, features: np.ndarray, *_: object) -> Emissions:
        call_off = calling_off.current()
        if call_off is not self._nobodys:
            self.began.set()
            stuck = threading.Event()
            with call_off.acting(stuck.set):
                assert stuck.wait(PATIENCE_S)
            call_off.check()
        words = np.full(len(features), 5, np.int64)
        return Emissions(self._tags, words, np.ones(len(words), np.float32))


class Everybody:
    """A reader that waits for all takes, and the parent that is told of them."""

    listens = True

    def __init__(self) -> None:
        self.told: list[object] = []
        self.over = threading.Event()

    def wants(self, _take: int) -> bool:
        return True

    def delivered(self, _take: int) -> None:
        pass

    def send(self, message: object) -> None:
        self.told.append(message)
        if isinstance(message, Ended):
            self.over.set()


def unit(end_ms: int) -> Unit:
    return Unit(0, end_ms / 1000, np.zeros((end_ms // 10, 80), np.float32))


@pytest.fixture
def utterance(demo_model: Path) -> tuple[Utterance, StuckAhead]:
    model = read_folder(demo_model)
    vocabulary = load_vocabulary(model)
    tags = np.zeros((4, vocabulary.GetPieceSize()), np.float32)
    for row, tag in enumerate(("<|en|>", "<|NEUTRAL|>", "<|Speech|>", "<|withitn|>")):
        tags[row, vocabulary.PieceToId(tag)] = 9
    backend = StuckAhead(tags)
    cutter = UnitCutter(VoiceDetector(resource("vad")), LIVE)
    decoder = Decoder(model, vocabulary, backend)
    return Utterance(1, cutter, decoder, Options(profile=LIVE)), backend


def test_the_last_unit_does_not_wait_for_what_was_not_the_end(
    utterance: tuple[Utterance, StuckAhead],
) -> None:
    take, backend = utterance
    jobs, everybody = Jobs(), Everybody()
    anyone: Any = everybody
    thread = threading.Thread(
        target=ModelThread(jobs, anyone, anyone, anyone, most=1).run, daemon=True
    )
    jobs.offer(take, Ahead(unit(1_000), Ending.SETTLED))
    thread.start()
    assert backend.began.wait(PATIENCE_S)

    jobs.put(Decode(take, unit(1_500)))
    jobs.put(Deliver(take))

    assert everybody.over.wait(PATIENCE_S)
    jobs.end()
    thread.join(PATIENCE_S)
    kinds = [type(message) for message in everybody.told]
    assert kinds == [Decoded, Hypothesis, Ended]
    assert take.transcript().segments[0].end_s == 1.5


def taken(jobs: Jobs) -> DecodeAhead:
    job = jobs.next()
    assert isinstance(job, DecodeAhead)
    return job


def test_what_proves_to_be_the_end_is_not_called_off(
    utterance: tuple[Utterance, StuckAhead],
) -> None:
    take, _ = utterance
    jobs = Jobs()
    jobs.offer(take, Ahead(unit(1_000), Ending.FALLING))
    job = taken(jobs)

    jobs.put(Decode(take, unit(1_000)))
    jobs.put(Deliver(take))

    assert not job.call_off.called


def test_a_newer_end_goes_first_but_not_twice_in_a_row(
    utterance: tuple[Utterance, StuckAhead],
) -> None:
    """Else nothing would be seen while one speaks on a machine that takes long for each."""
    take, _ = utterance
    jobs = Jobs()
    jobs.offer(take, Ahead(unit(1_000), Ending.FALLING))
    first = taken(jobs)
    jobs.offer(take, Ahead(unit(1_500), Ending.SPEAKING))
    assert not first.call_off.called  # that one only shows what is being said
    jobs.offer(take, Ahead(unit(2_000), Ending.FALLING))
    assert first.call_off.called
    jobs.done(first)

    second = taken(jobs)
    jobs.offer(take, Ahead(unit(3_000), Ending.FALLING))
    assert not second.call_off.called
    jobs.done(second)

    third = taken(jobs)
    jobs.offer(take, Ahead(unit(4_000), Ending.HUSHED))
    assert third.call_off.called
