"""Our own forward path on the CPU, whatever computes it: queries in, emissions out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dictation.recognition.backends.contract import LogitsBackend
from dictation.recognition.backends.encoder_input import EncoderInput
from dictation.speech import Language, TextStyle


class Encoder(Protocol):
    """SenseVoice's encoder and CTC head."""

    def logits(self, inputs: NDArray[np.float32]) -> Iterable[NDArray[np.float32]]:
        """inputs: float32, shape (rows, 560), rows ≥ 4.

        Float32, pieces that have (rows, vocabulary) together, the first at least 4 rows.
        """
        ...

    def warm_ups(self) -> Iterator[None]:
        """As the Testable protocol has it."""
        ...


class FastBackend(LogitsBackend):
    """A backend around any encoder. One thread at a time."""

    def __init__(self, inputs: EncoderInput, encoder: Encoder) -> None:
        self._inputs = inputs
        self._encoder = encoder

    def warm_ups(self) -> Iterator[None]:
        """As the Testable protocol has it."""
        return self._encoder.warm_ups()

    def _pieces(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> Iterable[NDArray[np.float32]]:
        return self._encoder.logits(self._inputs(features, language, style))
