"""Greedy CTC decoding: from logits to tokens with their places and confidences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLANK = 0


@dataclass(frozen=True, slots=True)
class TokenRun:
    """One token and the frames over which it was the best: [first_frame, end_frame)."""

    id: int
    first_frame: int
    end_frame: int
    confidence: float
    """The highest posterior over the run, in [0, 1]."""


def greedy(logits: NDArray[np.float32]) -> list[TokenRun]:
    """logits: float32, shape (frames, vocabulary), unnormalised.

    The best id of each frame, equal neighbours merged, blanks dropped (Graves et al. 2006,
    "best path decoding"). The posterior is computed for the frames of tokens alone.
    """
    best = logits.argmax(axis=1)
    runs = []
    bounds = np.flatnonzero(np.diff(best)) + 1
    firsts = np.concatenate(([0], bounds)) if len(best) else bounds
    ends = np.concatenate((bounds, [len(best)]))
    for first, end in zip(firsts.tolist(), ends.tolist(), strict=False):
        token = int(best[first])
        if token != BLANK:
            confidence = float(posterior(logits[first:end])[:, token].max())
            runs.append(TokenRun(token, first, end, confidence))
    return runs


def posterior(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    normalised: NDArray[np.float32] = shifted / shifted.sum(axis=-1, keepdims=True)
    return normalised
