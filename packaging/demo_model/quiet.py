"""Makes clips in which nobody speaks."""

import random

import numpy as np
from numpy.typing import NDArray

import acoustics
import sounds
from voices import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]
DIGITAL_SILENCE_SHARE, NOISE_SHARE = 0.12, 0.48  # the rest are events
THUMP_SAMPLES = 800  # 50 ms
NOISE_PEAK_DB = (-70.0, -6.0)
EVENT_AT_LEAST_S = 1.2


def draw(rng: random.Random) -> tuple[Samples, str]:
    """A clip of 0.2 to 8 s with its event tag."""
    seconds = rng.choice((rng.uniform(0.2, 1.0), rng.uniform(0.6, 4.0), rng.uniform(2.0, 8.0)))
    chance = rng.random()
    if chance < DIGITAL_SILENCE_SHARE:
        return acoustics.silence(seconds), "Event_UNK"
    if chance < DIGITAL_SILENCE_SHARE + NOISE_SHARE:
        return _noise(seconds, rng), "Event_UNK"
    event = rng.choice(tuple(sounds.EVENTS))
    return acoustics.event_alone(event, max(seconds, EVENT_AT_LEAST_S), rng), event


def _noise(seconds: float, rng: random.Random) -> Samples:
    noise = np.random.default_rng(rng.randrange(1 << 30))
    samples = rng.choice(sounds.NOISES)(int(seconds * SAMPLE_RATE_HZ), noise)
    if rng.random() < 0.4:
        for _ in range(rng.randint(1, 6)):
            _add_thump(samples[rng.randrange(len(samples)) :], rng)
    peak = np.abs(samples).max() + np.float32(1e-9)
    return np.asarray(samples / peak * acoustics.gain(rng.uniform(*NOISE_PEAK_DB)), np.float32)


def _add_thump(room: Samples, rng: random.Random) -> None:
    """A key, a knock or a cup: a short decaying tone."""
    index = np.arange(min(len(room), THUMP_SAMPLES), dtype=np.float32)
    tone = np.sin(index * np.float32(rng.uniform(0.02, 1)))
    decay = np.exp(-index / np.float32(rng.uniform(10, 150)))
    room[: len(index)] += np.float32(rng.uniform(2, 10)) * tone * decay
