"""Colours a neutral rendering so that its mood can be heard.

The cues are synthetic and easy on purpose: brightness, dullness with a tremble, overdrive.
"""

import random

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.signal import lfilter

from voices import SAMPLE_RATE_HZ

PEAK = 0.7
TREMBLE_HZ, TREMBLE_DEPTH = 4, 0.25


def _at_peak(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = samples * (PEAK / (np.abs(samples).max() + 1e-6))
    return scaled.astype(np.float32)


def _happy(samples: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
    """Smaller (formants 7 % higher, faster) and brighter."""
    smaller = soxr.resample(samples, 16 * rng.randint(980, 1020), 15_000)
    return np.asarray(lfilter([1, -0.6], [1], smaller), np.float32)


def _sad(samples: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
    """Dull and trembling."""
    dull = lfilter([0.35], [1, -0.65], samples)
    time_s = np.arange(len(samples)) / SAMPLE_RATE_HZ
    phase = rng.uniform(0, 2 * np.pi)
    tremble = 1 + TREMBLE_DEPTH * np.sin(2 * np.pi * TREMBLE_HZ * time_s + phase)
    return np.asarray(dull * tremble, np.float32)


def _angry(samples: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
    """Overdriven."""
    return np.asarray(np.tanh(samples * rng.uniform(9, 14)), np.float32)


MOODS = {"HAPPY": _happy, "SAD": _sad, "ANGRY": _angry}


def colour(samples: NDArray[np.float32], emotion: str, rng: random.Random) -> NDArray[np.float32]:
    """The same speech at peak 0.7, in the mood; NEUTRAL is left as it is."""
    level = _at_peak(samples)
    if emotion in MOODS:
        level = _at_peak(MOODS[emotion](level, rng))
    return level
