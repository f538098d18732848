"""Puts SenseVoice's queries before the features, and marks positions: the encoder's input."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dictation.recognition.backends.queries import query_rows
from dictation.recognition.features import FEATURE_SIZE
from dictation.speech import Language, TextStyle

_PERIOD = 10_000  # Vaswani et al. 2017, section 3.5; sines first and cosines after, from position 1


class EncoderInput:
    """Makes inputs for one model."""

    def __init__(self, embedding: NDArray[np.float32], width: int) -> None:
        """embedding: of the queries, shape (16, 560). width: the encoder's; it scales its input."""
        self._scale = np.float32(width**0.5)
        self._embedding = np.array(embedding, np.float32)
        self._positions = np.zeros((0, FEATURE_SIZE), np.float32)

    def __call__(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> NDArray[np.float32]:
        """features: float32, shape (frames, 560). Float32, shape (4 + frames, 560)."""
        queries = self._embedding[query_rows(language, style)]
        inputs = np.concatenate((queries, features)) * self._scale
        positions = self._positions  # another thread may be making longer ones
        if len(inputs) > len(positions):
            positions = self._positions = _encoded_positions(2 * len(inputs))
        inputs += positions[: len(inputs)]
        return inputs


def _encoded_positions(count: int) -> NDArray[np.float32]:
    step = np.float32(np.log(_PERIOD)) / np.float32(FEATURE_SIZE / 2 - 1)
    inverse_periods = np.exp(np.arange(FEATURE_SIZE // 2, dtype=np.float32) * -step)
    angles = np.arange(1, count + 1, dtype=np.float32)[:, None] * inverse_periods
    encoded: NDArray[np.float32] = np.concatenate((np.sin(angles), np.cos(angles)), axis=1)
    return encoded
