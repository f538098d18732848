"""Decides where the units of a take lie, and where the open one will end.

A take that ends in a pause has its last unit end where that could be known when the pause began.
So what is decoded while the pause lasts is the unit itself, and nothing is left to do when the take
ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from dictation.recognition.endpointer import (
    FRAME_MS,
    SpeechCutOff,
    SpeechEnded,
    SpeechStarted,
    VoiceEvent,
)
from dictation.recognition.hush import Hush
from dictation.recognition.options import OpenUnit, Profile
from dictation.recognition.rows import Rows
from dictation.recognition.vad import VoiceUpdate

LOOKBACK_MS = 1_000  # starts of speech are dated back by at most 400 ms, and told 100 ms later
# Silence inside a unit tells the model nothing and costs time; a longer one ends even a short unit.
_LONGEST_INNER_PAUSE_MS = 1_500
# Over this length silence is looked for when a unit must be cut while speech goes on.
_PAUSE_WINDOW_FRAMES = 20  # 200 ms
_AS_GOOD = 0.02  # pauses whose probabilities differ by less are equal, and the later one is taken


class Ending(Enum):
    """What is known of the end of a unit."""

    SPEAKING = "speaking"
    """The voice goes on: it ends where the audio does, or is cut."""
    FALLING = "falling"
    """The voice may be falling: if it is, it ends here; but if the take ends now, it goes on."""
    HUSHED = "hushed"
    """The voice has just fallen: it ends here if the take does, else it will be longer."""
    SETTLED = "settled"
    """As the VAD has it, with all the quiet that it leaves around speech."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a unit lies, in ms from the start of the take."""

    start_ms: int
    end_ms: int
    ending: Ending = Ending.SETTLED


class SpanFinder:
    """Decides from what the VAD tells. Knows times and probabilities only."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._start_ms: int | None = None  # of the open unit
        self._end_ms = 0  # of the last speech in it
        self._speaking = False
        self._free_from_ms = 0  # no unit begins before the end of the one before it
        self._silence = Rows(())  # of frames
        self._settled_ms: int | None = None
        self._hush: Hush | None = None
        self._zero_wait = profile.open_unit is OpenUnit.DECODED_AHEAD

    @property
    def open_from_ms(self) -> int | None:
        """Where the unit that is not yet closed begins."""
        return self._start_ms

    def foresee(self, now_ms: int) -> Span | None:
        """The unit that would be the last if the take ended now; None if there is none."""
        end_ms, ending = self._end(now_ms)
        if ending is Ending.SPEAKING and self._hush is not None:
            end_ms, ending = self._hush.end_ms, Ending.FALLING
        if self._start_ms is None or end_ms <= self._start_ms:
            return None
        return Span(self._start_ms, end_ms, ending)

    def advance(self, update: VoiceUpdate, now_ms: int) -> list[Span]:
        """now_ms: the end of the audio that the VAD has heard. The units that closed."""
        self._silence.append(update.silence)
        spans = self._follow(update.events)
        if self._speaking:
            self._settled_ms = update.settled_ms
            self._hush = update.hush if self._zero_wait else None
        if self._start_ms is not None:
            if self._speaking:
                end_ms, _ = self._end(now_ms)
                spans += self._cut_long(end_ms)
            elif now_ms - self._end_ms > _LONGEST_INNER_PAUSE_MS:
                spans += self._close(self._end_ms)
        keep_ms = now_ms - LOOKBACK_MS if self._start_ms is None else self._start_ms
        self._silence.drop_before(keep_ms // FRAME_MS)
        return spans

    def finish(self, update: VoiceUpdate, end_ms: int) -> list[Span]:
        """end_ms: the end of the take. All units that were still open.

        update: what the last frames told, whose context is made up: it never takes back an end
        that was foreseen.
        """
        _, ending = self._end(end_ms)
        is_back = any(isinstance(event, SpeechStarted) for event in update.events)
        # That the VAD too finds the end, a little later, changes nothing.
        spans = [] if ending is Ending.HUSHED and not is_back else self._follow(update.events)
        if self._start_ms is not None:
            last_ms, ending = self._end(end_ms)
            spans += self._cut_long(last_ms)
            spans += self._close(last_ms, ending)
        return spans

    def _follow(self, events: tuple[VoiceEvent, ...]) -> list[Span]:
        spans: list[Span] = []
        for event in events:
            match event:
                case SpeechStarted(at_ms):
                    self._speaking = True
                    self._settled_ms = self._hush = None
                    if self._start_ms is None:
                        self._start_ms = max(at_ms, self._free_from_ms)
                case SpeechEnded(at_ms):
                    self._speaking = False
                    self._end_ms = at_ms
                    self._hush = None
                    if self._start_ms is not None and (
                        at_ms - self._start_ms >= self._profile.close_after_ms
                    ):
                        # Speech may have gone on past the limit before its end was told.
                        spans += self._cut_long(at_ms)
                        spans += self._close(at_ms)
                case SpeechCutOff():
                    pass  # where it ends is decided here
        return spans

    def _end(self, now_ms: int) -> tuple[int, Ending]:
        """Where the open unit ends as things stand."""
        hush = self._hush
        if hush is not None and hush.is_over and hush.end_ms > (self._start_ms or 0):
            return hush.end_ms, Ending.HUSHED
        if not self._speaking:
            return self._end_ms, Ending.SETTLED
        if self._settled_ms is not None:
            return self._settled_ms, Ending.SETTLED
        return now_ms, Ending.SPEAKING

    def _close(self, end_ms: int, ending: Ending = Ending.SETTLED) -> list[Span]:
        start_ms, self._start_ms = self._start_ms, None
        self._free_from_ms = end_ms
        if start_ms is None or end_ms <= start_ms:
            return []
        return [Span(start_ms, end_ms, ending)]

    def _cut_long(self, until_ms: int) -> list[Span]:
        spans = []
        while self._start_ms is not None and until_ms - self._start_ms > self._profile.longest_ms:
            start_ms = self._start_ms
            cut_ms = self._best_pause(
                start_ms + self._profile.close_after_ms, start_ms + self._profile.longest_ms
            )
            spans += self._close(cut_ms, Ending.SPEAKING)
            self._start_ms = cut_ms
        return spans

    def _best_pause(self, from_ms: int, to_ms: int) -> int:
        """Where silence is most probable; the later of two that are as good."""
        probabilities = self._silence.between(from_ms // FRAME_MS, to_ms // FRAME_MS)
        if len(probabilities) < _PAUSE_WINDOW_FRAMES:
            return to_ms
        window = np.full(_PAUSE_WINDOW_FRAMES, 1 / _PAUSE_WINDOW_FRAMES, np.float32)
        smooth = np.convolve(probabilities, window, mode="valid")
        best = int(np.flatnonzero(smooth >= smooth.max() - _AS_GOOD)[-1])
        return from_ms + (best + _PAUSE_WINDOW_FRAMES // 2) * FRAME_MS
