"""Greedy CTC decoding: from logits to tokens with their places and confidences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLANK = 0
TAG_FRAMES = 4  # language, emotion, event, inverse text normalisation; then the frames of text


@dataclass(frozen=True, slots=True)
class Emissions:
    """What is needed of one unit's logits."""

    tags: NDArray[np.float32]
    """Logits of the tag frames, shape (4, vocabulary)."""
    tokens: NDArray[np.int64]
    """The best token of each frame of text that is not barred, shape (frames,)."""
    confidences: NDArray[np.float32]
    """Its posterior among the tokens that are not barred, shape (frames,); 1 for a blank."""


@dataclass(frozen=True, slots=True)
class TokenRun:
    """One token and the frames over which it was the best: [first_frame, end_frame)."""

    id: int
    first_frame: int
    end_frame: int
    confidence: float
    """The highest posterior over the run, in [0, 1]."""


def emissions(pieces: Iterable[NDArray[np.float32]], barred: NDArray[np.int64] | None) -> Emissions:
    """pieces: of one unit's logits, float32, unnormalised, together of shape (4 + frames,
    vocabulary); the four tag frames are in the first. They are not written to.

    barred: ids of tokens that are no text here, never the blank. Only frames whose best token is
    not the blank, about a third of all, are looked at twice.
    """
    tags: NDArray[np.float32] | None = None
    tokens: list[NDArray[np.int64]] = []
    confidences: list[NDArray[np.float32]] = []
    for piece in pieces:
        text = piece
        if tags is None:
            # A copy, so that the logits of a whole piece are not kept for four of their frames.
            tags, text = piece[:TAG_FRAMES].copy(), piece[TAG_FRAMES:]
        best, posteriors = _best_of_each(text, barred)
        tokens.append(best)
        confidences.append(posteriors)
    assert tags is not None
    return Emissions(tags, np.concatenate(tokens), np.concatenate(confidences))


def _best_of_each(
    text: NDArray[np.float32], barred: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    tokens = text.argmax(axis=1)
    confidences = np.ones(len(tokens), np.float32)
    for frame in np.flatnonzero(tokens != BLANK).tolist():
        tokens[frame], confidences[frame] = _best(text[frame], barred)
    confidences[tokens == BLANK] = 1
    return tokens, confidences


def _best(scores: NDArray[np.float32], barred: NDArray[np.int64] | None) -> tuple[int, float]:
    """The best token of one frame and its posterior. A frame at a time stays in the cache."""
    if barred is not None:
        scores = scores.copy()
        scores[barred] = -np.inf
    best = int(scores.argmax())
    return best, 1 / float(np.exp(scores - scores[best]).sum())


def greedy(emitted: Emissions) -> list[TokenRun]:
    """The best token of each frame, equal neighbours merged, blanks dropped.

    Graves et al. 2006, "best path decoding".
    """
    best = emitted.tokens
    runs = []
    bounds = np.flatnonzero(np.diff(best)) + 1
    firsts = np.concatenate(([0], bounds)) if len(best) else bounds
    ends = np.concatenate((bounds, [len(best)]))
    for first, end in zip(firsts.tolist(), ends.tolist(), strict=False):
        token = int(best[first])
        if token != BLANK:
            confidence = float(emitted.confidences[first:end].max())
            runs.append(TokenRun(token, first, end, confidence))
    return runs


def posterior(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    normalised: NDArray[np.float32] = shifted / shifted.sum(axis=-1, keepdims=True)
    return normalised
