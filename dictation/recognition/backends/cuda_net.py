"""SenseVoice's encoder and head for a GPU: several units at once, padded to one length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from dictation.recognition.backends.architecture import NORM_EPSILON, Architecture, Layer
from dictation.recognition.weights_file import WeightsFile


@dataclass(slots=True)
class Found:
    """What the net gives, for each unit and row."""

    logits: torch.Tensor  # (units, rows, vocabulary)
    tokens: torch.Tensor  # (units, rows)
    confidences: torch.Tensor  # (units, rows)


class Net:
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

    def __call__(self, hidden: torch.Tensor, real: torch.Tensor, penalty: torch.Tensor) -> Found:
        """hidden: shape (units, rows, 560); real: which rows are, (units, rows); penalty: added
        to the logits, (units, vocabulary)."""
        mask = torch.where(real, 0.0, float("-inf")).to(hidden.dtype)[:, None, None, :]
        for index, (layer, weights) in enumerate(self._layers):
            hidden = self._layer(layer, weights, hidden, real, mask)
            if index == self._last_main:
                hidden = _normed(hidden, self._after_norm)
        logits = functional.linear(_normed(hidden, self._text_norm), *self._head).float()
        permitted = logits + penalty[:, None]
        best, tokens = permitted.max(dim=-1)
        return Found(logits, tokens, torch.exp(best - permitted.logsumexp(dim=-1)))

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
            return rows.view(*rows.shape[:2], self._heads, -1).transpose(1, 2)

        query, key, value = (
            part.contiguous() for part in linear(norm(hidden, "norm1"), "qkv").chunk(3, dim=-1)
        )
        attended = functional.scaled_dot_product_attention(
            by_head(query), by_head(key), by_head(value), attn_mask=mask
        )
        added = linear(attended.transpose(1, 2).flatten(2), "out")
        spoken = torch.where(real[..., None], value, 0)
        filters = weights["memory"]
        added = (
            added
            + functional.conv1d(
                spoken.mT, filters, padding=filters.shape[-1] // 2, groups=len(filters)
            ).mT
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
