"""Holds a backend against logits that the exact one has computed of a fixed piece of speech."""

from __future__ import annotations

import statistics
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dictation.paths import resource
from dictation.recognition.ctc import posterior
from dictation.recognition.features import Features, filter_bank
from dictation.recognition.model_folder import ModelFolder
from dictation.speech import SAMPLE_RATE_HZ

Logits = NDArray[np.float32]

_LENGTHS_S = (3.0, 1.9)  # the second is no multiple of any tile or block
_SURE = 0.9  # frames whose best token is less probable than this may turn either way
_MOST_SURE_DIFFERING = 0.01  # of the sure frames; bf16 and int8 differed in none of 2,055 of speech
_MOST_ERROR = 0.1  # of the logits' norm; bf16 and int8 come to 0.02-0.03, a saturating product to 1
_LIKELY = 20  # below a frame's best logit; what is less likely than e^-20 changes no text
_TIMES = 3


@dataclass(frozen=True, slots=True)
class Result:
    """How one backend did."""

    differing: int
    """Frames whose best token is another one."""
    sure_differing: int
    """Those of them where the exact logits leave no doubt."""
    frames: int
    error: float
    """Norm of the difference of the likely tokens' logits, as a part of their norm."""
    decode_ms: float
    """Median time for the first piece, which is 3 s long."""

    @property
    def passed(self) -> bool:
        """Whether its text can be trusted; an error that is no number is none."""
        return self.sure_differing <= _MOST_SURE_DIFFERING * self.frames and (
            self.error <= _MOST_ERROR
        )


def speech_features(model: ModelFolder) -> list[NDArray[np.float32]]:
    """The test's pieces: features of bundled speech, float32, shape (frames, 560) each."""
    with wave.open(str(resource("demo.wav"))) as recording:
        stored = recording.readframes(round(_LENGTHS_S[0] * SAMPLE_RATE_HZ))
    samples = np.frombuffer(stored, "<i2").astype(np.float32) / np.float32(1 << 15)
    features = Features(model.cmvn)
    return [
        features(filter_bank(samples[: round(length_s * SAMPLE_RATE_HZ)]))
        for length_s in _LENGTHS_S
    ]


def examine(
    logits: Callable[[NDArray[np.float32]], Logits],
    pieces: list[NDArray[np.float32]],
    exact: list[Logits],
) -> Result:
    """logits: the backend, from features. exact: what it should give for each piece."""
    differing = sure_differing = frames = 0
    squares = total = 0.0
    for piece, wanted in zip(pieces, exact, strict=True):
        found = logits(piece)
        other = found.argmax(axis=1) != wanted.argmax(axis=1)
        differing += int(other.sum())
        sure_differing += int((posterior(wanted[other]).max(axis=1, initial=0) > _SURE).sum())
        frames += len(wanted)
        likely = wanted > wanted.max(axis=1, keepdims=True) - _LIKELY
        squares += float(np.square(found - wanted, where=likely, out=np.zeros_like(wanted)).sum())
        total += float(np.square(wanted, where=likely, out=np.zeros_like(wanted)).sum())
    times_s = []
    for _ in range(_TIMES):
        start_s = time.perf_counter()
        logits(pieces[0])
        times_s.append(time.perf_counter() - start_s)
    return Result(
        differing=differing,
        sure_differing=sure_differing,
        frames=frames,
        error=(squares / total) ** 0.5,
        decode_ms=1000 * statistics.median(times_s),
    )
