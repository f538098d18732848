"""Makes the sounds that are not speech: noises, background music, laughter, applause.

Every function returns float32 of the wanted length at root mean square 1, 16 kHz.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from voices import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]
SCALES = ((0, 4, 7, 12, 9, 5), (0, 3, 7, 12, 8, 5))  # major, minor: semitones above the base
BASES_HZ = (196.0, 220.0, 246.9, 261.6, 293.7)  # G3 to D4
HARMONICS = ((1, 1.0), (2, 0.5), (3, 0.25), (4, 0.12))
LAUGH_FORMANTS_HZ = ((750, 120), (1250, 160), (2700, 250))  # centre, width
HUMS_HZ = (50, 60, 100, 120)
CLAP_SAMPLES = 500  # 31 ms


def unit(samples: NDArray[np.floating]) -> Samples:
    """Scaled to root mean square 1."""
    return np.asarray(samples / (np.sqrt(np.mean(samples**2)) + 1e-9), np.float32)


def white(count: int, rng: np.random.Generator) -> Samples:
    return rng.standard_normal(count, dtype=np.float32)


def pink(count: int, rng: np.random.Generator) -> Samples:
    return unit(lfilter([0.05, 0.05], [1, -0.9], white(count, rng)))


def brown(count: int, rng: np.random.Generator) -> Samples:
    return unit(lfilter([0.05], [1, -0.985], white(count, rng)))


def hum(count: int, rng: np.random.Generator) -> Samples:
    """Mains hum with harmonics over a little hiss."""
    time_s = np.arange(count, dtype=np.float32) / SAMPLE_RATE_HZ
    base_hz = float(rng.choice(HUMS_HZ))
    samples = 0.1 * white(count, rng)
    for harmonic in (1, 2, 3, 5):
        phase = rng.uniform(0, 2 * np.pi)
        wave = np.sin(np.float32(2 * np.pi * base_hz * harmonic) * time_s + np.float32(phase))
        samples += wave / harmonic
    return unit(samples)


def music(count: int, rng: np.random.Generator) -> Samples:
    """A plucked melody over a chord every four beats."""
    beat_s, base_hz = rng.uniform(0.22, 0.45), float(rng.choice(BASES_HZ))
    scale = SCALES[int(rng.integers(len(SCALES)))]
    samples = np.zeros(count, np.float32)
    for beat, start in enumerate(range(0, count, int(beat_s * SAMPLE_RATE_HZ))):
        note_hz = base_hz * 2 ** (float(rng.choice(scale)) / 12)
        _add_note(samples[start:], note_hz, beat_s * 2.5)
        if beat % 4 == 0:
            for semitones in (0, scale[1], 7):
                chord_hz = base_hz / 2 * 2 ** (semitones / 12)
                _add_tone(samples[start:], chord_hz, beat_s * 4)
    return unit(samples)


def _time_s(room: Samples, length_s: float) -> Samples:
    return np.arange(min(len(room), int(length_s * SAMPLE_RATE_HZ)), dtype=np.float32) / np.float32(
        SAMPLE_RATE_HZ
    )


def _add_note(room: Samples, note_hz: float, length_s: float) -> None:
    time_s = _time_s(room, length_s)
    decay = np.exp(-3 * time_s)
    for harmonic, amplitude in HARMONICS:
        tone = np.sin(np.float32(2 * np.pi * note_hz * harmonic) * time_s)
        room[: len(time_s)] += np.float32(amplitude) * tone * decay


def _add_tone(room: Samples, tone_hz: float, length_s: float) -> None:
    time_s = _time_s(room, length_s)
    room[: len(time_s)] += np.float32(0.3) * np.sin(np.float32(2 * np.pi * tone_hz) * time_s)


def laughter(count: int, rng: np.random.Generator) -> Samples:
    """Glottal pulses through three formants, opened about five times a second."""
    time_s = np.arange(count) / SAMPLE_RATE_HZ
    pitch_hz = rng.uniform(170, 330) * (1 + 0.08 * np.sin(2 * np.pi * 0.7 * time_s))
    phase = np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
    voiced = ((phase % 1) < 0.12) - 0.12 + 0.25 * rng.standard_normal(count)
    for centre_hz, width_hz in LAUGH_FORMANTS_HZ:
        radius = np.exp(-np.pi * width_hz / SAMPLE_RATE_HZ)
        angle = 2 * np.pi * centre_hz / SAMPLE_RATE_HZ
        voiced = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], voiced)
    openings = np.sin(2 * np.pi * rng.uniform(4.2, 5.5) * time_s).clip(0, 1) ** 0.7
    return unit(voiced * openings)


def applause(count: int, rng: np.random.Generator) -> Samples:
    """60 to 140 claps a second, each a decaying burst of noise."""
    samples = np.zeros(count + CLAP_SAMPLES, np.float32)
    decay = np.exp(-np.arange(CLAP_SAMPLES, dtype=np.float32) / 60)
    claps = max(1, int(count / SAMPLE_RATE_HZ * rng.uniform(60, 140)))
    bursts = white(claps * CLAP_SAMPLES, rng).reshape(claps, CLAP_SAMPLES) * decay
    bursts *= rng.uniform(0.3, 1, (claps, 1)).astype(np.float32)
    for start, burst in zip(rng.integers(0, count, claps), bursts, strict=True):
        samples[start : start + CLAP_SAMPLES] += burst
    return unit(lfilter([1, -0.7], [1, -0.4], samples[:count]))


NOISES: tuple[Callable[[int, np.random.Generator], Samples], ...] = (white, pink, brown, hum)
EVENTS: dict[str, Callable[[int, np.random.Generator], Samples]] = {
    "BGM": music,
    "Laughter": laughter,
    "Applause": applause,
}
