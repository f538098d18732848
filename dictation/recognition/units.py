"""Cuts a take into units, at pauses alone: what is decoded as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dictation.recognition.endpointer import FRAME_MS, SpeechEnded, SpeechStarted
from dictation.recognition.options import Profile
from dictation.recognition.vad import BLOCK_MS, BLOCK_SAMPLES, VoiceDetector, VoiceUpdate
from dictation.speech import SAMPLE_RATE_HZ, Samples

SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000  # 16
# Silence inside a unit tells the model nothing and costs time; a longer one ends even a short unit.
_LONGEST_INNER_PAUSE_MS = 1_500
# The start of speech is dated back by at most window + lookback = 400 ms, and told 100 ms later.
_LOOKBACK_MS = 1_000
# Over this length silence is looked for when a unit must be cut while speech goes on.
_PAUSE_WINDOW_FRAMES = 20  # 200 ms
_RECENT_FRAMES = 5  # 50 ms: the shortest gap between two sounds of one word stays below it
_AS_GOOD = 0.02  # pauses whose probabilities differ by less are equal, and the later one is taken


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a take that is decoded as one; start_s counts from the start of the take."""

    start_s: float
    samples: Samples


@dataclass(frozen=True, slots=True)
class Span:
    """Where a unit lies, in ms from the start of the take."""

    start_ms: int
    end_ms: int


class SpanFinder:
    """Decides where units lie, from what the VAD tells. Knows times and probabilities only."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._start_ms: int | None = None  # of the open unit
        self._end_ms = 0  # of the last speech in it
        self._speaking = False
        self._free_from_ms = 0  # no unit begins before the end of the one before it
        self._silence = np.zeros(0, np.float32)  # of frames from _silence_from on
        self._silence_from = 0

    @property
    def open_from_ms(self) -> int | None:
        """Where the unit that is not yet closed begins."""
        return self._start_ms

    def advance(self, update: VoiceUpdate, now_ms: int) -> list[Span]:
        """now_ms: the end of the audio that the VAD has heard. The units that closed."""
        self._remember(update.silence)
        spans: list[Span] = []
        for event in update.events:
            match event:
                case SpeechStarted(at_ms):
                    self._speaking = True
                    if self._start_ms is None:
                        self._start_ms = max(at_ms, self._free_from_ms)
                case SpeechEnded(at_ms):
                    self._speaking = False
                    self._end_ms = at_ms
                    if self._start_ms is not None and (
                        at_ms - self._start_ms >= self._profile.close_after_ms
                    ):
                        # Speech may have gone on past the limit before its end was told.
                        spans += self._cut_long(at_ms)
                        spans += self._close(at_ms)
        if self._start_ms is not None:
            if self._speaking:
                spans += self._cut_long(now_ms)
            elif now_ms - self._end_ms > _LONGEST_INNER_PAUSE_MS:
                spans += self._close(self._end_ms)
        self._forget(now_ms)
        return spans

    def finish(self, update: VoiceUpdate, end_ms: int) -> list[Span]:
        """end_ms: the end of the take. All units that were still open."""
        spans = self.advance(update, end_ms)
        if self._start_ms is not None:
            last_ms = end_ms if self._speaking else min(self._end_ms, end_ms)
            spans += self._cut_long(last_ms)
            spans += self._close(last_ms)
        return spans

    def _close(self, end_ms: int) -> list[Span]:
        start_ms, self._start_ms = self._start_ms, None
        self._free_from_ms = end_ms
        if start_ms is None or end_ms <= start_ms:
            return []
        return [Span(start_ms, end_ms)]

    def _cut_long(self, until_ms: int) -> list[Span]:
        spans = []
        while self._start_ms is not None and until_ms - self._start_ms > self._profile.longest_ms:
            start_ms = self._start_ms
            cut_ms = self._best_pause(
                start_ms + self._profile.close_after_ms, start_ms + self._profile.longest_ms
            )
            spans += self._close(cut_ms)
            self._start_ms = cut_ms
        return spans

    def _best_pause(self, from_ms: int, to_ms: int) -> int:
        """Where silence is most probable; the later of two that are as good."""
        first = from_ms // FRAME_MS - self._silence_from
        last = to_ms // FRAME_MS - self._silence_from
        probabilities = self._silence[max(0, first) : max(0, last)]
        if len(probabilities) < _PAUSE_WINDOW_FRAMES:
            return to_ms
        window = np.full(_PAUSE_WINDOW_FRAMES, 1 / _PAUSE_WINDOW_FRAMES, np.float32)
        smooth = np.convolve(probabilities, window, mode="valid")
        best = int(np.flatnonzero(smooth >= smooth.max() - _AS_GOOD)[-1])
        return from_ms + (best + _PAUSE_WINDOW_FRAMES // 2) * FRAME_MS

    def _remember(self, silence: NDArray[np.float32]) -> None:
        self._silence = np.concatenate((self._silence, silence))

    def _forget(self, now_ms: int) -> None:
        keep_from_ms = now_ms if self._start_ms is None else self._start_ms
        drop = min(len(self._silence), max(0, keep_from_ms // FRAME_MS - self._silence_from))
        # A unit's start is dated back, so the last second stays in any case.
        drop = min(drop, max(0, len(self._silence) - _LOOKBACK_MS // FRAME_MS))
        self._silence = self._silence[drop:]
        self._silence_from += drop


class UnitCutter:
    """One take on its way from chunks of any size to units.

    Audio is re-blocked inside, so that the units do not depend on how it was chunked.
    """

    def __init__(self, detector: VoiceDetector, profile: Profile) -> None:
        self._voice = detector.stream(profile.pause_ms)
        self._finder = SpanFinder(profile)
        self._pending = np.zeros(0, np.float32)  # fewer than a block, not yet heard by the VAD
        self._kept = np.zeros(0, np.float32)  # heard audio that a unit may still need
        self._kept_from = 0  # the sample at which it begins
        self._heard_ms = 0
        self._recent_silence = np.ones(0, np.float32)

    @property
    def speaking(self) -> bool:
        """Whether the voice went on at the end of what was heard, by the VAD's frames alone."""
        return bool(len(self._recent_silence)) and float(self._recent_silence.mean()) < 0.5

    def feed(self, samples: Samples) -> list[Unit]:
        """The units that closed with this audio."""
        self._pending = np.concatenate((self._pending, samples))
        units = []
        while len(self._pending) >= BLOCK_SAMPLES:
            block, self._pending = (
                self._pending[:BLOCK_SAMPLES],
                self._pending[BLOCK_SAMPLES:],
            )
            self._kept = np.concatenate((self._kept, block))
            self._heard_ms += BLOCK_MS
            update = self._voice.feed(block)
            recent = np.concatenate((self._recent_silence, update.silence))
            self._recent_silence = recent[-_RECENT_FRAMES:]
            units += [self._unit(span) for span in self._finder.advance(update, self._heard_ms)]
            self._drop()
        return units

    def finish(self) -> list[Unit]:
        """The rest; the cutter is used up."""
        self._kept = np.concatenate((self._kept, self._pending))
        update = self._voice.finish(self._pending)
        end_ms = (self._kept_from + len(self._kept)) // SAMPLES_PER_MS
        return [self._unit(span) for span in self._finder.finish(update, end_ms)]

    def _unit(self, span: Span) -> Unit:
        first = max(0, span.start_ms * SAMPLES_PER_MS - self._kept_from)
        end = span.end_ms * SAMPLES_PER_MS - self._kept_from
        return Unit(span.start_ms / 1000, self._kept[first:end].copy())

    def _drop(self) -> None:
        open_from_ms = self._finder.open_from_ms
        keep_ms = self._heard_ms - _LOOKBACK_MS if open_from_ms is None else open_from_ms
        drop = max(0, keep_ms * SAMPLES_PER_MS - self._kept_from)
        self._kept = self._kept[drop:]
        self._kept_from += drop
