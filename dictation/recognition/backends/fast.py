"""Our own forward path on the CPU, whatever computes it: queries in, emissions out."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dictation.recognition.backends.encoder_input import EncoderInput
from dictation.recognition.ctc import Emissions, emissions
from dictation.speech import Language, TextStyle


class Encoder(Protocol):
    """SenseVoice's encoder and CTC head."""

    def logits(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """inputs: float32, shape (rows, 560). Float32, shape (rows, vocabulary)."""
        ...


class Testable(Protocol):
    """A backend that also gives its logits, to be held against others."""

    def emit(
        self,
        features: NDArray[np.float32],
        language: Language | None,
        style: TextStyle,
        barred: NDArray[np.int64] | None,
    ) -> Emissions: ...

    def logits(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> NDArray[np.float32]:
        """Float32, shape (4 + frames, vocabulary)."""
        ...


class FastBackend:
    """A backend around any encoder. One thread at a time."""

    def __init__(self, inputs: EncoderInput, encoder: Encoder) -> None:
        self._inputs = inputs
        self._encoder = encoder

    def emit(
        self,
        features: NDArray[np.float32],
        language: Language | None,
        style: TextStyle,
        barred: NDArray[np.int64] | None,
    ) -> Emissions:
        """As the Backend protocol has it."""
        return emissions(self.logits(features, language, style), barred)

    def logits(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> NDArray[np.float32]:
        """Float32, shape (4 + frames, vocabulary)."""
        return self._encoder.logits(self._inputs(features, language, style))
