"""Bytes in memory become audio: what they are is found in them, never in a name."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import soundfile
from numpy.typing import NDArray

from dictation.audio.conversion import FULL_SCALE, Converter
from dictation.server.errors import AudioUnusable, TooLong
from dictation.speech import SAMPLE_RATE_HZ, Samples

_BLOCK_S = 1
_SHORTEST_S = 0.1
_MOST_CHANNELS = 16
_RATES_HZ = (1_000, 400_000)
_EXACT = np.float32(1 / FULL_SCALE)

Steps = NDArray[np.int16]
"""Samples as they are kept: half the memory, and nothing is lost."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Audio that is all there."""

    pieces: tuple[Steps, ...]
    """A second each, at most."""

    @property
    def duration_s(self) -> float:
        return sum(map(len, self.pieces)) / SAMPLE_RATE_HZ

    def chunks(self) -> Iterator[Samples]:
        """From its start."""
        return map(as_samples, self.pieces)


def as_samples(steps: Steps) -> Samples:
    """As the recogniser takes them."""
    return steps * _EXACT


def as_steps(samples: Samples) -> Steps:
    """As they are kept."""
    return (samples * FULL_SCALE).astype(np.int16)


def decoded(content: bytes, most_s: float) -> Recording:
    """content: a file that libsndfile reads; its first ``most_s`` seconds are, at most.

    Raises AudioUnusable, TooLong.
    """
    if not content:
        raise AudioUnusable(reason="there is none")
    pieces: list[Steps] = []
    length_s = 0.0
    try:
        # What a file says of its length is not believed: it is read until there is no more.
        with soundfile.SoundFile(io.BytesIO(content)) as sound:
            _check(sound)
            converter = Converter(sound.samplerate)
            while len(frames := sound.read(_frames(sound), dtype="float32", always_2d=True)):
                length_s += len(frames) / sound.samplerate
                if length_s > most_s:
                    raise TooLong(most_s=most_s)
                pieces += _pieces(converter.convert(frames))
            pieces += _pieces(converter.finish())
    except soundfile.LibsndfileError as error:
        reason = str(error.error_string).rstrip(".").lower()
        raise AudioUnusable(reason=reason) from error
    recording = Recording(tuple(pieces))
    if recording.duration_s < _SHORTEST_S:
        raise AudioUnusable(reason="it is shorter than 100 ms")
    return recording


def _check(sound: soundfile.SoundFile) -> None:
    lowest, highest = _RATES_HZ
    if not lowest <= sound.samplerate <= highest:
        raise AudioUnusable(reason=f"its rate is not from {lowest} to {highest} Hz")
    if sound.channels > _MOST_CHANNELS:
        raise AudioUnusable(reason=f"it has more than {_MOST_CHANNELS} channels")


def _frames(sound: soundfile.SoundFile) -> int:
    return int(sound.samplerate) * _BLOCK_S


def _pieces(samples: Samples) -> Iterator[Steps]:
    for first in range(0, len(samples), SAMPLE_RATE_HZ):
        yield as_steps(samples[first : first + SAMPLE_RATE_HZ])
