"""Reads audio files as a stream of chunks, so that an hour needs no more memory than a minute."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from dictation.audio.conversion import Converter
from dictation.audio.decoding import Damaged, Decoding, SoundFile
from dictation.audio.media import open_media
from dictation.errors import (
    AudioEmpty,
    AudioForbidden,
    AudioIsFolder,
    AudioMissing,
    AudioNotFinite,
    AudioTooShort,
    AudioUnreadable,
)
from dictation.speech import SAMPLE_RATE_HZ, Samples

SHORTEST_MS = 100  # a clipped "no" lasts 120 ms; the shortest pause between words is longer still


class AudioFile:
    """A file with sound in it: what libsndfile reads, else what PyAV or ffmpeg does.

    Raises an AudioError at construction if the file cannot be used.

    Attributes:
        path: the file.
        duration_s: its length; 0 before it was read, where the file does not tell.
        bad_samples: how many samples of the last reading were NaN or infinite.
        damage: why the last reading ended before the file did, or left something out; empty if it
            did not.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path = Path(path)
        self.bad_samples = 0
        self.damage = ""
        _check_readable(path)
        self._decoding = _decoding(path)
        duration_s = self._decoding.duration_s
        self.duration_s = duration_s or 0.0
        if duration_s is not None:
            _check_length(path, duration_s)

    def chunks(self) -> Iterator[Samples]:
        """The whole file from its start, about a second at a time.

        Raises AudioUnreadable if there is nothing that can be read, AudioNotFinite at the end if
        no sample at all was a number.
        """
        samples_read = 0
        self.damage = ""
        converter = Converter(self._decoding.rate_hz)
        try:
            for frames in self._decoding.blocks():
                samples_read += frames.size
                yield converter.convert(frames)
        except Damaged as error:
            if not samples_read:
                raise AudioUnreadable(file=self.path, reason=error) from error
            self.damage = str(error)
        yield converter.finish()
        self.bad_samples = converter.bad_samples
        self.duration_s = self.duration_s or converter.samples / SAMPLE_RATE_HZ
        if not self.duration_s:
            raise AudioEmpty(file=self.path)
        if samples_read == self.bad_samples:
            raise AudioNotFinite(file=self.path)

    def whole(self) -> Iterator[Samples]:
        """The same, but raises AudioUnreadable if not all of it can be read."""
        yield from self.chunks()
        if self.damage:
            raise AudioUnreadable(file=self.path, reason=self.damage)


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


def _check_length(path: Path, duration_s: float) -> None:
    if duration_s == 0:
        raise AudioEmpty(file=path)
    if duration_s * 1000 < SHORTEST_MS:
        raise AudioTooShort(file=path, duration_ms=max(1, round(duration_s * 1000)))


def _decoding(path: Path) -> Decoding:
    try:
        return SoundFile(path)
    except AudioUnreadable as error:
        return open_media(path, error)
