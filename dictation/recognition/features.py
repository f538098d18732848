"""Turns samples into SenseVoice's input: log mel filter bank, LFR stacking, CMVN."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from dictation.errors import ModelDamaged, ModelFileMissing
from dictation.speech import SAMPLE_RATE_HZ, Samples
from dictation.translation import Phrase

MEL_BANDS = 80
WINDOW_SAMPLES = SAMPLE_RATE_HZ * 25 // 1000  # 400
SHIFT_SAMPLES = SAMPLE_RATE_HZ * 10 // 1000  # 160
LFR_STACK = 7  # frames stacked into one, "low frame rate": 7 × 80 = 560 values
LFR_STEP = 6  # frames between two of them: 6 × 10 ms = 60 ms
FEATURE_SIZE = LFR_STACK * MEL_BANDS
LFR_FRAME_S = LFR_STEP * 0.010

_SIXTEEN_BIT = 1 << 15  # the models were trained on samples in the range of 16-bit integers
_PRE_EMPHASIS = 0.97
_FFT_SIZE = 512
_LOWEST_HZ = 20.0
_LOWEST_ENERGY = np.finfo(np.float32).eps  # kaldi's floor, which keeps the logarithm finite
_ONE_OF_WINDOW = np.float32(1 / WINDOW_SAMPLES)
_FRAMES_AT_ONCE = 256  # what is between samples and bands then stays in the processor's cache


class Features:
    """Computes features with one model's mean and variance normalisation (CMVN)."""

    def __init__(self, cmvn_file: Path) -> None:
        self._shift, self._scale = read_cmvn(cmvn_file)

    def __call__(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """frames: filter bank, shape (n, 80). Float32, shape (ceil(n / 6), 560), one each 60 ms."""
        return (stack_frames(frames) + self._shift) * self._scale


def filter_bank(samples: Samples) -> NDArray[np.float32]:
    """Kaldi's log mel filter bank: 25 ms Hamming windows each 10 ms, 80 bands, no dither.

    Float32, shape (1 + (n - 400) // 160, 80); none of less than 400 samples. Dither would make the
    same audio give different text from one call to the next. Other lengths of the same audio may
    change a frame by 1e-6: the BLAS library sums in another order.
    """
    samples = np.ascontiguousarray(samples, np.float32)
    count = max(0, 1 + (len(samples) - WINDOW_SAMPLES) // SHIFT_SAMPLES)
    strides = (SHIFT_SAMPLES * samples.itemsize, samples.itemsize)
    # numpy's sliding_window_view takes longer than the two frames of a block of the VAD.
    windows = np.ndarray((count, WINDOW_SAMPLES), np.float32, samples, strides=strides)
    bands = np.empty((count, MEL_BANDS), np.float32)
    for first in range(0, count, _FRAMES_AT_ONCE):
        some = slice(first, first + _FRAMES_AT_ONCE)
        np.matmul(_squares(windows[some]), _mel_filters(), out=bands[some])
    np.maximum(bands, _LOWEST_ENERGY, out=bands)
    return np.log(bands, out=bands)


def _squares(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The spectrum's real and imaginary parts by turns, squared. Shape (n, 2 × 257)."""
    # In kaldi's order: what is constant goes first, lest it drown what is faint.
    centred = windows - np.add.reduce(windows, axis=1, keepdims=True) * _ONE_OF_WINDOW
    weights, weights_before = _window()
    shaped = centred * weights
    shaped[:, 1:] -= centred[:, :-1] * weights_before
    spectrum = np.fft.rfft(shaped, _FFT_SIZE)
    parts = spectrum.astype(np.complex64, copy=False).view(np.float32)
    return np.square(parts, out=parts)


@cache
def _window() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What a window's samples are multiplied by, and the samples before each, with pre-emphasis.

    The first sample counts as the one before itself.
    """
    weights = np.hamming(WINDOW_SAMPLES) * _SIXTEEN_BIT
    before = _PRE_EMPHASIS * weights
    weights[0] -= before[0]
    return weights.astype(np.float32), before[1:].astype(np.float32)


@cache
def _mel_filters() -> NDArray[np.float32]:
    """Triangles of equal width in mel, each row twice: for real and imaginary parts. (514, 80)."""
    lowest, highest = _mel(np.array([_LOWEST_HZ, SAMPLE_RATE_HZ / 2]))
    width = (highest - lowest) / (MEL_BANDS + 1)
    starts = lowest + width * np.arange(MEL_BANDS)
    bins = _mel(np.arange(_FFT_SIZE // 2) * SAMPLE_RATE_HZ / _FFT_SIZE)[:, None]
    rising, falling = (bins - starts) / width, (starts + 2 * width - bins) / width
    triangles = np.maximum(np.minimum(rising, falling), 0)
    nyquist = np.zeros((1, MEL_BANDS))  # kaldi gives it no weight
    return np.concatenate((triangles, nyquist)).repeat(2, axis=0).astype(np.float32)


def _mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1127 * np.log1p(hz / 700)


def stack_frames(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Low frame rate: each sixth frame with three neighbours on both sides; edges repeat.

    frames: shape (n, 80). Shape (ceil(n / 6), 560).
    """
    centres = np.arange(0, len(frames), LFR_STEP)[:, None]
    neighbours = np.arange(LFR_STACK)[None, :] - LFR_STACK // 2
    indices = np.clip(centres + neighbours, 0, len(frames) - 1)
    return cast("NDArray[np.float32]", frames[indices].reshape(len(indices), FEATURE_SIZE))


def read_cmvn(file: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What to add and then what to multiply by: float32, shape (560,) each.

    The file is Kaldi's text form of an nnet with an <AddShift> and a <Rescale> component. Raises
    ModelFileMissing or ModelDamaged.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ModelFileMissing(folder=file.parent, file=file.name) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ModelDamaged(
            folder=file.parent, reason=Phrase("{name} cannot be read", name=file.name)
        ) from error
    return _component(file, text, "<AddShift>"), _component(file, text, "<Rescale>")


def _component(file: Path, text: str, name: str) -> NDArray[np.float32]:
    # "<AddShift> 560 560\n<LearnRateCoef> 0 [ -8.31 … ]"
    after = text.partition(name)[2]
    numbers = after.partition("[")[2].partition("]")[0].split()
    try:
        values = np.array(numbers, dtype=np.float32)
    except ValueError as error:
        raise ModelDamaged(
            folder=file.parent, reason=Phrase("{name} holds no numbers", name=file.name)
        ) from error
    if len(values) == 0 or not np.isfinite(values).all():
        raise ModelDamaged(
            folder=file.parent,
            reason=Phrase("{file} has no usable {name}", file=file.name, name=name),
        )
    return values
