"""How loud it is: measured where the audio comes by, read wherever it is shown."""

from __future__ import annotations

import math

import numpy as np

from dictation.audio.recording import CaptureListener
from dictation.errors import AudioError
from dictation.speech import AudioChunk, Samples

# Speech at a laptop's microphone is at some -50 to -20 dBFS; a quiet room is below.
_QUIET_DB, _LOUD_DB = -58.0, -16.0


class Meter:
    """Written by the capture's thread, read by another. It holds up neither."""

    def __init__(self) -> None:
        self._power = 0.0
        self.blocks = 0
        """How many were heard."""

    def hear(self, samples: Samples) -> None:
        """About 20 ms of audio; takes 2 µs."""
        power = float(np.dot(samples, samples)) / max(1, samples.size)
        self._power = max(self._power, power)
        self.blocks += 1

    def loudest(self) -> float:
        """Since it was last asked, from 0 to 1."""
        # A block that comes between the two is lost to the eye, which is cheaper than a lock.
        power, self._power = self._power, 0.0
        return level(power)


def level(power: float) -> float:
    """From 0 to 1, as loud as it seems. power: the mean square of the samples."""
    if power <= 0.0:
        return 0.0
    decibels = 10 * math.log10(power)
    return min(1.0, max(0.0, (decibels - _QUIET_DB) / (_LOUD_DB - _QUIET_DB)))


class Metered:
    """Hears what another listener hears, and measures it on the way."""

    def __init__(self, listener: CaptureListener, meter: Meter) -> None:
        self._listener = listener
        self._meter = meter

    def began(self, take: int) -> None:
        self._listener.began(take)

    def heard(self, chunk: AudioChunk) -> None:
        self._listener.heard(chunk)
        self._meter.hear(chunk.samples)

    def lost(self, take: int, error: AudioError) -> None:
        self._listener.lost(take, error)

    def ended(self, take: int) -> None:
        self._listener.ended(take)
