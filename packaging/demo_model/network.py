"""Runs FunASR's `SenseVoiceSmall` forward in bfloat16, as fast as two plain cores can.

The mathematics is that of `SenseVoiceEncoderSmall.forward` without dropout. Attention is two
batched products, because the backward pass of torch's fused attention takes 40 % of a step on
a CPU in bfloat16.
"""

from typing import Any

import torch
import torch.nn.functional as F
from funasr.models.sense_voice.model import SenseVoiceSmall
from torch import Tensor, nn

from layout import EMOTION_QUERY, EVENT_QUERY, FRAME_DIMENSIONS

WIDTH = 160
HEADS = 5
FEED_FORWARD = 640
BLOCKS, TEXT_BLOCKS = 7, 1
KERNEL = 11
ENCODER = {
    "output_size": WIDTH,
    "attention_heads": HEADS,
    "linear_units": FEED_FORWARD,
    "num_blocks": BLOCKS,
    "tp_blocks": TEXT_BLOCKS,
    "dropout_rate": 0.1,
    "positional_dropout_rate": 0.1,
    "attention_dropout_rate": 0.1,
    "input_layer": "pe",
    "pos_enc_class": "SinusoidalPositionEncoder",
    "normalize_before": True,
    "kernel_size": KERNEL,
    "sanm_shfit": 0,
    "selfattention_layer_type": "sanm",
}
MASKED = -1e4
# FunASR's classes carry no annotations.
Model = Any


def build(outputs: int) -> Model:
    """A fresh model with so many outputs."""
    model: Model = SenseVoiceSmall(
        encoder="SenseVoiceEncoderSmall",
        encoder_conf=ENCODER,
        input_size=FRAME_DIMENSIONS,
        vocab_size=outputs,
        length_normalized_loss=True,
    )
    return model


def with_queries(model: Model, rows: Tensor, language: Tensor, normalisation: Tensor) -> Tensor:
    """Puts the four queries in front of the rows, float32 of shape (batch, n + 4, 560)."""
    fixed = torch.tensor([[EVENT_QUERY, EMOTION_QUERY]]).expand(len(rows), -1)
    queries = torch.cat([language[:, None], fixed, normalisation[:, None]], 1)
    return torch.cat([F.embedding(queries, model.embed.weight.float()), rows], 1)


def logits(model: Model, inputs: Tensor, lengths: Tensor) -> Tensor:
    """inputs: as from `with_queries`; lengths: rows that count. Returns (batch, n, outputs)."""
    encoder, head = model.encoder, model.ctc.ctc_lo
    batch, rows, _ = inputs.shape
    counts = torch.arange(rows) < lengths[:, None]
    mask = _Mask(counts, head.weight.dtype, batch, rows)
    x = encoder.embed(inputs * WIDTH**0.5).to(head.weight.dtype)
    for layer in (*encoder.encoders0, *encoder.encoders):
        x = _layer(layer, x, mask)
    x = _norm(encoder.after_norm, x)
    for layer in encoder.tp_encoders:
        x = _layer(layer, x, mask)
    out: Tensor = head(_norm(encoder.tp_norm, x))
    return out.float()


class _Mask:
    """The rows that count, as a factor and as an addend to attention scores."""

    def __init__(self, counts: Tensor, dtype: torch.dtype, batch: int, rows: int) -> None:
        self.factor = counts[:, :, None].to(dtype)
        added = torch.zeros(batch, 1, 1, rows, dtype=dtype)
        added.masked_fill_(~counts[:, None, None], MASKED)
        self.addend = added.expand(batch, HEADS, 1, rows).reshape(batch * HEADS, 1, rows)


def _norm(norm: nn.LayerNorm, x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], norm.weight, norm.bias, norm.eps)


def _layer(layer: Model, x: Tensor, mask: _Mask) -> Tensor:
    attended = _attention(layer.self_attn, _norm(layer.norm1, x), mask)
    # The first layer narrows 560 to 160, so it has no residual around its attention.
    x = x + attended if x.shape[-1] == WIDTH else attended
    hidden = F.relu(layer.feed_forward.w_1(_norm(layer.norm2, x)))
    result: Tensor = x + layer.feed_forward.w_2(hidden)
    return result


def _attention(attention: Model, x: Tensor, mask: _Mask) -> Tensor:
    batch, rows, _ = x.shape
    queries, keys, values = attention.linear_q_k_v(x).split(WIDTH, -1)
    scaled = _heads(queries) * (WIDTH // HEADS) ** -0.5
    weights = torch.baddbmm(mask.addend, scaled, _heads(keys).transpose(1, 2)).softmax(-1)
    mixed = torch.bmm(weights, _heads(values)).view(batch, HEADS, rows, WIDTH // HEADS)
    joined = mixed.transpose(1, 2).reshape(batch, rows, WIDTH)
    result: Tensor = attention.linear_out(joined) + _memory(attention, values, mask)
    return result


def _heads(x: Tensor) -> Tensor:
    batch, rows, _ = x.shape
    split = x.reshape(batch, rows, HEADS, WIDTH // HEADS).transpose(1, 2)
    return split.reshape(batch * HEADS, rows, WIDTH // HEADS)


def _memory(attention: Model, values: Tensor, mask: _Mask) -> Tensor:
    """The FSMN block: each channel filtered along time, plus itself."""
    kept = values * mask.factor
    side = (KERNEL - 1) // 2
    padded = F.pad(kept.transpose(1, 2), (side, KERNEL - 1 - side))
    filtered = F.conv1d(padded, attention.fsmn_block.weight, groups=WIDTH).transpose(1, 2)
    return (filtered + kept) * mask.factor
