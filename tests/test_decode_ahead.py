"""What is decoded while the user speaks changes nothing but the time at which the text is there."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dictation.paths import resource
from dictation.recognition.ahead import Ahead, Lookout, Pace
from dictation.recognition.ctc import Emissions
from dictation.recognition.decoder import Decoder, load_vocabulary
from dictation.recognition.jobs import Decode, DecodeAhead, Deliver, Jobs
from dictation.recognition.model_folder import ModelFolder, read_folder
from dictation.recognition.options import FILE, LIVE, Options, Profile
from dictation.recognition.recogniser import Utterance
from dictation.recognition.spans import Ending, Span
from dictation.recognition.units import Unit, UnitCutter
from dictation.recognition.vad import BLOCK_SAMPLES, VoiceDetector
from dictation.speech import SAMPLE_RATE_HZ, Hypothesis, Language, Samples, TextStyle, Transcript

from .conftest import Clip


class CountingBackend:
    """Says a word for each 60 ms, by what it hears; so the least change of a unit is seen."""

    def __init__(self, model: ModelFolder) -> None:
        vocabulary = load_vocabulary(model)
        self._tags = np.zeros((4, vocabulary.GetPieceSize()), np.float32)
        for row, tag in enumerate(("<|en|>", "<|NEUTRAL|>", "<|Speech|>", "<|withitn|>")):
            self._tags[row, vocabulary.PieceToId(tag)] = 9
        self._words = [
            id
            for id in range(vocabulary.GetPieceSize())
            if vocabulary.IdToPiece(id)[1:].isascii() and vocabulary.IdToPiece(id)[1:].isalpha()
        ]
        self.decodes = 0

    def emit(
        self,
        features: np.ndarray,
        language: Language | None,
        style: TextStyle,
        barred: np.ndarray | None,
    ) -> Emissions:
        self.decodes += 1
        heard = np.abs(features.sum(axis=1) * 7).astype(np.int64) + np.arange(len(features))
        words = np.array(self._words, np.int64)[heard % len(self._words)]
        return Emissions(self._tags, words, np.ones(len(words), np.float32))


@dataclass(frozen=True)
class Bench:
    """What it takes to recognise, with a backend that counts."""

    detector: VoiceDetector
    decoder: Decoder
    backend: CountingBackend

    def open(self, profile: Profile = LIVE) -> Utterance:
        return Utterance(
            1, UnitCutter(self.detector, profile), self.decoder, Options(profile=profile)
        )


@pytest.fixture(scope="module")
def bench(demo_model: Path) -> Bench:
    model = read_folder(demo_model)
    backend = CountingBackend(model)
    decoder = Decoder(model, load_vocabulary(model), backend)
    return Bench(VoiceDetector(resource("vad")), decoder, backend)


@pytest.fixture(scope="module")
def take(clips: list[Clip]) -> Samples:
    """A minute of sentences with pauses of all lengths between them, in a quiet room."""
    rng = np.random.default_rng(8)
    parts = []
    for clip in [clip for clip in clips if clip.language != "nospeech"][::5]:
        parts += [clip.samples, np.zeros(rng.integers(800, 30_000), np.float32)]
    spoken = np.concatenate(parts)[: 60 * SAMPLE_RATE_HZ]
    noisy = spoken + rng.integers(-3, 4, len(spoken)) / 32_768
    return noisy.astype(np.float32).clip(-1, 1 - 1 / 32_768)


def speak(
    utterance: Utterance,
    samples: Samples,
    chunk: int = BLOCK_SAMPLES,
    decodes: Callable[[Ahead], bool] = lambda _: True,
) -> list[Hypothesis]:
    """As the recogniser process does it; what was known after each chunk."""
    known, done = [], None
    for at in range(0, len(samples), chunk):
        for unit in utterance.cut(samples[at : at + chunk]):
            utterance.decode(unit)
        ahead = utterance.ahead()
        if ahead is not None and ahead is not done and decodes(ahead):
            utterance.decode_ahead(ahead.unit)
            done = ahead
        known.append(utterance.hypothesis())
    return known


def last_sound(samples: Samples) -> int:
    return int(np.flatnonzero(np.abs(samples) > 0.01)[-1])


@pytest.mark.parametrize("pause_ms", [140, 200, 300, 600, 3_000])
def test_a_release_after_a_pause_finds_nothing_left_to_decode(
    bench: Bench, clips: list[Clip], pause_ms: int
) -> None:
    rng = np.random.default_rng(pause_ms)
    reused = 0
    for clip in [clip for clip in clips if clip.language != "nospeech"][::5]:
        room = rng.integers(-3, 4, 64_000) / 32_768
        samples = clip.samples[: last_sound(clip.samples) + 1]
        heard = np.concatenate((room[:8_000], samples, room[: pause_ms * 16])).astype(np.float32)
        utterance = bench.open()
        speak(utterance, heard)
        before = bench.backend.decodes
        assert utterance.finish().text
        reused += bench.backend.decodes == before

    assert reused >= 18  # of 20: a voice that dies away slowly is known to be over a little later


def test_a_unit_whose_end_the_vad_foresaw_closes_without_a_decode(
    bench: Bench, take: Samples
) -> None:
    """In a room so loud that no hush is heard; after a hush the pause's own quiet is decoded."""
    hiss = np.random.default_rng(4).standard_normal(len(take)) * 0.01
    loud = (take + np.round(hiss * 32_768) / 32_768).astype(np.float32).clip(-1, 1 - 1 / 32_768)
    utterance, closed = bench.open(), 0
    done = None
    for at in range(0, len(loud), BLOCK_SAMPLES):
        units = utterance.cut(loud[at : at + BLOCK_SAMPLES])
        before = bench.backend.decodes
        foreseen = done is not None and done.ending is Ending.SETTLED
        for unit in units:
            utterance.decode(unit)
        if units and foreseen:
            assert bench.backend.decodes == before
            closed += 1
        ahead = utterance.ahead()
        if ahead is not None and ahead is not done:
            utterance.decode_ahead(ahead.unit)
            done = ahead

    assert closed >= 2


def plain(bench: Bench, samples: Samples) -> Transcript:
    utterance = bench.open()
    utterance.feed(samples)
    return utterance.finish()


@settings(max_examples=25, deadline=None)
@given(
    end=st.integers(8_000, 400_000),
    chunk=st.sampled_from([37, 320, 1_600, 4_801, 48_000]),
    skipped=st.sampled_from([0.0, 0.3, 0.9]),
)
def test_the_transcript_is_the_same_with_and_without_and_in_any_chunks(
    bench: Bench, take: Samples, end: int, chunk: int, skipped: float
) -> None:
    rng = np.random.default_rng(end)
    samples = take[:end]
    utterance = bench.open()

    known = speak(utterance, samples, chunk, decodes=lambda _: rng.random() >= skipped)
    transcript = utterance.finish()

    assert transcript == plain(bench, samples)
    finals = [hypothesis.final for hypothesis in known]
    for one, two in zip(finals, [*finals[1:], transcript.text], strict=True):
        assert two.startswith(one)


def test_what_is_being_said_is_shown_about_once_a_second(bench: Bench, take: Samples) -> None:
    looks: list[Ahead] = []
    utterance = bench.open()

    known = speak(utterance, take, decodes=lambda ahead: bool(looks.append(ahead)) or True)

    spoken = [look for look in looks if look.ending is Ending.SPEAKING]
    assert 20 < len(spoken) < 60
    assert all(look.unit.length_s >= 1 for look in spoken)
    shown = [hypothesis.final + hypothesis.tentative for hypothesis in known]
    assert sum(one != two for one, two in itertools.pairwise(shown)) > 40
    assert any(hypothesis.tentative and not hypothesis.final for hypothesis in known)


def test_a_file_is_not_decoded_ahead(bench: Bench, take: Samples) -> None:
    utterance = bench.open(FILE)

    known = speak(utterance, take)

    assert not any(hypothesis.tentative for hypothesis in known)


class Open:
    """A cutter whose open unit stands as it is told."""

    foreseen: Span | None = None

    def foresee(self) -> Span | None:
        return self.foreseen

    def unit(self, span: Span) -> Unit | None:
        return unit(span.start_ms, span.end_ms)

    def stands(self, start_ms: int, end_ms: int, ending: Ending) -> None:
        self.foreseen = Span(start_ms, end_ms, ending)


def unit(start_ms: int, end_ms: int) -> Unit:
    return Unit(start_ms / 1000, (end_ms - start_ms) / 1000, np.zeros((1, 80), np.float32))


def test_an_end_is_worth_decoding_until_the_voice_is_back() -> None:
    cutter = Open()
    lookout = Lookout(cutter)  # type: ignore[arg-type]

    assert lookout.look() is None
    cutter.stands(0, 800, Ending.SPEAKING)
    assert lookout.look() is None
    cutter.stands(0, 900, Ending.FALLING)
    falling = lookout.look()
    assert falling is not None
    cutter.stands(0, 900, Ending.HUSHED)
    hushed = lookout.look()
    assert hushed is not None
    assert hushed is not falling  # which may have been too slow to be worth it
    assert lookout.look() is hushed
    cutter.stands(0, 1_000, Ending.SETTLED)
    settled = lookout.look()
    assert settled is not None
    assert settled is not hushed
    cutter.stands(0, 1_980, Ending.SPEAKING)
    assert lookout.look() is None
    cutter.stands(0, 2_000, Ending.SPEAKING)
    speaking = lookout.look()
    assert speaking is not None
    cutter.stands(0, 2_980, Ending.SPEAKING)
    assert lookout.look() is speaking
    cutter.stands(2_900, 3_000, Ending.SPEAKING)  # a unit was cut off, and another is open
    assert lookout.look() is None
    cutter.foreseen = None
    assert lookout.look() is None


def test_nothing_is_decoded_ahead_that_could_hold_up_a_release() -> None:
    pace = Pace()
    ten_s = {ending: Ahead(unit(0, 10_000), ending) for ending in Ending}
    one_s = {ending: Ahead(unit(0, 1_000), ending) for ending in Ending}

    # Nothing is known of the pace yet.
    assert [ending for ending in Ending if pace.affords(one_s[ending])] == [Ending.SETTLED]
    pace.note(unit(0, 1_000), 0.1)
    assert all(pace.affords(ahead) for ahead in one_s.values())
    pace.note(unit(0, 10_000), 3.0)
    assert [ending for ending in Ending if pace.affords(ten_s[ending])] == [Ending.SETTLED]
    pace.note(unit(0, 10_000), 0.25)
    assert pace.affords(ten_s[Ending.HUSHED])  # if it is the end, this is what is waited for
    assert not pace.affords(ten_s[Ending.SPEAKING])
    # A word alone takes long for its length: that says nothing of longer units.
    for _ in range(10):
        pace.note(unit(0, 200), 0.08)
    assert pace.affords(ten_s[Ending.HUSHED])
    for _ in range(10):  # another program takes the processor
        pace.note(unit(0, 1_000), 1.0)
    assert not pace.affords(one_s[Ending.SPEAKING])


def test_what_is_due_is_done_first_and_in_order(bench: Bench) -> None:
    jobs, one, two = Jobs(), bench.open(), bench.open()
    two.take = 2
    old, new = (Ahead(unit(0, end_ms), Ending.HUSHED) for end_ms in (1_000, 2_000))
    jobs.offer(one, old)
    jobs.offer(one, new)
    jobs.offer(two, old)
    jobs.withdraw(2)
    jobs.put(Decode(two, old.unit))
    jobs.put(Deliver(two))

    assert jobs.is_offered(1, new)
    assert not jobs.is_offered(1, old)
    assert jobs.next() == Decode(two, old.unit)
    jobs.done(Decode(two, old.unit))
    assert jobs.next() == Deliver(two)
    assert jobs.next() == DecodeAhead(one, new)
    assert jobs.is_offered(1, new)  # it was, and need not be again
    jobs.end()
    assert jobs.next() is None


def test_a_job_wakes_who_waits_for_one(bench: Bench) -> None:
    jobs, got = Jobs(), []
    waiting = threading.Thread(target=lambda: got.append(jobs.next()))
    waiting.start()
    jobs.put(Deliver(utterance := bench.open()))
    waiting.join(10)

    assert got == [Deliver(utterance)]
