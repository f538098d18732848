"""SenseVoice's encoder and CTC head in PyTorch on the CPU: packed weights, fused additions.

One unit at a time, so nothing is masked but the rows that round its length up. Each layer is nine
calls: two norms, four linear maps whose bias, ReLU or residual oneDNN adds in the same pass, the
attention, and the memory block's filter with the input added at its centre tap.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from dictation.recognition import calling_off
from dictation.recognition.backends.architecture import NORM_EPSILON, Architecture, Layer
from dictation.recognition.backends.processor import free_threads
from dictation.recognition.weights_file import WeightsFile

if TYPE_CHECKING:
    import torch

# AMX's tiles have 16 rows. With other lengths the attention takes twice as long, and each new
# length costs oneDNN new code.
_ROWS_OF_A_TILE = 16
_WARM_ROWS = 128  # 7.5 s; most units are shorter


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
        self._heads = shape.heads
        self._input_size = shape.layers[0].input_size
        self._layers = [_Layer(weights, layer, shape, dtype) for layer in shape.layers]
        self._norm_after = {
            shape.main_layers - 1: _norm(weights, "encoder.after_norm", dtype),
            shape.main_layers + shape.text_layers - 1: _norm(weights, "encoder.tp_norm", dtype),
        }
        self._head = _Linear(weights, "ctc.ctc_lo", dtype)

    def logits(self, inputs: NDArray[np.float32]) -> Iterable[NDArray[np.float32]]:
        """inputs: float32, shape (frames, 560). Float32, shape (frames, vocabulary), at once.

        Raises CalledOff between two layers.
        """
        import torch

        torch.set_num_threads(free_threads(self._most_threads))
        frames = len(inputs)
        with torch.inference_mode():
            logits = self._head(self._encode(torch.from_numpy(inputs)))[:frames]
            return [cast("NDArray[np.float32]", logits.float().numpy())]

    def warm_ups(self) -> Iterator[None]:
        """oneDNN makes code for each length and number of threads when it meets them: 25 ms."""
        import torch

        for rows in range(_ROWS_OF_A_TILE, _WARM_ROWS + 1, _ROWS_OF_A_TILE):
            for threads in {1, self._most_threads}:
                torch.set_num_threads(threads)
                with torch.inference_mode():
                    self._head(self._encode(torch.zeros(rows, self._input_size)))
                yield

    def _encode(self, inputs: torch.Tensor) -> torch.Tensor:
        import torch

        frames = len(inputs)
        rows = -(-frames // _ROWS_OF_A_TILE) * _ROWS_OF_A_TILE
        hidden = torch.zeros(rows, inputs.shape[1], dtype=self._dtype)
        hidden[:frames] = inputs
        mask = None
        if rows != frames:
            mask = torch.zeros(1, 1, rows, rows, dtype=self._dtype)
            mask[..., frames:] = float("-inf")
        call_off = calling_off.current()
        for index, layer in enumerate(self._layers):
            call_off.check()
            hidden = layer(hidden, frames, mask, self._heads)
            norm = self._norm_after.get(index)
            if norm is not None:
                hidden = norm(hidden)
        return hidden


class _Layer:
    def __init__(
        self,
        weights: WeightsFile,
        layer: Layer,
        shape: Architecture,
        dtype: torch.dtype,
    ) -> None:
        self._has_residual = layer.has_residual
        self._width = shape.width
        attention, forward = f"{layer.prefix}.self_attn", f"{layer.prefix}.feed_forward"
        self._norm1 = _norm(weights, f"{layer.prefix}.norm1", dtype)
        self._norm2 = _norm(weights, f"{layer.prefix}.norm2", dtype)
        self._query_key_value = _Linear(weights, f"{attention}.linear_q_k_v", dtype)
        self._out = _Linear(weights, f"{attention}.linear_out", dtype)
        self._memory = _Memory(weights, f"{attention}.fsmn_block.weight", shape, dtype)
        self._widen = _Linear(weights, f"{forward}.w_1", dtype, activation="relu")
        self._narrow = _Linear(weights, f"{forward}.w_2", dtype)

    def __call__(
        self, hidden: torch.Tensor, frames: int, mask: torch.Tensor | None, heads: int
    ) -> torch.Tensor:
        import torch

        width = self._width
        rows = len(hidden)
        thirds = self._query_key_value(self._norm1(hidden))
        query, key, value = (thirds[:, part : part + width] for part in range(0, 3 * width, width))
        remembered = self._memory(value, frames, hidden if self._has_residual else None)
        attended = torch.nn.functional.scaled_dot_product_attention(
            _by_head(query, heads), _by_head(key, heads), _by_head(value, heads), attn_mask=mask
        )
        attended = attended.transpose(1, 2).reshape(rows, width)
        hidden = self._out(attended, add=remembered)
        return self._narrow(self._widen(self._norm2(hidden)), add=hidden)


class _Linear:
    """A linear map with its weights in the order in which oneDNN wants them."""

    def __init__(
        self,
        weights: WeightsFile,
        name: str,
        dtype: torch.dtype,
        activation: str = "none",
    ) -> None:
        import torch

        self._activation = activation
        plain = _tensor(weights, f"{name}.weight", dtype)
        self._weight = torch.ops.mkldnn._reorder_linear_weight(plain, None)
        self._bias = _tensor(weights, f"{name}.bias", dtype)

    def __call__(self, rows: torch.Tensor, add: torch.Tensor | None = None) -> torch.Tensor:
        import torch

        linear = torch.ops.mkldnn._linear_pointwise
        if add is None:
            mapped = linear(rows, self._weight, self._bias, self._activation, [], "")
        else:
            mapped = linear.binary(rows, add, self._weight, self._bias, "add")
        return cast("torch.Tensor", mapped)


class _Memory:
    """The memory block: a filter over time for each channel, its input added to its output."""

    def __init__(
        self,
        weights: WeightsFile,
        name: str,
        shape: Architecture,
        dtype: torch.dtype,
    ) -> None:
        import torch

        filters = np.array(weights[name])  # (width, 1, kernel)
        filters[:, 0, shape.kernel // 2] += 1
        self._filters = torch.from_numpy(filters[:, :, None, :]).to(dtype)
        self._padding = shape.kernel // 2

    def __call__(self, value: torch.Tensor, frames: int, add: torch.Tensor | None) -> torch.Tensor:
        """value: shape (rows, width), of which frames are real; add: of the same shape."""
        import torch

        rows, width = value.shape
        real = value.contiguous()
        real[frames:] = 0
        arguments: list[Any] = [self._filters, None, [0, self._padding], [1, 1], [1, 1], width]
        convolve = torch.ops.mkldnn._convolution_pointwise
        image = _as_image(real)
        if add is None:
            filtered = convolve(image, *arguments, "none", [], "")
        else:
            filtered = convolve.binary(
                image, _as_image(add), *arguments, "add", None, None, [], None
            )
        return cast("torch.Tensor", filtered).permute(0, 2, 3, 1).reshape(rows, width)


class _Norm:
    def __init__(self, scale: torch.Tensor, shift: torch.Tensor) -> None:
        self._scale = scale
        self._shift = shift

    def __call__(self, hidden: torch.Tensor) -> torch.Tensor:
        import torch

        return torch.nn.functional.layer_norm(
            hidden, (hidden.shape[-1],), self._scale, self._shift, NORM_EPSILON
        )


def _norm(weights: WeightsFile, name: str, dtype: torch.dtype) -> _Norm:
    return _Norm(_tensor(weights, f"{name}.weight", dtype), _tensor(weights, f"{name}.bias", dtype))


def _tensor(weights: WeightsFile, name: str, dtype: torch.dtype) -> torch.Tensor:
    import torch

    values = weights[name]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        copied = torch.from_numpy(values).to(dtype, copy=True)
    weights.release(name)
    return copied


def _by_head(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """Shape (1, heads, rows, width of a head)."""
    return rows.view(len(rows), heads, -1).transpose(0, 1)[None]


def _as_image(rows: torch.Tensor) -> torch.Tensor:
    """Time as the width of a picture, channels last: as oneDNN filters channels fastest."""
    return rows.view(1, 1, len(rows), rows.shape[1]).permute(0, 3, 1, 2)
