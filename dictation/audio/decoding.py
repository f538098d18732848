"""What decodes a file: frames of audio out of it, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, Protocol, TypeAlias

import numpy as np
import soundfile
from numpy.typing import NDArray

from dictation.errors import AudioForbidden, AudioUnreadable
from dictation.translation import Phrase

Frames: TypeAlias = NDArray[np.float32]
"""Shape (n, channels)."""

_BLOCK_S = 1
_CUT_OFF = Phrase("it ends in the middle")
# A file that gives this much less than it says was cut off; lengths of MP3 files are estimates.
_LESS_S, _LESS_PART = 1.0, 0.02


class Damaged(Exception):
    """The file cannot be read any further. It never leaves ``audio``."""


class Source(Protocol):
    """What can be opened to be read, as a path can."""

    def open(self, mode: Literal["rb"], /) -> IO[bytes]: ...


class Decoding(Protocol):
    """A file that was opened. It may be read several times."""

    @property
    def duration_s(self) -> float | None:
        """As the file says; None if it does not."""
        ...

    @property
    def rate_hz(self) -> int: ...

    def blocks(self) -> Iterator[Frames]:
        """From its start, about a second at a time. Raises Damaged."""
        ...


class SoundFile:
    """What libsndfile reads: WAV, FLAC, MP3, Ogg and more. Raises AudioUnreadable."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with _opened(path) as sound:
            self.rate_hz: int = sound.samplerate
            self.duration_s: float = sound.frames / sound.samplerate

    def blocks(self) -> Iterator[Frames]:
        read = 0
        with _opened(self._path) as sound:
            try:
                while len(frames := sound.read(self.rate_hz * _BLOCK_S, "float32", always_2d=True)):
                    read += len(frames)
                    yield frames
            except soundfile.LibsndfileError as error:
                raise Damaged(_reason(error)) from error
        check_length(read / self.rate_hz, self.duration_s)


def check_length(read_s: float, duration_s: float | None) -> None:
    """Raises Damaged if less came out of a file than it says to hold."""
    least_s = 0.0 if duration_s is None else duration_s * (1 - _LESS_PART) - _LESS_S
    if read_s < least_s:
        raise Damaged(_CUT_OFF)


@contextmanager
def _opened(path: Path) -> Iterator[soundfile.SoundFile]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise AudioForbidden(file=path, reason=error.strerror) from error
    with file:
        try:
            # By its number: of a name that ends in .raw soundfile wants to be told what is in it.
            sound = soundfile.SoundFile(file.fileno(), closefd=False)
        except soundfile.LibsndfileError as error:
            raise AudioUnreadable(file=path, reason=_reason(error)) from error
        with sound:
            yield sound


def _reason(error: soundfile.LibsndfileError) -> str:
    return str(error.error_string).rstrip(".").lower()
