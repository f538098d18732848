"""Speech of any length, made of the bundled recording.

The recording is taken apart at its pauses. The pieces are spoken again in their order, each time a
little faster or slower, louder or softer, in runs of 2 to 8 s with pauses between them, over the
noise of a quiet room.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from dictation.audio.files import AudioFile
from dictation.lab.speaking import speech_end_s
from dictation.paths import resource
from dictation.speech import SAMPLE_RATE_HZ, Samples

_RUN_S = (2.0, 8.0)
_PAUSE_S = (0.25, 1.2)  # between two runs
_GAP_S = (0.06, 0.16)  # between two pieces of a run, as within a sentence
_TEMPO = (0.95, 1.05)
_GAIN = (0.5, 1.0)
_NOISE = 3e-4  # -70 dBFS: a quiet room
_AFTER_S = 1.5  # of room, so that one may go on recording after the last word

_FRAME = SAMPLE_RATE_HZ // 100  # 10 ms
_QUIET = 10 ** (-35 / 20)  # of the loudest frame
_SHORTEST_PAUSE = 10  # frames: 100 ms


@dataclass(frozen=True, slots=True)
class Dictation:
    """samples: shape (n,), 16 kHz mono, with some room after the last word."""

    samples: Samples
    last_word_s: float
    """When the last word ends."""

    def until(self, end_s: float) -> Samples:
        """What is recorded by then."""
        return self.samples[: round(end_s * SAMPLE_RATE_HZ)]


def dictation(length_s: float, seed: int) -> Dictation:
    """Its last word ends at this time; of two with one seed, the shorter is the longer's end."""
    chance = np.random.default_rng(seed)
    runs = [_run(chance)]
    # The end of a word fades: what a person would call its end comes before its last sound.
    fade = len(runs[0]) - round(speech_end_s(runs[0].astype(np.float32)) * SAMPLE_RATE_HZ)
    wanted = round(length_s * SAMPLE_RATE_HZ) + fade
    while sum(map(len, runs)) < wanted:
        runs += [_silence(chance, _PAUSE_S), _run(chance)]
    after = np.zeros(round(_AFTER_S * SAMPLE_RATE_HZ) - fade)
    samples = np.concatenate((np.concatenate(runs[::-1])[-wanted:], after))
    return Dictation(_recorded(samples + _noise(len(samples), seed)), length_s)


def room(length_s: float, seed: int = 0) -> Samples:
    """A quiet room in which nobody speaks."""
    return _recorded(_noise(round(length_s * SAMPLE_RATE_HZ), seed))


def _noise(count: int, seed: int) -> NDArray[np.float64]:
    """Drawn from its end on, so that it ends in the same way whatever its length."""
    return np.random.default_rng((seed, 1)).standard_normal(count)[::-1] * _NOISE


def _recorded(samples: NDArray[np.float64]) -> Samples:
    """As a microphone with 16 bits has it."""
    exact = np.round(np.clip(samples, -1, 1 - 1 / 32768) * 32768) / 32768
    return exact.astype(np.float32)


def _run(chance: np.random.Generator) -> NDArray[np.float64]:
    """Some pieces in their order, without a pause, in one voice."""
    pieces = _pieces()
    wanted = chance.uniform(*_RUN_S) * SAMPLE_RATE_HZ
    tempo, gain = chance.uniform(*_TEMPO), chance.uniform(*_GAIN)
    at = int(chance.integers(len(pieces)))
    parts = [pieces[at]]
    while sum(map(len, parts)) + len(pieces[(at + 1) % len(pieces)]) < wanted:
        at = (at + 1) % len(pieces)
        parts += [_silence(chance, _GAP_S), pieces[at]]
    spoken = soxr.resample(np.concatenate(parts), SAMPLE_RATE_HZ * tempo, SAMPLE_RATE_HZ)
    return np.asarray(spoken * gain, np.float64)


def _silence(chance: np.random.Generator, between_s: tuple[float, float]) -> NDArray[np.float64]:
    return np.zeros(round(chance.uniform(*between_s) * SAMPLE_RATE_HZ))


@functools.cache
def _pieces() -> tuple[NDArray[np.float64], ...]:
    """The bundled recording's, without its pauses."""
    samples = np.concatenate(list(AudioFile(resource("demo.wav")).chunks())).astype(np.float64)
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    levels = np.sqrt(np.mean(np.square(frames), axis=1))
    loud = np.flatnonzero(levels >= levels.max() * _QUIET)
    breaks = np.flatnonzero(np.diff(loud) > _SHORTEST_PAUSE)
    firsts = loud[np.concatenate(([0], breaks + 1))]
    lasts = loud[np.concatenate((breaks, [len(loud) - 1]))]
    return tuple(
        samples[first * _FRAME : (last + 1) * _FRAME]
        for first, last in zip(firsts, lasts, strict=True)
    )
