"""SenseVoice's layers in PyTorch on the CPU, as functions that TorchScript can compile.

Run by Python, each of a decode's 1,500 operators waits for the interpreter's lock, which the thread
that hears the microphone wants too, and fetches the interpreter's code into caches that the weights
have just gone through. Compiled, they run without it: a tail of 2 s takes a tenth less time, and
two decodes side by side are twice as fast as one after the other.
"""

# No annotations of the future: TorchScript wants those of a named tuple as types, not as strings.
import functools
import logging
import warnings
from typing import NamedTuple, Optional, Protocol, cast

import torch

logger = logging.getLogger(__name__)


class LayerWeights(NamedTuple):
    """Of one layer; linear maps' and the filter's in the order in which oneDNN wants them.

    The filter, one for each channel, has the block's input added at its centre tap.
    """

    norm1_scale: torch.Tensor
    norm1_shift: torch.Tensor
    query_key_value: torch.Tensor
    query_key_value_bias: torch.Tensor
    memory: torch.Tensor
    out: torch.Tensor
    out_bias: torch.Tensor
    norm2_scale: torch.Tensor
    norm2_shift: torch.Tensor
    widen: torch.Tensor
    widen_bias: torch.Tensor
    narrow: torch.Tensor
    narrow_bias: torch.Tensor


class Constants(NamedTuple):
    """Of one model."""

    heads: int
    kernel: int
    """Of the memory block, in rows."""
    norm_epsilon: float


class Decode(NamedTuple):
    """One unit's."""

    frames: int
    """How many of its rows are real."""
    mask: Optional[torch.Tensor]  # noqa: UP045 - TorchScript knows no other way to say it
    """For the attention, where rows are more: shape (1, 1, rows, rows)."""
    called_off: torch.Tensor
    """Bool, shape (1,): whether its result is not needed any more."""


class Through(Protocol):
    """``through``, compiled or not."""

    def __call__(
        self,
        hidden: torch.Tensor,
        layers: list[LayerWeights],
        constants: Constants,
        decode: Decode,
    ) -> torch.Tensor:
        """As ``through`` has it."""


def through(
    hidden: torch.Tensor, layers: list[LayerWeights], constants: Constants, decode: Decode
) -> torch.Tensor:
    """One layer after the other. hidden: shape (rows, width of the first layer's input).

    Shape (rows, width); of no use if it was called off, which ends it between two layers.
    """
    for weights in layers:
        if bool(decode.called_off):
            break
        hidden = _layer(hidden, weights, constants, decode)
    return hidden


def _layer(
    hidden: torch.Tensor, weights: LayerWeights, constants: Constants, decode: Decode
) -> torch.Tensor:
    heads, kernel, epsilon = constants
    rows, width = hidden.size(0), weights.norm2_scale.size(0)
    normal = torch.layer_norm(
        hidden, [hidden.size(1)], weights.norm1_scale, weights.norm1_shift, epsilon
    )
    thirds = torch.ops.mkldnn._linear_pointwise(
        normal, weights.query_key_value, weights.query_key_value_bias, "none", [], ""
    )

    value = thirds[:, 2 * width :].contiguous()
    if decode.frames < rows:
        value[decode.frames :] = 0
    # Time is the width of a picture, channels last: as oneDNN filters channels fastest.
    filtered = torch.ops.mkldnn._convolution_pointwise(
        value.view(1, 1, rows, width).permute(0, 3, 1, 2),
        weights.memory,
        None,
        [0, kernel // 2],
        [1, 1],
        [1, 1],
        width,
        "none",
        [],
        "",
    )
    remembered = filtered.permute(0, 2, 3, 1).reshape(rows, width)
    if hidden.size(1) == width:  # else it is the first layer, whose input cannot be added
        remembered = remembered.add_(hidden)

    by_head = thirds.view(1, rows, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
    attended = torch.nn.functional.scaled_dot_product_attention(
        by_head[0], by_head[1], by_head[2], decode.mask
    )
    hidden = torch.ops.mkldnn._linear_pointwise(
        attended.transpose(1, 2).reshape(rows, width),
        remembered,
        weights.out,
        weights.out_bias,
        "add",
    )
    normal = torch.layer_norm(hidden, [width], weights.norm2_scale, weights.norm2_shift, epsilon)
    wide = torch.ops.mkldnn._linear_pointwise(
        normal, weights.widen, weights.widen_bias, "relu", [], ""
    )
    narrowed: torch.Tensor = torch.ops.mkldnn._linear_pointwise(
        wide, hidden, weights.narrow, weights.narrow_bias, "add"
    )
    return narrowed


@functools.cache
def compiled() -> Through:
    """``through`` without Python.

    PyTorch still has TorchScript, but would do without it; where it cannot compile this, Python
    runs it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return cast("Through", torch.jit.script(through))
    except Exception:  # whatever a later PyTorch or Python says to it
        logger.exception("no TorchScript: Python runs the layers")
        return through
