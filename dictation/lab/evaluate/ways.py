"""The ways to hear a recording: incrementally, as a whole, and by FunASR's AutoModel.

All run as fast as they can, not in real time: what is left to do after the end of a recording is
what a person would wait, as long as decoding keeps up with speech.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from dictation.audio.files import AudioFile
from dictation.lab.automodel import AutoModelReference
from dictation.lab.evaluate.hearing import (
    ClosedUnit,
    Closing,
    Heard,
    HeardUnit,
    heard,
    heard_units,
)
from dictation.lab.evaluate.raw_text import Piece, read_pieces
from dictation.recognition.ahead import Ahead, Pace
from dictation.recognition.noise_floor import with_floor
from dictation.recognition.options import FILE, LIVE, Options, Profile
from dictation.recognition.recogniser import Recogniser, Utterance
from dictation.recognition.units import Unit
from dictation.speech import SAMPLE_RATE_HZ, Samples, TextStyle, Transcript

CHUNK_MS = 100  # as a microphone gives them
LONGEST_WHOLE_S = 30  # as long as a piece may be for FunASR's VAD
_CHUNK_SAMPLES = SAMPLE_RATE_HZ * CHUNK_MS // 1000

_WARM_UP_S = 5

Way = Callable[[AudioFile], Heard]


def warm_up(recogniser: Recogniser) -> None:
    """Does what is done once, such as laying out weights: it is no part of any recording's time."""
    silence = np.zeros(_WARM_UP_S * SAMPLE_RATE_HZ, np.float32)
    recogniser.open(0, Options()).decode(Unit.of(0.0, silence))


def incremental(recogniser: Recogniser, style: TextStyle) -> Way:
    """As while dictating: in small chunks, units decoded as they close, the open one ahead."""
    options, pace = Options(style=style, profile=LIVE), Pace()

    def hear(audio: AudioFile) -> Heard:
        decoding = _Decoding(recogniser.open(0, options), pace)
        return _streamed(decoding, LIVE, _in_small_chunks(audio.whole()))

    return hear


def whole_buffer(recogniser: Recogniser, style: TextStyle) -> Way:
    """Once all is recorded: as one unit, or cut as files are if it is longer than 30 s."""
    options, pace = Options(style=style, profile=FILE), Pace()

    def hear(audio: AudioFile) -> Heard:
        utterance = recogniser.open(0, options)
        if audio.duration_s > LONGEST_WHOLE_S:
            told = _streamed(_Decoding(utterance, pace), FILE, audio.whole())
        else:
            told = _as_one_unit(utterance, _all_of(audio))
        return replace(told, after_end_s=told.computing_s)

    return hear


def automodel(reference: AutoModelReference, style: TextStyle) -> Way:
    """FunASR's AutoModel with its VAD, once all is recorded."""

    def hear(audio: AudioFile) -> Heard:
        raw, seconds = reference.transcribe(_all_of(audio), itn=style is TextStyle.WRITTEN)
        return heard(read_pieces(raw), (), seconds, seconds)

    return hear


def _streamed(decoding: _Decoding, profile: Profile, chunks: Iterable[Samples]) -> Heard:
    closed: list[ClosedUnit] = []
    heard_s = computing_s = 0.0
    for chunk in chunks:
        heard_s += len(chunk) / SAMPLE_RATE_HZ
        began_s = time.perf_counter()
        units = decoding.hear(chunk)
        computing_s += time.perf_counter() - began_s
        closed += [ClosedUnit(unit, heard_s, at_end=False) for unit in units]
    began_s = time.perf_counter()
    units, transcript = decoding.finish()
    after_end_s = time.perf_counter() - began_s
    closed += [ClosedUnit(unit, heard_s, at_end=True) for unit in units]
    told = heard_units(closed, profile.longest_ms / 1000)
    return heard(_pieces(transcript), told, after_end_s, computing_s + after_end_s)


class _Decoding:
    """Decodes closed units, and the open one ahead, as the recogniser process does."""

    def __init__(self, utterance: Utterance, pace: Pace) -> None:
        self._utterance = utterance
        self._pace = pace
        self._ahead: Ahead | None = None

    def hear(self, chunk: Samples) -> list[Unit]:
        """The units that it closed."""
        units = self._utterance.cut(chunk)
        for unit in units:
            self._timed(self._utterance.decode, unit)
        ahead = self._utterance.ahead()
        if ahead is not None and ahead is not self._ahead and self._pace.affords(ahead):
            self._timed(self._utterance.decode_ahead, ahead.unit)
        self._ahead = ahead
        return units

    def finish(self) -> tuple[list[Unit], Transcript]:
        """The units that were still open."""
        units = self._utterance.cut_rest()
        for unit in units:
            self._utterance.decode(unit)
        return units, self._utterance.transcript()

    def _timed(self, decode: Callable[[Unit], None], unit: Unit) -> None:
        known = self._utterance.knows(unit)
        began_s = time.perf_counter()
        decode(unit)
        if not known:
            self._pace.note(unit, time.perf_counter() - began_s)


def _as_one_unit(utterance: Utterance, samples: Samples) -> Heard:
    began_s = time.perf_counter()
    unit = Unit.of(0.0, with_floor(samples, 0))
    utterance.decode(unit)
    transcript = utterance.transcript()
    took_s = time.perf_counter() - began_s
    return heard(_pieces(transcript), [HeardUnit(unit.length_s, Closing.END)], took_s, took_s)


def _pieces(transcript: Transcript) -> list[Piece]:
    return [
        Piece(segment.text, segment.language, segment.emotion, segment.event)
        for segment in transcript.segments
    ]


def _all_of(audio: AudioFile) -> Samples:
    samples: Samples = np.concatenate(list(audio.whole()))
    return samples


def _in_small_chunks(chunks: Iterable[Samples]) -> Iterator[Samples]:
    for chunk in chunks:
        for first in range(0, len(chunk), _CHUNK_SAMPLES):
            yield chunk[first : first + _CHUNK_SAMPLES]
