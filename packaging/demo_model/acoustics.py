"""Puts dry sound into a room: silence around it, an event, reverberation, noise, a level."""

import random

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter

import sounds
from voices import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]
EVENT_BELOW_SPEECH_DB = (6.0, 13.0)
NOISE_BELOW_SPEECH_DB = (17.0, 40.0)
NOISE_SHARE, REVERBERATION_SHARE, TILT_SHARE = 0.75, 0.15, 0.3
PEAK_DB = (-24.0, -0.5)  # of full scale
LEAD_S, TAIL_S = (0.03, 0.6), (0.05, 0.6)


def gain(decibels: float) -> np.float32:
    return np.float32(10 ** (decibels / 20))


def root_mean_square(samples: Samples) -> np.float32:
    return np.float32(np.sqrt(np.mean(samples**2)) + 1e-9)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE_HZ), np.float32)


def in_room(speech: Samples, event: str, rng: random.Random, noise: np.random.Generator) -> Samples:
    """Speech as a microphone may hear it, with the event ("Speech" is none)."""
    level = root_mean_square(speech)
    if event == "Laughter":
        speech = _beside_laughter(speech, level, rng, noise)
    samples = np.concatenate([silence(rng.uniform(*LEAD_S)), speech, silence(rng.uniform(*TAIL_S))])
    if event in ("BGM", "Applause"):
        below = gain(-rng.uniform(*EVENT_BELOW_SPEECH_DB))
        samples = samples + sounds.EVENTS[event](len(samples), noise) * level * below
    return _through_microphone(samples, level, rng, noise)


def event_alone(event: str, seconds: float, rng: random.Random) -> Samples:
    """Music, laughter or applause without speech."""
    noise = np.random.default_rng(rng.randrange(1 << 30))
    samples = sounds.EVENTS[event](int(seconds * SAMPLE_RATE_HZ), noise)
    padded = np.concatenate([silence(rng.uniform(*LEAD_S)), samples, silence(rng.uniform(*TAIL_S))])
    return _through_microphone(padded, np.float32(1), rng, noise)


def _beside_laughter(
    speech: Samples, level: np.float32, rng: random.Random, noise: np.random.Generator
) -> Samples:
    count = int(rng.uniform(1.0, 2.0) * SAMPLE_RATE_HZ)
    laugh = sounds.laughter(count, noise) * level * np.float32(rng.uniform(0.7, 1.3))
    pause = silence(rng.uniform(0.05, 0.4))
    first, second = (laugh, speech) if rng.random() < 0.4 else (speech, laugh)
    return np.concatenate([first, pause, second])


def _through_microphone(
    samples: Samples, level: np.float32, rng: random.Random, noise: np.random.Generator
) -> Samples:
    if rng.random() < REVERBERATION_SHARE:
        samples = samples + _echo(samples, rng, noise)
    if rng.random() < TILT_SHARE:
        samples = np.asarray(lfilter([1, rng.uniform(-0.35, 0.35)], [1], samples), np.float32)
    if rng.random() < NOISE_SHARE:
        hiss = rng.choice(sounds.NOISES)(len(samples), noise)
        samples = samples + hiss * level * gain(-rng.uniform(*NOISE_BELOW_SPEECH_DB))
    peak = np.abs(samples).max() + np.float32(1e-9)
    return np.asarray(samples / peak * gain(rng.uniform(*PEAK_DB)), np.float32)


def _echo(samples: Samples, rng: random.Random, noise: np.random.Generator) -> Samples:
    """The tail of a room of 80 to 250 ms, without the direct sound."""
    count = int(rng.uniform(0.08, 0.25) * SAMPLE_RATE_HZ)
    tail = sounds.white(count, noise) * np.exp(-np.arange(count) / (count / 5))
    tail[0] = 0
    echo = fftconvolve(samples, tail.astype(np.float32))[: len(samples)]
    return np.asarray(echo * rng.uniform(0.02, 0.06), np.float32)
