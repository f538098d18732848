"""Decodes with PyAV, which is the extra ``media``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import av
import numpy as np

from dictation.audio.decoding import Damaged, Frames, Source, check_length
from dictation.audio.media import CONTAINERS, track_s
from dictation.errors import AudioUnreadable, AudioWithoutSound
from dictation.translation import Phrase

_TIME_BASE = 1_000_000  # of a container's times, AV_TIME_BASE
_GAP_S = 0.1  # a smaller one is rounding
_BLOCK_S = 10.0  # of the silence that fills a gap


class AvFile:
    """The first audio track of a file. Raises AudioUnreadable or AudioWithoutSound."""

    def __init__(self, path: Source) -> None:
        self._path = path
        try:
            with _opened(path) as container:
                if not container.streams.audio:
                    raise AudioWithoutSound(file=path)
                stream = container.streams.audio[0]
                self.rate_hz: int = stream.codec_context.sample_rate or 0
                self._track_s = _track_s(stream)
                self.duration_s = self._track_s or _duration_s(container, stream)
        except av.FFmpegError as error:
            raise AudioUnreadable(file=path, reason=_reason(error)) from error
        if not self.rate_hz:
            raise AudioUnreadable(file=path, reason=Phrase("its sound cannot be decoded"))

    def blocks(self) -> Iterator[Frames]:
        read = 0
        damage = ""
        try:
            with _opened(self._path) as container:
                stream = container.streams.audio[0]
                start_s = (container.start_time or 0) / _TIME_BASE
                # To one channel as ffmpeg does it: of films, the voices are in the middle one.
                mono = av.AudioResampler(format="flt", layout="mono", rate=self.rate_hz)
                for packet in container.demux(stream):
                    try:
                        decoded = packet.decode()
                    except av.InvalidDataError as error:  # the next one may be whole
                        damage = _reason(error)
                        continue
                    for frame in decoded:
                        for silence in self._missing(frame, start_s, read):
                            read += len(silence)
                            yield silence
                        for samples in _samples(mono, frame):
                            read += len(samples)
                            yield samples
                yield from _samples(mono, None)
        except av.FFmpegError as error:
            raise Damaged(_reason(error)) from error
        if damage:
            raise Damaged(damage)
        check_length(read / self.rate_hz, self._track_s)

    def _missing(self, frame: Any, start_s: float, read: int) -> Iterator[Frames]:
        """Silence where the track has a gap, so that times are those of the video."""
        if frame.time is None:
            return
        gap_s = frame.time - start_s - read / self.rate_hz
        if self.duration_s is not None:  # a damaged time must not make hours of it
            gap_s = min(gap_s, self.duration_s - read / self.rate_hz)
        if gap_s < _GAP_S:
            return
        left = round(gap_s * self.rate_hz)
        while left > 0:
            size = min(left, round(_BLOCK_S * self.rate_hz))
            yield np.zeros((size, 1), np.float32)
            left -= size


@contextmanager
def _opened(path: Source) -> Iterator[Any]:
    # As an open file: nothing in a name is taken for an option or an address.
    with (
        path.open("rb") as file,
        av.open(file, options={"format_whitelist": CONTAINERS}) as container,
    ):
        yield container


def _track_s(stream: Any) -> float | None:
    """Of the track alone: the video may go on without sound."""
    if stream.duration is not None:
        return float(stream.duration * stream.time_base)
    return track_s(stream.metadata.get("DURATION"))


def _duration_s(container: Any, stream: Any) -> float | None:
    if container.duration is not None:
        return float(container.duration / _TIME_BASE)
    # A browser's recording does not say; all of its packets are looked at, and none is decoded.
    ends = [
        float((packet.pts + (packet.duration or 0)) * packet.time_base)
        for packet in container.demux(stream)
        if packet.pts is not None
    ]
    return max(ends) if ends else None


def _samples(mono: Any, frame: Any) -> Iterator[Frames]:
    for resampled in mono.resample(frame):
        yield resampled.to_ndarray().reshape(-1, 1)


def _reason(error: av.FFmpegError) -> str:
    return (error.strerror or type(error).__name__).rstrip(".").lower()
