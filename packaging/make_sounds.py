"""Makes the sounds of the program: python packaging/make_sounds.py [FOLDER]

Each is a few notes of a soft bell: a tone and a little of its octaves, which come up in 6 ms, die
away, and end in silence, so that nothing clicks. They are made of sums of sines alone, and are the
same on every machine but for the last bit of a sample.
"""

from __future__ import annotations

import sys
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
LOUDEST_DBFS = -20.0
"""Of the loudest 20 ms: well below a voice, and below what others notice across a room."""
_RISE_S = 0.006
_FALL_S = 0.030
_HALVES_S = 0.042  # in which a note loses half of its height
_OVERTONES = ((1, 1.0), (2, 0.22), (3, 0.06))  # multiple of the frequency, height
_WINDOW = RATE_HZ // 50


@dataclass(frozen=True)
class Note:
    """One stroke of the bell."""

    frequency_hz: float
    start_s: float
    length_s: float


# Up for the start and down for the stop: a fourth, D5 and G5. Trouble is the same low note twice.
SOUNDS = {
    "start": (Note(587.33, 0.0, 0.10), Note(783.99, 0.055, 0.13)),
    "stop": (Note(783.99, 0.0, 0.10), Note(587.33, 0.055, 0.13)),
    "error": (Note(311.13, 0.0, 0.15), Note(311.13, 0.13, 0.17)),
}


def made(notes: tuple[Note, ...]) -> NDArray[np.int16]:
    """Mono, shape (n,), at RATE_HZ."""
    length = round(max(note.start_s + note.length_s for note in notes) * RATE_HZ)
    sound = np.zeros(length)
    for note in notes:
        stroke = _stroke(note)
        start = round(note.start_s * RATE_HZ)
        sound[start : start + len(stroke)] += stroke[: length - start]
    powers = np.convolve(sound**2, np.full(_WINDOW, 1 / _WINDOW), mode="valid")
    sound *= 10 ** (LOUDEST_DBFS / 20) / np.sqrt(powers.max())
    return np.round(sound * 32_767).astype(np.int16)


def _stroke(note: Note) -> NDArray[np.float64]:
    time_s = np.arange(round(note.length_s * RATE_HZ)) / RATE_HZ
    tone = np.zeros(len(time_s))
    for multiple, height in _OVERTONES:
        tone += height * np.sin(2 * np.pi * multiple * note.frequency_hz * time_s)
    left_s = time_s[-1] - time_s
    shape = 0.5 ** (time_s / _HALVES_S)
    return tone * shape * _slope(time_s / _RISE_S) * _slope(left_s / _FALL_S)


def _slope(part: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 0 to 1 without a corner at either end, then 1."""
    return 0.5 - 0.5 * np.cos(np.pi * np.minimum(part, 1.0))


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, notes in SOUNDS.items():
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(made(notes).astype("<i2").tobytes())


if __name__ == "__main__":
    here = Path(__file__).parents[1] / "resources" / "sounds"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else here)
