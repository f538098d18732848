"""The FSMN-VAD network, frame by frame: how probable silence is.

Zhang et al., "Deep-FSMN for Large Vocabulary Continuous Speech Recognition", 2018. Each block
projects, adds a filter over its own past to the projection, and expands again; nothing looks ahead
but the stacking of input frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dictation.errors import ModelDamaged
from dictation.recognition.ctc import posterior
from dictation.recognition.features import (
    MEL_BANDS,
    SHIFT_SAMPLES,
    WINDOW_SAMPLES,
    filter_bank,
    read_cmvn,
)
from dictation.recognition.model_folder import ModelFolder, load_weights
from dictation.speech import Samples

STACK = 5  # frames stacked into one: two neighbours on both sides
_CONTEXT = STACK // 2
SILENCE_CLASS = 0  # of 248 senones; the others are speech

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Block:
    project: Array  # (wide, narrow)
    past: Array  # (order, narrow), the oldest frame first
    expand: Array  # (narrow, wide)
    expand_bias: Array  # (wide,)


class FsmnNetwork:
    """The weights, as numpy arrays."""

    def __init__(self, model: ModelFolder) -> None:
        """Raises a ModelError."""
        weights = {name: value.numpy() for name, value in load_weights(model).items()}
        self._shift, self._scale = read_cmvn(model.cmvn)
        try:
            self._inputs = [_affine(weights, "in_linear1"), _affine(weights, "in_linear2")]
            self._blocks = [_block(weights, index) for index in range(_block_count(model))]
            self._outputs = [_affine(weights, "out_linear1"), _affine(weights, "out_linear2")]
        except (KeyError, ValueError) as error:
            raise ModelDamaged(folder=model.folder, reason="weights are missing") from error
        if len(self._shift) != STACK * MEL_BANDS or len(self._inputs[0][0]) != STACK * MEL_BANDS:
            raise ModelDamaged(folder=model.folder, reason="its input has another size")

    def stream(self) -> FsmnStream:
        """A new stream; streams share nothing that changes."""
        return FsmnStream(self)

    def start_past(self) -> list[Array]:
        """What each block remembers before the first frame: silence."""
        return [np.zeros_like(block.past[1:]) for block in self._blocks]

    def silence(self, stacked: Array, past: list[Array]) -> Array:
        """stacked: shape (frames, 400); past is brought up to date. Shape (frames,)."""
        hidden = (stacked + self._shift) * self._scale
        for weight, bias in self._inputs:
            hidden = hidden @ weight + bias
        hidden = np.maximum(hidden, 0)
        for index, block in enumerate(self._blocks):
            narrow = hidden @ block.project
            seen = np.concatenate((past[index], narrow))
            past[index] = seen[len(seen) - len(block.past) + 1 :]
            windows = np.lib.stride_tricks.sliding_window_view(seen, len(block.past), axis=0)
            remembered = np.einsum("tnk,kn->tn", windows, block.past)
            hidden = np.maximum((narrow + remembered) @ block.expand + block.expand_bias, 0)
        for weight, bias in self._outputs:
            hidden = hidden @ weight + bias
        return posterior(hidden)[:, SILENCE_CLASS]


class FsmnStream:
    """One take on its way through the network, in pieces of any size."""

    def __init__(self, network: FsmnNetwork) -> None:
        self._network = network
        self._past = network.start_past()
        self._samples = np.zeros(0, np.float32)  # those whose window is not yet complete
        self._frames = np.zeros((0, MEL_BANDS), np.float32)  # context of the frames to come

    def feed(self, samples: Samples) -> Array:
        """The probability of silence of each frame of 10 ms that can be judged now."""
        self._hear(samples)
        return self._judge()

    def finish(self, samples: Samples) -> Array:
        """The same for the rest, whose missing context is its last frame again."""
        self._hear(samples)
        if len(self._frames):
            self._frames = np.concatenate((self._frames, *[self._frames[-1:]] * _CONTEXT))
        return self._judge()

    def _hear(self, samples: Samples) -> None:
        self._samples = np.concatenate((self._samples, samples))
        count = 1 + (len(self._samples) - WINDOW_SAMPLES) // SHIFT_SAMPLES
        if count < 1:
            return
        used = (count - 1) * SHIFT_SAMPLES + WINDOW_SAMPLES
        frames = filter_bank(self._samples[:used])
        self._samples = self._samples[count * SHIFT_SAMPLES :]
        if not len(self._frames):
            frames = np.concatenate((*[frames[:1]] * _CONTEXT, frames))
        self._frames = np.concatenate((self._frames, frames))

    def _judge(self) -> Array:
        ready = len(self._frames) - STACK + 1
        if ready < 1:
            return np.zeros(0, np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(self._frames, STACK, axis=0)
        stacked = windows.transpose(0, 2, 1).reshape(ready, STACK * MEL_BANDS)
        self._frames = self._frames[ready:]
        return self._network.silence(stacked, self._past)


def _affine(weights: dict[str, Any], name: str) -> tuple[Array, Array]:
    prefix = f"encoder.{name}.linear"
    return _transposed(weights[f"{prefix}.weight"]), weights[f"{prefix}.bias"]


def _block(weights: dict[str, Any], index: int) -> _Block:
    prefix = f"encoder.fsmn.{index}"
    filters = weights[f"{prefix}.fsmn_block.conv_left.weight"]  # (narrow, 1, order, 1)
    return _Block(
        project=_transposed(weights[f"{prefix}.linear.linear.weight"]),
        past=_transposed(filters[:, 0, :, 0]),
        expand=_transposed(weights[f"{prefix}.affine.linear.weight"]),
        expand_bias=weights[f"{prefix}.affine.linear.bias"],
    )


def _block_count(model: ModelFolder) -> int:
    return int(model.conf("encoder_conf").get("fsmn_layers", 0))


def _transposed(matrix: Array) -> Array:
    return np.ascontiguousarray(matrix.T)
