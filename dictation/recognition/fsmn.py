"""The FSMN-VAD network, frame by frame: how probable silence is.

Zhang et al., "Deep-FSMN for Large Vocabulary Continuous Speech Recognition", 2018. Each block
projects, adds a filter over its own past to the projection, and expands again; nothing looks ahead
but the stacking of input frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from dictation.errors import ModelDamaged
from dictation.recognition.features import (
    MEL_BANDS,
    SHIFT_SAMPLES,
    WINDOW_SAMPLES,
    filter_bank,
    read_cmvn,
)
from dictation.recognition.model_folder import ModelFolder, load_weights
from dictation.speech import Samples
from dictation.translation import Phrase

STACK = 5  # frames stacked into one: two neighbours on both sides
_CONTEXT = STACK // 2
SILENCE_CLASS = 0  # of 248 senones; the others are speech

Array = NDArray[np.float32]
_Affine = tuple[Array, Array]  # a weight, shape (inputs, outputs), and a bias


@dataclass(frozen=True, slots=True)
class _Block:
    project: Array  # (wide, narrow)
    past: Array  # (order, narrow), the oldest frame first, the frame itself last
    expand: Array  # (narrow, wide)
    expand_bias: Array  # (wide,)


class FsmnNetwork:
    """The weights, as numpy arrays."""

    def __init__(self, model: ModelFolder) -> None:
        """Raises a ModelError."""
        weights = load_weights(model)
        shift, scale = read_cmvn(model.cmvn)
        if len(shift) != STACK * MEL_BANDS or len(scale) != STACK * MEL_BANDS:
            raise ModelDamaged(folder=model.folder, reason=Phrase("its input has another size"))
        try:
            inputs = [_affine(weights, "in_linear1"), _affine(weights, "in_linear2")]
            self._input = _merged([(np.diag(scale), shift * scale), *inputs])
            self._blocks = [_block(weights, index) for index in range(_block_count(model))]
            outputs = [_affine(weights, "out_linear1"), _affine(weights, "out_linear2")]
            self._output = _merged(outputs)
        except (KeyError, ValueError) as error:
            raise ModelDamaged(folder=model.folder, reason=Phrase("weights are missing")) from error

    def stream(self) -> FsmnStream:
        """A new stream; streams share nothing that changes."""
        return FsmnStream(self)

    def start_past(self) -> list[Array]:
        """What each block remembers before the first frame: silence."""
        return [np.zeros_like(block.past[1:]) for block in self._blocks]

    def silence(self, stacked: Array, past: list[Array]) -> Array:
        """stacked: shape (frames, 400); past is brought up to date. Shape (frames,)."""
        weight, bias = self._input
        hidden = np.maximum(stacked @ weight + bias, 0)
        for index, block in enumerate(self._blocks):
            narrow = hidden @ block.project
            seen = np.concatenate((past[index], narrow))
            past[index] = seen[len(narrow) :]
            # Overlapping windows of it; numpy's sliding_window_view takes longer than the matrices.
            shape, strides = (len(narrow), *block.past.shape), (seen.strides[0], *seen.strides)
            windows: Array = np.ndarray(shape, np.float32, seen, strides=strides)
            remembered = np.einsum("tkn,kn->tn", windows, block.past)
            hidden = np.maximum(remembered @ block.expand + block.expand_bias, 0)
        weight, bias = self._output
        classes = hidden @ weight + bias
        powers = np.exp(classes - classes.max(axis=1, keepdims=True))
        return cast("Array", powers[:, SILENCE_CLASS] / powers.sum(axis=1))


class FsmnStream:
    """One take on its way through the network, in pieces of any size."""

    def __init__(self, network: FsmnNetwork) -> None:
        self._network = network
        self._past = network.start_past()
        self._samples = np.zeros(0, np.float32)  # those whose window is not yet complete
        self._context = np.zeros((0, MEL_BANDS), np.float32)  # of the frames to come

    def feed(self, samples: Samples) -> tuple[Array, Array]:
        """The frames of 10 ms that are complete now, and how probably those judged are silence.

        The filter bank of each new frame, shape (n, 80); the probability of silence of each frame
        whose context is there, shape (m,), two frames behind.
        """
        frames = self._hear(samples)
        if len(frames) and not len(self._context):
            self._context = np.concatenate([frames[:1]] * _CONTEXT)
        return frames, self._judge(frames)

    def finish(self) -> tuple[Array, Array]:
        """The same for the last frames, whose missing context is the last frame again."""
        nothing = np.zeros((0, MEL_BANDS), np.float32)
        return nothing, self._judge(np.concatenate([nothing, *[self._context[-1:]] * _CONTEXT]))

    def _hear(self, samples: Samples) -> Array:
        self._samples = np.concatenate((self._samples, samples))
        count = 1 + (len(self._samples) - WINDOW_SAMPLES) // SHIFT_SAMPLES
        if count < 1:
            return np.zeros((0, MEL_BANDS), np.float32)
        frames = filter_bank(self._samples[: (count - 1) * SHIFT_SAMPLES + WINDOW_SAMPLES])
        self._samples = self._samples[count * SHIFT_SAMPLES :]
        return frames

    def _judge(self, frames: Array) -> Array:
        seen = np.concatenate((self._context, frames))
        ready = len(seen) - STACK + 1
        if ready < 1:
            self._context = seen
            return np.zeros(0, np.float32)
        self._context = seen[ready:]
        # Rows that overlap in memory; sliding_window_view takes longer than the matrices do.
        row = seen.itemsize * MEL_BANDS
        stacked: Array = np.ndarray(
            (ready, STACK * MEL_BANDS), np.float32, seen, strides=(row, seen.itemsize)
        )
        return self._network.silence(stacked, self._past)


def _affine(weights: Mapping[str, Array], name: str) -> _Affine:
    prefix = f"encoder.{name}.linear"
    return _transposed(weights[f"{prefix}.weight"]), weights[f"{prefix}.bias"]


def _merged(layers: Sequence[_Affine]) -> _Affine:
    """The one layer that does what several in a row do."""
    weight, bias = (part.astype(np.float64) for part in layers[0])
    for next_weight, next_bias in layers[1:]:
        weight, bias = weight @ next_weight, bias @ next_weight + next_bias
    return weight.astype(np.float32), bias.astype(np.float32)


def _block(weights: Mapping[str, Array], index: int) -> _Block:
    prefix = f"encoder.fsmn.{index}"
    filters = weights[f"{prefix}.fsmn_block.conv_left.weight"]  # (narrow, 1, order, 1)
    past = filters[:, 0, :, 0].T.copy()
    past[-1] += 1  # the projection, to which what the filter finds is added
    return _Block(
        project=_transposed(weights[f"{prefix}.linear.linear.weight"]),
        past=past,
        expand=_transposed(weights[f"{prefix}.affine.linear.weight"]),
        expand_bias=weights[f"{prefix}.affine.linear.bias"],
    )


def _block_count(model: ModelFolder) -> int:
    return int(model.conf("encoder_conf").get("fsmn_layers", 0))


def _transposed(matrix: Array) -> Array:
    return np.ascontiguousarray(matrix.T)
