"""Hears a voice fall silent, by its loudness, 200 ms before the VAD is sure of it.

FSMN remembers the past 200 ms, so that its probability of silence rises slowly. Loudness falls at
once, but tells nothing in loud noise and may be that of a soft voice; so the VAD has to doubt that
this is speech, and more so the longer it lasts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dictation.recognition.endpointer import FRAME_MS

HUSH_MS = 60  # of quiet; longer than most stops inside a word
FALL_MS = 30  # of quiet that may become a hush; half of them do
VOICE_BANDS = slice(6, 56)  # 200 to 3,500 Hz, where a voice is and hum and hiss are not

_COUNT = VOICE_BANDS.stop - VOICE_BANDS.start
_HUSH_FRAMES, _FALL_FRAMES = HUSH_MS // FRAME_MS, FALL_MS // FRAME_MS
_SOUND_FRAMES = 2  # any sound is in two windows or more
# The VAD's probability of silence: below 0.01 in clear speech, 0.2 where it takes speech for over.
_DOUBT = 0.01
_DOUBT_DOUBLES_IN = 8  # frames
_LATEST_MS = 400  # later the VAD's own end of speech is that of another sound

# Of the mean log energy in these bands, whose unit is 4.3 dB.
_LEAST_RANGE = 2.5  # between the room and the voice
_NEAR_FLOOR = 1.0
_NEAR_FLOOR_OF_RANGE = 0.25
_FORGET = FRAME_MS / 2_000  # floor and peak follow slower changes within 2 s


@dataclass(frozen=True, slots=True)
class Hush:
    """It has been quiet for this long, from this time of the stream on.

    For less than 60 ms it is a fall, which may be a stop inside a word.
    """

    from_ms: int
    for_ms: int

    @property
    def end_ms(self) -> int:
        """Where what was said may be taken to end: known when the voice falls, before it is over.

        Decoding can begin then, and is the right one if nothing is said after it.
        """
        return self.from_ms + FALL_MS

    @property
    def is_over(self) -> bool:
        """Whether this is more than a fall."""
        return self.for_ms >= HUSH_MS


class HushFinder:
    """One stream of frames."""

    def __init__(self) -> None:
        self._frames = 0
        self._floor = float("inf")  # loudness of the room
        self._peak = float("-inf")  # … of the voice
        self._quiet_for = 0  # frames
        self._sound_for = 0
        self._silence = 0.0  # the VAD's newest probability

    def hear(self, frames: NDArray[np.float32], silence: NDArray[np.float32]) -> None:
        """frames: the filter bank of new frames, shape (n, 80); silence: what the VAD judged."""
        if len(silence):
            self._silence = float(silence[-1])
        for energy in np.add.reduce(frames[:, VOICE_BANDS], axis=1).tolist():
            self._frames += 1
            if self._is_quiet(energy / _COUNT):
                self._quiet_for += 1
                self._sound_for = 0
            else:
                self._sound_for += 1
                over = self._quiet_for < _HUSH_FRAMES or self._sound_for >= _SOUND_FRAMES
                self._quiet_for = 0 if over else self._quiet_for + 1

    def hush(self, settled_ms: int | None) -> Hush | None:
        """settled_ms: where speech ends, if the VAD knows. None while there is sound or a voice."""
        if self._quiet_for < _FALL_FRAMES:
            return None
        hush = Hush((self._frames - self._quiet_for) * FRAME_MS, self._quiet_for * FRAME_MS)
        if settled_ms is not None:
            agree = hush.end_ms <= settled_ms <= hush.end_ms + _LATEST_MS
        else:
            longer = max(0, self._quiet_for - _HUSH_FRAMES)
            agree = self._silence > _DOUBT * 2 ** (longer / _DOUBT_DOUBLES_IN)
        return hush if agree else None

    def _is_quiet(self, loudness: float) -> bool:
        self._floor = min(loudness, self._floor + _FORGET * (loudness - self._floor))
        self._peak = max(loudness, self._peak - _FORGET * (self._peak - loudness))
        height = self._peak - self._floor
        near = max(_NEAR_FLOOR, _NEAR_FLOOR_OF_RANGE * height)
        return height > _LEAST_RANGE and loudness < self._floor + near
