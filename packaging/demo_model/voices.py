"""Renders one sentence with a synthetic voice in a mood."""

import random
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

import espeak
import flite

SAMPLE_RATE_HZ = 16_000
FULL_SCALE = 32768

ESPEAK_LANGUAGES = {
    "en": ("en-us", "en-us", "en"),
    # Plain `cmn` reads hanzi as English letters.
    "zh": ("cmn-latn-pinyin",),
    "yue": ("yue",),
    "ja": ("ja",),
    "ko": ("ko",),
}
ESPEAK_VARIANTS = ("", "+f2", "+f3", "+f5", "+m2", "+m3", "+m5", "+m7", "+linda", "+Alicia")
UNSEEN_ESPEAK_VARIANTS = ("+f4", "+m4", "+Andy", "+steph2")
FLITE_VOICES = ("slt", "rms", "awb", "kal16")
FLITE_SHARE = 0.3  # of English
SILENCE = 0.004  # amplitude below which a rendering's ends are cut
KEPT_BEFORE, KEPT_AFTER = SAMPLE_RATE_HZ // 100, SAMPLE_RATE_HZ // 40  # 10 ms, 25 ms


@dataclass(frozen=True)
class Voice:
    """engine: "espeak" or "flite"; name: as the engine calls it."""

    engine: str
    name: str


@dataclass(frozen=True)
class Delivery:
    """How a mood is spoken: espeak's pitch (0 to 99) and words per minute, flite's stretch."""

    pitch: tuple[int, int]
    words_per_minute: tuple[int, int]
    duration_stretch: tuple[float, float]


DELIVERIES = {
    "NEUTRAL": Delivery((35, 65), (130, 180), (0.95, 1.2)),
    "HAPPY": Delivery((80, 99), (165, 195), (0.9, 1.0)),
    "SAD": Delivery((3, 25), (105, 125), (1.25, 1.4)),
    "ANGRY": Delivery((25, 55), (165, 195), (0.9, 1.0)),
}


@dataclass(frozen=True)
class Style:
    """One draw from a mood's `Delivery`; a speaker keeps it through a clip."""

    pitch: int
    words_per_minute: int
    duration_stretch: float


def choose_voice(language: str, rng: random.Random) -> Voice:
    if language == "en" and rng.random() < FLITE_SHARE:
        return Voice("flite", rng.choice(FLITE_VOICES))
    return Voice("espeak", rng.choice(ESPEAK_LANGUAGES[language]) + rng.choice(ESPEAK_VARIANTS))


def choose_unseen_voice(language: str, rng: random.Random) -> Voice:
    """A voice that training never uses."""
    base = rng.choice(ESPEAK_LANGUAGES[language])
    return Voice("espeak", base + rng.choice(UNSEEN_ESPEAK_VARIANTS))


def choose_style(emotion: str, rng: random.Random) -> Style:
    delivery = DELIVERIES[emotion]
    return Style(
        rng.randint(*delivery.pitch),
        rng.randint(*delivery.words_per_minute),
        rng.uniform(*delivery.duration_stretch),
    )


def render(text: str, voice: Voice, style: Style) -> NDArray[np.float32]:
    """float32 in [-1, 1], 16 kHz mono, without silence at the ends."""
    if voice.engine == "flite":
        raw, rate_hz = flite.speak(text, voice.name, style.duration_stretch)
    else:
        engine = espeak.library()
        raw = engine.speak(text, voice.name, style.pitch, style.words_per_minute)
        rate_hz = engine.sample_rate_hz
    samples = raw.astype(np.float32) / FULL_SCALE
    if rate_hz != SAMPLE_RATE_HZ:
        samples = soxr.resample(samples, rate_hz, SAMPLE_RATE_HZ).astype(np.float32)
    return _without_silent_ends(np.asarray(samples, np.float32))


def _without_silent_ends(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    loud = np.flatnonzero(np.abs(samples) > SILENCE)
    if not loud.size:
        return samples
    return samples[max(0, loud[0] - KEPT_BEFORE) : loud[-1] + KEPT_AFTER]
