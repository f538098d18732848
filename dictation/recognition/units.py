"""Cuts a take into units, at pauses alone: what is decoded as one."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dictation.recognition.endpointer import FRAME_MS
from dictation.recognition.features import MEL_BANDS, WINDOW_SAMPLES, filter_bank
from dictation.recognition.hush import VOICE_BANDS, Hush
from dictation.recognition.noise_floor import with_floor
from dictation.recognition.options import FILE_BLOCK_SAMPLES, QUIET_BLOCK_SAMPLES, Profile
from dictation.recognition.rows import Rows
from dictation.recognition.spans import LOOKBACK_MS, Ending, Span, SpanFinder
from dictation.recognition.vad import BLOCK_SAMPLES, VoiceDetector, VoiceUpdate
from dictation.speech import SAMPLE_RATE_HZ, Samples

_SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000  # 16
_WINDOW_MS = WINDOW_SAMPLES // _SAMPLES_PER_MS  # 25
_RECENT_FRAMES = 5  # 50 ms: the shortest gap between two sounds of one word stays below it
# The model makes mistakes in the last word if it hears less than 150 ms of quiet after it: held-out
# sentences in five noises, cut 60 ms after their end, had 2.5 % wrong characters, and 1.6 % with
# their quietest frames after them, as many as with the pause itself. Whether 20, 30, 40 or 60 ms
# come before those makes no difference (0.7 % of the bundled clips' in four noises).
_QUIET_FRAMES, _ADDED_FRAMES = 7, 17
_OVER_MS = 120  # of quiet; a stop inside a word is shorter


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a take that is decoded as one."""

    start_s: float
    """Counts from the start of the take."""
    length_s: float
    frames: NDArray[np.float32]
    """Its log mel filter bank, shape (n, 80), n ≥ 1: computed once, for VAD and recogniser.

    A unit that was hushed has more than its length makes.
    """

    @property
    def key(self) -> tuple[float, float, int]:
        """The same for the same piece of the same take."""
        return self.start_s, self.length_s, len(self.frames)

    @classmethod
    def of(cls, start_s: float, samples: Samples) -> Unit:
        """The unit that consists of these samples, at least 400 (25 ms)."""
        return cls(start_s, len(samples) / SAMPLE_RATE_HZ, filter_bank(samples))


def with_quiet(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """The frames of a unit that ends as soon as the voice falls, with the room's quiet after it.

    The quietest frames of the unit itself stand in for what was not heard yet.
    """
    loudness = np.add.reduce(frames[:, VOICE_BANDS], axis=1)
    quietest = np.sort(np.argsort(loudness, kind="stable")[:_QUIET_FRAMES])
    return np.concatenate((frames, frames[np.resize(quietest, _ADDED_FRAMES)]))


class UnitCutter:
    """One take on its way from chunks of any size to units.

    Audio is re-blocked inside, so that the units do not depend on how it was chunked.
    """

    def __init__(self, detector: VoiceDetector, profile: Profile) -> None:
        self._voice = detector.stream(profile.pause_ms)
        self._finder = SpanFinder(profile)
        self._is_live = profile.is_live
        self._pending = np.zeros(0, np.float32)  # fewer than a block, not yet heard by the VAD
        self._frames = Rows((MEL_BANDS,))  # those that a unit may still need
        self._heard_samples = 0
        self._recent_silence = deque([1.0], _RECENT_FRAMES)
        self._hush: Hush | None = None

    @property
    def speaking(self) -> bool:
        """Whether the voice went on at the end of what was heard, by the newest frames alone."""
        if self._hush is not None and self._hush.for_ms >= _OVER_MS:
            return False
        return sum(self._recent_silence) < 0.5 * len(self._recent_silence)

    def feed(self, samples: Samples) -> list[Unit]:
        """The units that closed with this audio."""
        audio = np.concatenate((self._pending, samples))
        units = []
        at = 0
        while at + (size := self._next_samples()) <= len(audio):
            update = self._hear(audio[at : at + size])
            units += self._units(self._finder.advance(update, self._heard_ms))
            self._forget()
            at += size
        self._pending = audio[at:].copy()
        return units

    def finish(self) -> list[Unit]:
        """The rest; the cutter is used up."""
        update = self._hear(self._pending)
        units = self._units(self._finder.advance(update, self._heard_ms))
        return units + self._units(self._finder.finish(self._voice.finish(), self._heard_ms))

    def foresee(self) -> Span | None:
        """The unit that would be the last if the take ended now; None if there is none."""
        return self._finder.foresee(self._heard_ms)

    def unit(self, span: Span) -> Unit | None:
        """What lies there; None if that is too short for a frame. Only of what is still open."""
        length_ms = span.end_ms - span.start_ms
        first, count = span.start_ms // FRAME_MS, (length_ms - _WINDOW_MS) // FRAME_MS + 1
        if count < 1:
            return None
        frames = self._frames.between(first, first + count).copy()
        if span.ending in (Ending.FALLING, Ending.HUSHED):
            frames = with_quiet(frames)
        return Unit(span.start_ms / 1000, length_ms / 1000, frames)

    def _next_samples(self) -> int:
        """How much is heard at once; only what was heard before decides on it."""
        if not self._is_live:
            return FILE_BLOCK_SAMPLES
        is_quiet = self._finder.open_from_ms is None and not self.speaking
        return QUIET_BLOCK_SAMPLES if is_quiet else BLOCK_SAMPLES

    @property
    def _heard_ms(self) -> int:
        return self._heard_samples // _SAMPLES_PER_MS

    def _hear(self, samples: Samples) -> VoiceUpdate:
        update = self._voice.feed(with_floor(samples, self._heard_samples))
        self._heard_samples += len(samples)
        self._frames.append(update.frames)
        self._recent_silence.extend(update.silence.tolist())
        self._hush = update.hush
        return update

    def _units(self, spans: list[Span]) -> list[Unit]:
        return [unit for span in spans if (unit := self.unit(span)) is not None]

    def _forget(self) -> None:
        open_from_ms = self._finder.open_from_ms
        keep_ms = self._heard_ms - LOOKBACK_MS if open_from_ms is None else open_from_ms
        self._frames.drop_before(keep_ms // FRAME_MS)
