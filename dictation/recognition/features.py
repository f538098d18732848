"""Turns samples into SenseVoice's input: log mel filter bank, LFR stacking, CMVN."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import kaldi_native_fbank
import numpy as np
from numpy.typing import NDArray

from dictation.errors import ModelDamaged, ModelFileMissing
from dictation.speech import SAMPLE_RATE_HZ, Samples

MEL_BANDS = 80
WINDOW_SAMPLES = SAMPLE_RATE_HZ * 25 // 1000  # 400
SHIFT_SAMPLES = SAMPLE_RATE_HZ * 10 // 1000  # 160
LFR_STACK = 7  # frames stacked into one, "low frame rate": 7 × 80 = 560 values
LFR_STEP = 6  # frames between two of them: 6 × 10 ms = 60 ms
FEATURE_SIZE = LFR_STACK * MEL_BANDS
LFR_FRAME_S = LFR_STEP * 0.010

_SIXTEEN_BIT = 1 << 15  # the models were trained on samples in the range of 16-bit integers


class Features:
    """Computes features with one model's mean and variance normalisation (CMVN)."""

    def __init__(self, cmvn_file: Path) -> None:
        self._shift, self._scale = read_cmvn(cmvn_file)

    def __call__(self, samples: Samples) -> NDArray[np.float32]:
        """samples: at least 400 (25 ms). Float32, shape (frames, 560), one frame each 60 ms."""
        return (stack_frames(filter_bank(samples)) + self._shift) * self._scale


def filter_bank(samples: Samples) -> NDArray[np.float32]:
    """Kaldi's log mel filter bank: 25 ms Hamming windows each 10 ms, 80 bands, no dither.

    Float32, shape (1 + (n - 400) // 160, 80).
    """
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.samp_freq = SAMPLE_RATE_HZ
    options.frame_opts.window_type = "hamming"
    # Dither would make the same audio give different text from one call to the next.
    options.frame_opts.dither = 0.0
    options.mel_opts.num_bins = MEL_BANDS
    options.energy_floor = 0.0
    bank = kaldi_native_fbank.OnlineFbank(options)
    bank.accept_waveform(SAMPLE_RATE_HZ, samples * np.float32(_SIXTEEN_BIT))
    bank.input_finished()
    frames = [bank.get_frame(index) for index in range(bank.num_frames_ready)]
    return cast("NDArray[np.float32]", np.stack(frames))


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
        raise ModelDamaged(folder=file.parent, reason=f"{file.name} cannot be read") from error
    return _component(file, text, "<AddShift>"), _component(file, text, "<Rescale>")


def _component(file: Path, text: str, name: str) -> NDArray[np.float32]:
    # "<AddShift> 560 560\n<LearnRateCoef> 0 [ -8.31 … ]"
    after = text.partition(name)[2]
    numbers = after.partition("[")[2].partition("]")[0].split()
    try:
        values = np.array(numbers, dtype=np.float32)
    except ValueError as error:
        raise ModelDamaged(folder=file.parent, reason=f"{file.name} holds no numbers") from error
    if len(values) == 0 or not np.isfinite(values).all():
        raise ModelDamaged(folder=file.parent, reason=f"{file.name} has no usable {name}")
    return values
