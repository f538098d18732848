"""SenseVoice on an NVIDIA GPU: bfloat16, one captured graph for each bucket of lengths.

A unit's two and a half thousand kernels take longer to start than to run, so they are recorded
once and started as one. A bucket holds units of up to its number of rows; the rows beyond a unit
are masked in the attention and silenced for the memory block. The best tokens are found on the
device, so that a few hundred numbers come back instead of four million.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from dictation.recognition.backends.architecture import NORM_EPSILON, Architecture, Layer
from dictation.recognition.backends.encoder_input import EncoderInput
from dictation.recognition.ctc import BLANK, TAG_FRAMES, Emissions
from dictation.recognition.features import FEATURE_SIZE
from dictation.recognition.weights_file import WeightsFile
from dictation.speech import Language, TextStyle

# Rows of 60 ms: 2, 4, 6, 8, 12, 16 and 21 s; no unit is longer than 20 s. Longer input runs
# without a graph.
BUCKETS = (40, 72, 104, 136, 204, 272, 352)


class CudaBackend:
    """One model on one device. One thread at a time."""

    def __init__(
        self,
        weights: WeightsFile,
        shape: Architecture,
        inputs: EncoderInput,
        device: torch.device = torch.device("cuda"),  # noqa: B008 - a value
        dtype: torch.dtype = torch.bfloat16,
    ) -> None:
        """weights: each is read once and given back. Raises ModelDamaged, RuntimeError.

        On another device than CUDA the same computation runs without graphs.
        """
        self._inputs = inputs
        self._device = device
        self._dtype = dtype
        self._net = _Net(weights, shape, device, dtype)
        self._vocabulary = shape.vocabulary
        self._barred: NDArray[np.int64] | None = None
        self._penalty = torch.zeros(shape.vocabulary, device=device)
        self._runs: dict[int, _Run] = {}
        self._pool: Any = None  # a handle of the allocator
        if device.type == "cuda":
            # The longest first, so that the others find its memory.
            for rows in reversed(BUCKETS):
                self._runs[rows] = self._captured(rows)

    def emit(
        self,
        features: NDArray[np.float32],
        language: Language | None,
        style: TextStyle,
        barred: NDArray[np.int64] | None,
    ) -> Emissions:
        """As the Backend protocol has it."""
        self._bar(barred)
        run, rows = self._started(features, language, style)
        found = run.found
        text = slice(TAG_FRAMES, rows)
        tokens = found.tokens[text].cpu().numpy().astype(np.int64)
        confidences = found.confidences[text].float().cpu().numpy()
        confidences[tokens == BLANK] = 1
        return Emissions(found.logits[:TAG_FRAMES].float().cpu().numpy(), tokens, confidences)

    def logits(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> NDArray[np.float32]:
        """Float32, shape (4 + frames, vocabulary)."""
        self._bar(None)
        run, rows = self._started(features, language, style)
        return cast("NDArray[np.float32]", run.found.logits[:rows].float().cpu().numpy())

    def warm_ups(self) -> Iterator[None]:
        """All graphs were captured, and run once, when it was made."""
        return iter(())

    def _started(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> tuple[_Run, int]:
        inputs = self._inputs(features, language, style)
        rows = len(inputs)
        bucket = next((bucket for bucket in BUCKETS if bucket >= rows), rows)
        run = self._runs.get(bucket) or _Run.on(self._device, self._dtype, bucket)
        run.fill(inputs)
        if run.replay is None:
            with torch.inference_mode():
                run.found = self._net(run.inputs, run.real, self._penalty)
        else:
            run.replay()
        return run, rows

    def _captured(self, rows: int) -> _Run:
        run = _Run.on(self._device, self._dtype, rows)
        run.fill(np.zeros((rows, FEATURE_SIZE), np.float32))
        with torch.inference_mode():
            stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):  # libraries set themselves up outside of a capture
                self._net(run.inputs, run.real, self._penalty)
            torch.cuda.current_stream().wait_stream(stream)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, pool=self._pool):
                run.found = self._net(run.inputs, run.real, self._penalty)
        self._pool = self._pool or graph.pool()
        run.replay = graph.replay
        run.fill(np.zeros((rows, FEATURE_SIZE), np.float32))
        graph.replay()  # the first is slower, and nobody waits for this one
        return run

    def _bar(self, barred: NDArray[np.int64] | None) -> None:
        if barred is self._barred:
            return
        penalty = np.zeros(self._vocabulary, np.float32)
        if barred is not None:
            penalty[barred] = -np.inf
        self._penalty.copy_(torch.from_numpy(penalty))
        self._barred = barred


@dataclass(slots=True)
class _Found:
    logits: torch.Tensor  # (rows, vocabulary)
    tokens: torch.Tensor  # (rows,)
    confidences: torch.Tensor  # (rows,)


class _Run:
    """The places in the device's memory from which one bucket computes, and to which."""

    def __init__(self, staged: torch.Tensor, inputs: torch.Tensor, real: torch.Tensor) -> None:
        self._staged = staged
        self.inputs = inputs
        self.real = real
        self.found: _Found
        self.replay: Callable[[], None] | None = None

    @classmethod
    def on(cls, device: torch.device, dtype: torch.dtype, rows: int) -> _Run:
        return cls(
            # Pinned memory is copied to a GPU without a detour.
            torch.zeros(rows, FEATURE_SIZE, pin_memory=device.type == "cuda"),
            torch.zeros(rows, FEATURE_SIZE, dtype=dtype, device=device),
            torch.zeros(rows, dtype=torch.bool, device=device),
        )

    def fill(self, inputs: NDArray[np.float32]) -> None:
        self._staged[: len(inputs)] = torch.from_numpy(inputs)
        self._staged[len(inputs) :] = 0
        self.inputs.copy_(self._staged, non_blocking=True)
        self.real[: len(inputs)] = True
        self.real[len(inputs) :] = False


class _Net:
    """Encoder and head, with the best tokens at the end."""

    def __init__(
        self, weights: WeightsFile, shape: Architecture, device: torch.device, dtype: torch.dtype
    ) -> None:
        def tensor(name: str) -> torch.Tensor:
            copied = torch.from_numpy(np.array(weights[name])).to(device, dtype)
            weights.release(name)
            return copied

        self._heads = shape.heads
        self._layers = [(layer, _layer_weights(tensor, layer, shape)) for layer in shape.layers]
        self._last_main = shape.main_layers - 1
        self._after_norm = _pair(tensor, "encoder.after_norm")
        self._text_norm = _pair(tensor, "encoder.tp_norm")
        self._head = _pair(tensor, "ctc.ctc_lo")

    def __call__(self, hidden: torch.Tensor, real: torch.Tensor, penalty: torch.Tensor) -> _Found:
        """hidden: shape (rows, 560); real: (rows,); penalty: added to logits, (vocabulary,)."""
        mask = torch.where(real, 0.0, float("-inf")).to(hidden.dtype)[None, None, None, :]
        for index, (layer, weights) in enumerate(self._layers):
            hidden = self._layer(layer, weights, hidden, real, mask)
            if index == self._last_main:
                hidden = _normed(hidden, self._after_norm)
        logits = functional.linear(_normed(hidden, self._text_norm), *self._head).float()
        permitted = logits + penalty
        best, tokens = permitted.max(dim=1)
        return _Found(logits, tokens, torch.exp(best - permitted.logsumexp(dim=1)))

    def _layer(
        self,
        layer: Layer,
        weights: dict[str, torch.Tensor],
        hidden: torch.Tensor,
        real: torch.Tensor,
        mask: torch.Tensor,
    ) -> torch.Tensor:
        def linear(rows: torch.Tensor, name: str) -> torch.Tensor:
            return functional.linear(rows, weights[f"{name}.weight"], weights[f"{name}.bias"])

        def norm(rows: torch.Tensor, name: str) -> torch.Tensor:
            return _normed(rows, (weights[f"{name}.weight"], weights[f"{name}.bias"]))

        def by_head(rows: torch.Tensor) -> torch.Tensor:
            return rows.view(len(rows), self._heads, -1).transpose(0, 1)[None]

        query, key, value = (
            part.contiguous() for part in linear(norm(hidden, "norm1"), "qkv").chunk(3, dim=1)
        )
        attended = functional.scaled_dot_product_attention(
            by_head(query), by_head(key), by_head(value), attn_mask=mask
        )
        added = linear(attended[0].transpose(0, 1).flatten(1), "out")
        spoken = torch.where(real[:, None], value, 0)
        filters = weights["memory"]
        added = (
            added
            + functional.conv1d(
                spoken.T[None], filters, padding=filters.shape[-1] // 2, groups=len(filters)
            )[0].T
        )
        if layer.has_residual:
            added = added + hidden
        return added + linear(functional.relu(linear(norm(added, "norm2"), "w_1")), "w_2")


def _layer_weights(
    tensor: Callable[[str], torch.Tensor], layer: Layer, shape: Architecture
) -> dict[str, torch.Tensor]:
    names = {
        "norm1": "norm1",
        "norm2": "norm2",
        "qkv": "self_attn.linear_q_k_v",
        "out": "self_attn.linear_out",
        "w_1": "feed_forward.w_1",
        "w_2": "feed_forward.w_2",
    }
    loaded = {
        f"{ours}.{kind}": tensor(f"{layer.prefix}.{theirs}.{kind}")
        for ours, theirs in names.items()
        for kind in ("weight", "bias")
    }
    filters = tensor(f"{layer.prefix}.self_attn.fsmn_block.weight")  # (width, 1, kernel)
    filters[:, 0, shape.kernel // 2] += 1  # the block adds its input to its output
    return loaded | {"memory": filters}


def _pair(tensor: Callable[[str], torch.Tensor], name: str) -> tuple[torch.Tensor, torch.Tensor]:
    return tensor(f"{name}.weight"), tensor(f"{name}.bias")


def _normed(rows: torch.Tensor, norm: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Computed in float32 inside, whatever the rows' format."""
    return functional.layer_norm(rows, (rows.shape[-1],), *norm, NORM_EPSILON)
