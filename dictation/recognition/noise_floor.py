"""Lays the faintest noise under digital silence.

Exact zeros give features of log(epsilon), which no model has seen: they were trained with Kaldi's
dither, noise of one 16-bit step. The noise here is a function of a sample's place in its take, so
that the same take always gives the same text. Sound is left as it is.
"""

from __future__ import annotations

import numpy as np

from dictation.recognition.features import SHIFT_SAMPLES
from dictation.speech import Samples

_STEP = np.float32(1 / 32_768)
_PERIOD = 400  # hops of 10 ms, 4 s
# RandomState, because its sequence is the same in every version of numpy.
_NOISE = _STEP * np.random.RandomState(1).choice([-1, 1], (_PERIOD, SHIFT_SAMPLES)).astype("f4")


def with_floor(samples: Samples, first: int) -> Samples:
    """The samples, with one step of noise in each hop of 10 ms that holds exact zeros alone.

    Each window of 25 ms holds a whole hop, so that none is silent. first: the place of the first
    sample in the take, a multiple of 160.
    """
    whole = len(samples) // SHIFT_SAMPLES * SHIFT_SAMPLES
    loud = samples[:whole].reshape(-1, SHIFT_SAMPLES).any(axis=1)
    if loud.all():
        return samples
    floored = samples.copy()
    hops = floored[:whole].reshape(-1, SHIFT_SAMPLES)
    silent = np.flatnonzero(~loud)
    hops[silent] = _NOISE[(first // SHIFT_SAMPLES + silent) % _PERIOD]
    return floored
