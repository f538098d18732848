"""SenseVoiceSmall's shape: which weights a folder must hold, and in which layers they stand.

An, K. et al., "FunAudioLLM", 2024; SAN-M layers as in Gao et al., "SAN-M: Memory Equipped
Self-Attention for End-to-End Speech Recognition", 2020.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dictation.errors import ModelDamaged
from dictation.recognition.backends.queries import ROWS
from dictation.recognition.features import FEATURE_SIZE
from dictation.recognition.model_folder import ModelFolder
from dictation.translation import Phrase

NORM_EPSILON = 1e-5  # torch's default, which the class uses


@dataclass(frozen=True, slots=True)
class Layer:
    """One SAN-M layer."""

    prefix: str
    """What its weights' names begin with."""
    input_size: int
    width: int

    @property
    def has_residual(self) -> bool:
        """The first layer changes the width, so its input cannot be added to its attention."""
        return self.input_size == self.width


@dataclass(frozen=True, slots=True)
class Architecture:
    """The numbers from a model's configuration, and its vocabulary's size."""

    width: int
    heads: int
    feed_forward: int
    main_layers: int
    """The first of them widens the input; a norm follows the last."""
    text_layers: int
    """"tp" in the weights' names; a norm follows the last."""
    kernel: int
    """Frames that the memory block's filter spans; odd."""
    vocabulary: int

    @classmethod
    def of(cls, model: ModelFolder, vocabulary: int) -> Architecture:
        """Raises ModelDamaged where the configuration is not one of SenseVoiceSmall."""
        conf = model.conf("encoder_conf")
        found = cls(
            width=_count(conf, "output_size"),
            heads=_count(conf, "attention_heads"),
            feed_forward=_count(conf, "linear_units"),
            main_layers=_count(conf, "num_blocks"),
            text_layers=_count(conf, "tp_blocks"),
            kernel=_count(conf, "kernel_size"),
            vocabulary=vocabulary,
        )
        usual = (
            conf.get("normalize_before", True)
            and not conf.get("concat_after", False)
            and conf.get("sanm_shfit", 0) == 0
            and conf.get("input_layer", "pe") == "pe"
        )
        whole = found.heads and found.width % found.heads == 0 and found.kernel % 2
        if not (usual and whole and min(found.main_layers, found.feed_forward) > 0):
            raise ModelDamaged(folder=model.folder, reason=Phrase("its configuration does not fit"))
        return found

    @property
    def layers(self) -> list[Layer]:
        """All of them, in the order of computation."""
        return [
            Layer("encoder.encoders0.0", FEATURE_SIZE, self.width),
            *(
                Layer(f"encoder.encoders.{index}", self.width, self.width)
                for index in range(self.main_layers - 1)
            ),
            *(
                Layer(f"encoder.tp_encoders.{index}", self.width, self.width)
                for index in range(self.text_layers)
            ),
        ]

    def weights(self) -> dict[str, tuple[int, ...]]:
        """The name and shape of every weight."""
        shapes: dict[str, tuple[int, ...]] = {}
        for layer in self.layers:
            attention, forward = f"{layer.prefix}.self_attn", f"{layer.prefix}.feed_forward"
            shapes[f"{attention}.fsmn_block.weight"] = (self.width, 1, self.kernel)
            shapes |= _linear(f"{attention}.linear_q_k_v", 3 * self.width, layer.input_size)
            shapes |= _linear(f"{attention}.linear_out", self.width, self.width)
            shapes |= _linear(f"{forward}.w_1", self.feed_forward, self.width)
            shapes |= _linear(f"{forward}.w_2", self.width, self.feed_forward)
            shapes |= _norm(f"{layer.prefix}.norm1", layer.input_size)
            shapes |= _norm(f"{layer.prefix}.norm2", self.width)
        shapes |= _norm("encoder.after_norm", self.width)
        shapes |= _norm("encoder.tp_norm", self.width)
        shapes |= _linear("ctc.ctc_lo", self.vocabulary, self.width)
        shapes["embed.weight"] = (ROWS, FEATURE_SIZE)
        return shapes


def _linear(name: str, outputs: int, inputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def _count(conf: dict[str, Any], name: str) -> int:
    value = conf.get(name, 0)
    return value if isinstance(value, int) else 0
