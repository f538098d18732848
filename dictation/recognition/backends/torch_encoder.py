"""SenseVoice's encoder and CTC head in PyTorch on the CPU: packed weights, fused additions.

One unit at a time, so nothing is masked but the rows that round its length up. Each layer is nine
calls: two norms, four linear maps whose bias, ReLU or residual oneDNN adds in the same pass, the
attention, the memory block's filter, and the addition of its input.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray

from dictation.recognition import calling_off
from dictation.recognition.backends import torch_layers
from dictation.recognition.backends.architecture import NORM_EPSILON, Architecture, Layer
from dictation.recognition.backends.processor import free_threads
from dictation.recognition.backends.torch_layers import Constants, Decode, LayerWeights
from dictation.recognition.weights_file import WeightsFile

# AMX's tiles have 16 rows. With other lengths the attention takes twice as long, and each new
# length costs oneDNN new code.
_ROWS_OF_A_TILE = 16
_MOST_ROWS = 352  # 20.9 s; the longest unit has 20
_KINDS_OF_LAYERS = 2  # the first, which widens, and all the others

_Part = tuple[list[LayerWeights], tuple[torch.Tensor, torch.Tensor]]
"""Layers, and the scale and shift of the norm that follows them."""


class TorchEncoder:
    """One model, packed for one number format. One thread at a time."""

    def __init__(
        self, weights: WeightsFile, shape: Architecture, dtype: torch.dtype, threads: int
    ) -> None:
        """threads: at most.

        weights: each is read once and given back, so that never all of them are in memory twice.

        Raises ModelDamaged.
        """
        self._dtype = dtype
        self._most_threads = threads
        self._input_size = shape.layers[0].input_size
        self._constants = Constants(shape.heads, shape.kernel, NORM_EPSILON)
        self._through = torch_layers.compiled()
        pack = _Packer(weights, shape, dtype)
        layers = [pack.layer(layer) for layer in shape.layers]
        self._parts: list[_Part] = [
            (layers[: shape.main_layers], pack.pair("encoder.after_norm")),
            (layers[shape.main_layers :], pack.pair("encoder.tp_norm")),
        ]
        self._head = pack.linear("ctc.ctc_lo")

    def logits(self, inputs: NDArray[np.float32]) -> Iterable[NDArray[np.float32]]:
        """inputs: float32, shape (frames, 560). Float32, shape (frames, vocabulary), at once.

        Raises CalledOff between two layers.
        """
        torch.set_num_threads(free_threads(self._most_threads))
        logits = self._run(torch.from_numpy(inputs), self._parts)
        return [cast("NDArray[np.float32]", logits.numpy())]

    def warm_ups(self) -> Iterator[None]:
        """oneDNN makes code for each length and number of threads when it meets them: 20 to 100 ms.

        Layers that are alike share it, so that few of them need to be run.
        """
        layers, norm = self._parts[0]
        few = [(layers[:_KINDS_OF_LAYERS], norm)]
        for rows in range(_ROWS_OF_A_TILE, _MOST_ROWS + 1, _ROWS_OF_A_TILE):
            for threads in range(1, self._most_threads + 1):
                torch.set_num_threads(threads)
                self._run(torch.zeros(rows, self._input_size), few)
                yield

    def _run(self, inputs: torch.Tensor, parts: Sequence[_Part]) -> torch.Tensor:
        call_off = calling_off.current()
        called_off = np.zeros(1, np.bool_)
        with torch.inference_mode(), call_off.acting(lambda: called_off.fill(1)):
            hidden, decode = self._begin(inputs, called_off)
            for layers, norm in parts:
                hidden = self._through(hidden, layers, self._constants, decode)
                call_off.check()
                hidden = torch.layer_norm(hidden, norm[0].shape, *norm, NORM_EPSILON)
            weight, bias = self._head
            logits = torch.ops.mkldnn._linear_pointwise(hidden, weight, bias, "none", [], "")
            return cast("torch.Tensor", logits[: len(inputs)].float())

    def _begin(
        self, inputs: torch.Tensor, called_off: NDArray[np.bool_]
    ) -> tuple[torch.Tensor, Decode]:
        frames = len(inputs)
        rows = -(-frames // _ROWS_OF_A_TILE) * _ROWS_OF_A_TILE
        hidden = torch.zeros(rows, inputs.shape[1], dtype=self._dtype)
        hidden[:frames] = inputs
        mask = None
        if rows != frames:
            mask = torch.zeros(1, 1, rows, rows, dtype=self._dtype)
            mask[..., frames:] = float("-inf")
        return hidden, Decode(frames, mask, torch.from_numpy(called_off))


class _Packer:
    """Brings weights into the order in which oneDNN wants them."""

    def __init__(self, weights: WeightsFile, shape: Architecture, dtype: torch.dtype) -> None:
        self._weights = weights
        self._shape = shape
        self._dtype = dtype

    def layer(self, layer: Layer) -> LayerWeights:
        attention, forward = f"{layer.prefix}.self_attn", f"{layer.prefix}.feed_forward"
        return LayerWeights(
            *self.pair(f"{layer.prefix}.norm1"),
            *self.linear(f"{attention}.linear_q_k_v"),
            self._filters(f"{attention}.fsmn_block.weight"),
            *self.linear(f"{attention}.linear_out"),
            *self.pair(f"{layer.prefix}.norm2"),
            *self.linear(f"{forward}.w_1"),
            *self.linear(f"{forward}.w_2"),
        )

    def linear(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        weight, bias = self.pair(name)
        return torch.ops.mkldnn._reorder_linear_weight(weight, None), bias

    def pair(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        """As they are: a weight or a scale, and a bias or a shift."""
        return self._tensor(f"{name}.weight"), self._tensor(f"{name}.bias")

    def _filters(self, name: str) -> torch.Tensor:
        width, kernel = self._shape.width, self._shape.kernel
        filters = np.array(self._weights[name])  # (width, 1, kernel)
        filters[:, 0, kernel // 2] += 1
        plain = torch.from_numpy(filters[:, :, None, :]).to(self._dtype)
        picture = [1, width, 1, _MOST_ROWS]  # for any length the order is the same
        packed: torch.Tensor = torch.ops.mkldnn._reorder_convolution_weight(
            plain, [0, kernel // 2], [1, 1], [1, 1], width, picture
        )
        return packed

    def _tensor(self, name: str) -> torch.Tensor:
        values = self._weights[name]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The given NumPy array is not writable")
            copied = torch.from_numpy(values).to(self._dtype, copy=True)
        self._weights.release(name)
        return copied
