"""SenseVoice's encoder and CTC head as ONNX graphs whose linear maps compute in int8.

Weights are quantised symmetrically, one scale for each output channel; activations when they are
known, with one scale and zero point for each map (``DynamicQuantizeMatMul``). Norms, attention and
the memory block stay in float32. Each operator was chosen by its time: ONNX Runtime's fused
``SkipLayerNormalization`` takes nine times as long as an addition and a norm, and the memory
block's filter is fastest along the width of a picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from dictation.recognition.backends import processor
from dictation.recognition.backends.architecture import NORM_EPSILON, Architecture, Layer
from dictation.recognition.backends.int8_encoder import ENCODER, HEAD, HIDDEN, INPUT, OUTPUT
from dictation.recognition.weights_file import WeightsFile

_OPSET = 23  # the first with an attention operator
_IR_VERSION = 11
# The largest weight in int8; -128 is left out, so that the range is symmetric. Without VNNI, two
# products are added in 16 bits, which 2 × 255 × 64 does not overflow.
_MOST, _MOST_WITHOUT_VNNI = 127, 63
_WEIGHTS = "weights.bin"  # of both graphs
_ALIGNMENT = 4096  # of a tensor in the file, so that it can be mapped
_INLINE_BYTES = 64  # smaller tensors, such as shapes, lie in the graph itself


def write_int8_graphs(
    weights: WeightsFile,
    shape: Architecture,
    folder: Path,
    on_layer: Callable[[int, int], None] = lambda _done, _all: None,
) -> None:
    """Writes the encoder's graph, the head's, and weights.bin, which both read, into the folder.

    The encoder takes ``inputs``, float32 (1, rows, 560), and gives ``hidden``, float32 (1, rows,
    width); of these the head makes ``logits``, float32 (1, rows, vocabulary). weights: each is
    read once and given back. on_layer: told how many layers are done. Raises ModelDamaged, or
    OSError if the folder cannot be written to.
    """
    most = _MOST if processor.has_vnni() else _MOST_WITHOUT_VNNI
    layers = shape.layers
    with (folder / _WEIGHTS).open("wb") as file:
        encoder = _Graph(weights, file, most)
        rows = INPUT
        for index, layer in enumerate(layers):
            rows = _layer(encoder, layer, shape, rows)
            if index == shape.main_layers - 1:
                rows = encoder.norm("encoder.after_norm", rows)
            on_layer(index + 1, len(layers))
        encoder.norm("encoder.tp_norm", rows, output=HIDDEN)
        head = _Graph(weights, file, most)
        head.linear("ctc.ctc_lo", HIDDEN, output=OUTPUT)
    _save(encoder, (INPUT, layers[0].input_size), (HIDDEN, shape.width), folder / ENCODER)
    _save(head, (HIDDEN, shape.width), (OUTPUT, shape.vocabulary), folder / HEAD)


def _save(graph: _Graph, takes: tuple[str, int], gives: tuple[str, int], file: Path) -> None:
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, "SenseVoice", [_value(*takes)], [_value(*gives)], graph.tensors
        ),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", 1)],
        ir_version=_IR_VERSION,
        producer_name="dictation",
    )
    onnx.save(model, str(file))


def _layer(graph: _Graph, layer: Layer, shape: Architecture, hidden: str) -> str:
    attention, forward = f"{layer.prefix}.self_attn", f"{layer.prefix}.feed_forward"
    normed = graph.norm(f"{layer.prefix}.norm1", hidden)
    all_three = graph.linear(f"{attention}.linear_q_k_v", normed)
    thirds = graph.constant("thirds", np.full(3, shape.width, np.int64))
    query, key, value = graph.node("Split", [all_three, thirds], axis=-1, outputs=3)
    attended = graph.node(
        "Attention", [query, key, value], q_num_heads=shape.heads, kv_num_heads=shape.heads
    )[0]
    added = graph.node(
        "Add",
        [
            graph.linear(f"{attention}.linear_out", attended),
            _memory(graph, f"{attention}.fsmn_block.weight", shape, value),
        ],
    )[0]
    if layer.has_residual:
        added = graph.node("Add", [added, hidden])[0]
    widened = graph.linear(f"{forward}.w_1", graph.norm(f"{layer.prefix}.norm2", added))
    narrowed = graph.linear(f"{forward}.w_2", graph.node("Relu", [widened])[0])
    return graph.node("Add", [narrowed, added])[0]


def _memory(graph: _Graph, name: str, shape: Architecture, value: str) -> str:
    filters = np.array(graph.weights[name])  # (width, 1, kernel)
    filters[:, 0, shape.kernel // 2] += 1  # the block adds its input to its output
    padding = shape.kernel // 2
    height = graph.constant("height", np.array([2], np.int64))
    channels_first = graph.node("Transpose", [value], perm=[0, 2, 1])[0]
    picture = graph.node("Unsqueeze", [channels_first, height])[0]
    filtered = graph.node(
        "Conv",
        [picture, graph.constant(name, filters[:, :, None, :])],
        group=shape.width,
        kernel_shape=[1, shape.kernel],
        pads=[0, padding, 0, padding],
    )[0]
    flat = graph.node("Squeeze", [filtered, height])[0]
    return graph.node("Transpose", [flat], perm=[0, 2, 1])[0]


@dataclass(slots=True)
class _Graph:
    """A graph while it is being written."""

    weights: WeightsFile
    file: Any
    most: int
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    tensors: list[onnx.TensorProto] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def node(
        self, kind: str, inputs: list[str], *, outputs: int = 1, name: str = "", **attributes: Any
    ) -> list[str]:
        """Adds an operator; the names of what it gives."""
        first = name or f"v{len(self.nodes)}"
        names = [first, *(f"{first}.{index}" for index in range(1, outputs))]
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def linear(self, name: str, rows: str, output: str = "") -> str:
        quantised, scales = quantise(self.weights[f"{name}.weight"], self.most)
        self.weights.release(f"{name}.weight")
        return self.node(
            "DynamicQuantizeMatMul",
            [
                rows,
                self.constant(f"{name}.weight", quantised),
                self.constant(f"{name}.scales", scales),
                "",
                self.constant(f"{name}.bias", self.weights[f"{name}.bias"]),
            ],
            name=output,
            domain="com.microsoft",
        )[0]

    def norm(self, name: str, rows: str, output: str = "") -> str:
        scale = self.constant(f"{name}.weight", self.weights[f"{name}.weight"])
        shift = self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return self.node(
            "LayerNormalization",
            [rows, scale, shift],
            name=output,
            axis=-1,
            epsilon=NORM_EPSILON,
        )[0]

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Adds a tensor once; its name."""
        if name in self._names:
            return name
        self._names.add(name)
        tensor = TensorProto()
        tensor.name = name
        tensor.dims.extend(values.shape)
        tensor.data_type = helper.np_dtype_to_tensor_dtype(values.dtype)
        raw = np.ascontiguousarray(values).tobytes()
        if len(raw) <= _INLINE_BYTES:
            tensor.raw_data = raw
        else:
            self.file.write(b"\0" * (-self.file.tell() % _ALIGNMENT))
            place = {"location": _WEIGHTS, "offset": self.file.tell(), "length": len(raw)}
            tensor.data_location = TensorProto.EXTERNAL
            for key, told in place.items():
                tensor.external_data.add(key=key, value=str(told))
            self.file.write(raw)
        self.tensors.append(tensor)
        return name


def quantise(
    weight: NDArray[np.float32], most: int
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """weight: shape (outputs, inputs). Int8 of shape (inputs, outputs), and a scale per output.

    most: the largest magnitude in int8.
    """
    scales = np.abs(weight).max(axis=1).astype(np.float32) / most
    scales[scales == 0] = 1  # an unused output
    quantised = np.rint(weight / scales[:, None]).astype(np.int8)
    return np.ascontiguousarray(quantised.T), scales


def _value(name: str, size: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "frames", size])
