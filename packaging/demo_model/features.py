"""Turns samples into the frames that FunASR's `WavFrontend` computes, many times faster.

Kaldi's fbank without dither (25 ms Hamming windows every 10 ms, 80 mel filters from 20 Hz),
then seven frames stacked every six: one row of 560 numbers per 60 ms.
"""

import functools
import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SAMPLE_RATE_HZ = 16_000
WINDOW = 400  # 25 ms
SHIFT = 160  # 10 ms
FFT_SIZE = 512
MELS = 80
LOW_HZ, HIGH_HZ = 20.0, 8000.0
PREEMPHASIS = 0.97
FULL_SCALE = 1 << 15  # kaldi works on 16-bit values
STACKED, STEP = 7, 6
DIMENSIONS = MELS * STACKED  # 560
SMALLEST = float(np.finfo(np.float32).eps)


def _mel(frequency_hz: float) -> float:
    return 1127.0 * math.log(1.0 + frequency_hz / 700.0)


@functools.cache
def _filters() -> Tensor:
    """Triangles in mel, shape (257, 80)."""
    low, high = _mel(LOW_HZ), _mel(HIGH_HZ)
    width = (high - low) / (MELS + 1)
    bins = torch.tensor(
        [_mel(k * SAMPLE_RATE_HZ / FFT_SIZE) for k in range(FFT_SIZE // 2)], dtype=torch.float64
    )
    left = low + width * torch.arange(MELS, dtype=torch.float64)
    rising = (bins[:, None] - left) / width
    falling = (left + 2 * width - bins[:, None]) / width
    triangles = torch.minimum(rising, falling).clamp(min=0).float()
    # kaldi has no filter weight at the Nyquist bin.
    return torch.cat([triangles, torch.zeros(1, MELS)])


@functools.cache
def _window() -> Tensor:
    return torch.hamming_window(WINDOW, periodic=False)


def fbank(samples: NDArray[np.float32]) -> Tensor:
    """samples: float32 in [-1, 1], 16 kHz, at least 25 ms. Returns shape (frames, 80)."""
    frames = torch.from_numpy(samples).mul(FULL_SCALE).unfold(0, WINDOW, SHIFT)
    frames = frames - frames.mean(1, keepdim=True)
    before = torch.cat([frames[:, :1], frames[:, :-1]], 1)
    windowed = (frames - PREEMPHASIS * before) * _window()
    power: Tensor = torch.fft.rfft(windowed, FFT_SIZE).abs().square()
    return torch.matmul(power, _filters()).clamp(min=SMALLEST).log()


def stack(frames: Tensor) -> Tensor:
    """(n, 80) -> (ceil(n / 6), 560); the edges repeat the first and the last frame."""
    rows = math.ceil(len(frames) / STEP)
    head = frames[:1].expand((STACKED - 1) // 2, -1)
    missing = (rows - 1) * STEP + STACKED - (len(frames) + len(head))
    tail = frames[-1:].expand(max(0, missing), -1)
    padded = torch.cat([head, frames, tail])
    return padded.unfold(0, STACKED, STEP)[:rows].transpose(1, 2).reshape(rows, DIMENSIONS)


def frames(samples: NDArray[np.float32]) -> Tensor:
    """What `WavFrontend` returns before mean and variance are taken out, shape (n, 560)."""
    return stack(fbank(samples))
