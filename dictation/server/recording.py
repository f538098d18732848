"""Bytes in memory become audio: what they are is found in them, never in a name."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import soundfile
from numpy.typing import NDArray

from dictation.audio.conversion import FULL_SCALE, Converter
from dictation.audio.decoding import Damaged, Decoding, Frames
from dictation.errors import AudioError
from dictation.server.errors import AudioUnusable, TooLong
from dictation.speech import SAMPLE_RATE_HZ, Samples
from dictation.translation import Phrase

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
    """content: a file that libsndfile or, where it is installed, PyAV reads.

    What it says of its length is not believed. Raises AudioUnusable, TooLong.
    """
    if not content:
        raise AudioUnusable(reason=Phrase("there is none"))
    pieces: list[Steps] = []
    length_s = 0.0
    rate_hz, blocks = _opened(content)
    converter = Converter(rate_hz)
    for frames in blocks:
        length_s += len(frames) / rate_hz
        if length_s > most_s:
            raise TooLong(most_s=most_s)
        pieces += _pieces(converter.convert(frames))
    pieces += _pieces(converter.finish())
    recording = Recording(tuple(pieces))
    if recording.duration_s < _SHORTEST_S:
        raise AudioUnusable(reason=Phrase("it is shorter than 100 ms"))
    return recording


def _opened(content: bytes) -> tuple[int, Iterator[Frames]]:
    """The rate, and all frames, which raise AudioUnusable."""
    try:
        sound = soundfile.SoundFile(io.BytesIO(content))
    except soundfile.LibsndfileError as error:
        return _opened_by_av(content, _reason(error))
    lowest, highest = _RATES_HZ
    if not lowest <= sound.samplerate <= highest:
        raise AudioUnusable(
            reason=Phrase(
                "its rate is not from {lowest} to {highest} Hz", lowest=lowest, highest=highest
            )
        )
    if sound.channels > _MOST_CHANNELS:
        raise AudioUnusable(
            reason=Phrase("it has more than {number} channels", number=_MOST_CHANNELS)
        )
    return sound.samplerate, _frames(sound)


def _frames(sound: soundfile.SoundFile) -> Iterator[Frames]:
    with sound:
        try:
            while len(frames := sound.read(sound.samplerate, "float32", always_2d=True)):
                yield frames
        except soundfile.LibsndfileError as error:
            raise AudioUnusable(reason=_reason(error)) from error


@dataclass(frozen=True, slots=True)
class _InMemory:
    """Opened as a path would be; it has no name."""

    content: bytes

    def open(self, _: str, /) -> io.BytesIO:
        return io.BytesIO(self.content)


def _opened_by_av(content: bytes, otherwise: str) -> tuple[int, Iterator[Frames]]:
    """m4a, webm and others. otherwise: what is wrong where there is no PyAV."""
    if importlib.util.find_spec("av") is None:
        raise AudioUnusable(reason=otherwise)
    from dictation.audio.av_decoding import AvFile

    try:
        file = AvFile(_InMemory(content))
    except AudioError as error:
        raise AudioUnusable(reason=error.fields.get("reason", Phrase("it has no sound"))) from error
    return file.rate_hz, _frames_by_av(file)


def _frames_by_av(file: Decoding) -> Iterator[Frames]:
    try:
        yield from file.blocks()
    except Damaged as error:
        raise AudioUnusable(reason=str(error)) from error


def _reason(error: soundfile.LibsndfileError) -> str:
    return str(error.error_string).rstrip(".").lower()


def _pieces(samples: Samples) -> Iterator[Steps]:
    for first in range(0, len(samples), SAMPLE_RATE_HZ):
        yield as_steps(samples[first : first + SAMPLE_RATE_HZ])
