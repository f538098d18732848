"""Reads audio files as a stream of chunks, so that an hour needs no more memory than a minute."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from dictation.audio.conversion import Converter
from dictation.errors import (
    AudioEmpty,
    AudioForbidden,
    AudioIsFolder,
    AudioMissing,
    AudioNotFinite,
    AudioTooShort,
    AudioUnreadable,
)
from dictation.speech import Samples

SHORTEST_MS = 100  # a clipped "no" lasts 120 ms; the shortest pause between words is longer still
_BLOCK_S = 1


class AudioFile:
    """An audio file that libsndfile reads: WAV, FLAC, MP3, Ogg and more.

    Raises an AudioError at construction if the file cannot be used.

    Attributes:
        path: the file.
        duration_s: its length.
        bad_samples: how many samples of the last reading were NaN or infinite.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bad_samples = 0
        _check_readable(path)
        with _opened(path) as sound:
            self.duration_s = sound.frames / sound.samplerate
        if self.duration_s == 0:
            raise AudioEmpty(file=path)
        if self.duration_s * 1000 < SHORTEST_MS:
            raise AudioTooShort(file=path, duration_ms=max(1, round(self.duration_s * 1000)))

    def chunks(self) -> Iterator[Samples]:
        """The whole file from its start, about a second at a time.

        Raises AudioUnreadable where the file ends in the middle, AudioNotFinite at the end if no
        sample at all was a number.
        """
        samples_read = 0
        with _opened(self.path) as sound:
            converter = Converter(sound.samplerate)
            while True:
                frames = _read(sound, self.path, sound.samplerate * _BLOCK_S)
                if not len(frames):
                    break
                samples_read += frames.size
                yield converter.convert(frames)
            yield converter.finish()
        self.bad_samples = converter.bad_samples
        if samples_read == self.bad_samples:
            raise AudioNotFinite(file=self.path)


def _check_readable(path: Path) -> None:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise AudioIsFolder(file=path)
        with path.open("rb"):
            pass
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AudioMissing(file=path) from error
    except OSError as error:
        raise AudioForbidden(file=path, reason=error.strerror) from error
    if size == 0:
        raise AudioEmpty(file=path)


def _opened(path: Path) -> soundfile.SoundFile:
    try:
        return soundfile.SoundFile(path)
    except soundfile.LibsndfileError as error:
        raise AudioUnreadable(file=path, reason=_reason(error)) from error


def _read(
    sound: soundfile.SoundFile, path: Path, frames: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    try:
        block: np.ndarray[tuple[int, int], np.dtype[np.float32]] = sound.read(
            frames, dtype="float32", always_2d=True
        )
    except soundfile.LibsndfileError as error:
        raise AudioUnreadable(file=path, reason=_reason(error)) from error
    return block


def _reason(error: soundfile.LibsndfileError) -> str:
    return str(error.error_string).rstrip(".").lower()
