"""Converts audio of any rate and channel count to the one form that the recogniser takes."""

from __future__ import annotations

from typing import cast

import numpy as np
import soxr
from numpy.typing import NDArray

from dictation.speech import SAMPLE_RATE_HZ, Samples

FULL_SCALE = 32_768  # 2 ** 15: one step of 16-bit audio is 1 / FULL_SCALE


class Converter:
    """A stream from device or file form to 16 kHz mono, rounded to 16 bit once.

    Attributes:
        bad_samples: how many samples were NaN or infinite so far; each was taken as silence.
        samples: how many came out so far.
    """

    def __init__(self, rate_hz: int) -> None:
        self.bad_samples = 0
        self.samples = 0
        self._resampler = (
            None
            if rate_hz == SAMPLE_RATE_HZ
            else soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ")
        )

    def convert(self, frames: NDArray[np.float32]) -> Samples:
        """frames: float32, shape (n, channels). What is ready of the result, possibly nothing."""
        return self._resample(self._mono(frames), last=False)

    def finish(self) -> Samples:
        """The rest, at the end of the stream."""
        return self._resample(np.zeros(0, np.float32), last=True)

    def _mono(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        finite = np.isfinite(frames)
        if not finite.all():
            self.bad_samples += int(frames.size - np.count_nonzero(finite))
            frames = np.where(finite, frames, np.float32(0))
        return cast("NDArray[np.float32]", frames.mean(axis=1, dtype=np.float32))

    def _resample(self, mono: NDArray[np.float32], *, last: bool) -> Samples:
        if self._resampler is not None:
            mono = self._resampler.resample_chunk(mono, last=last)
        self.samples += len(mono)
        return round_to_16_bit(mono)


def round_to_16_bit(samples: NDArray[np.float32]) -> Samples:
    """Each sample at the nearest multiple of 1/32768, clipped to [-1, 1)."""
    steps = np.rint(samples * np.float32(FULL_SCALE))
    return cast("Samples", np.clip(steps, -FULL_SCALE, FULL_SCALE - 1) / np.float32(FULL_SCALE))
