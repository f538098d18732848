"""What of an open unit is decoded before it closes, and when that is worth its time.

Decoded while the user still speaks or pauses, the text is there when the take ends; but a decode
that is running when it ends is waited for.
"""

from __future__ import annotations

from dataclasses import dataclass

from dictation.recognition.spans import Ending, Span
from dictation.recognition.units import Unit, UnitCutter

_REFRESH_MS = 1_000  # what is being said is decoded this often while the voice goes on
# The voice may be back, or the take at its end, before such a decode is done: one that only shows
# what is being said may hold up an eighth of all ends.
_MOST_S = {
    Ending.FALLING: 0.25,
    Ending.HUSHED: 0.5,
    Ending.SPEAKING: 0.125 * _REFRESH_MS / 1000,
}
_NEWEST = 0.3  # the weight of the newest decode in the estimate
# All weights are read for the shortest unit too, which takes as long as this much more of audio:
# of 1, 5 and 10 s, bfloat16 takes 80, 110 and 160 ms, int8 30, 70 and 130, fp32 150, 260 and 430.
_READING_S = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """An open unit as it stood; compared by identity."""

    unit: Unit
    ending: Ending


class Lookout:
    """Watches one take's open unit."""

    def __init__(self, cutter: UnitCutter) -> None:
        self._cutter = cutter
        self._seen: Span | None = None  # that was made into the newest Ahead
        self._ahead: Ahead | None = None

    def look(self) -> Ahead | None:
        """What is worth decoding now: the same object for as long as it stands.

        None while too little was said since it was last worth it.
        """
        span = self._cutter.foresee()
        if span is None or (self._seen is not None and self._seen.start_ms != span.start_ms):
            self._seen = self._ahead = None
        if span is not None and span != self._seen:
            if span.ending is not Ending.SPEAKING or self._news_ms(span) >= _REFRESH_MS:
                unit = self._cutter.unit(span)
                self._seen = span
                self._ahead = None if unit is None else Ahead(unit, span.ending)
            elif self._ahead is not None and self._ahead.ending is not Ending.SPEAKING:
                self._ahead = None  # the end was none: the voice is back
        return self._ahead

    def _news_ms(self, span: Span) -> int:
        """How much of the open unit was in no Ahead yet."""
        return span.end_ms - (span.start_ms if self._seen is None else self._seen.end_ms)


class Pace:
    """How long decoding takes on this machine, as it is now."""

    def __init__(self) -> None:
        self._per_second = float("inf")  # seconds, for each second of audio and of _READING_S

    def note(self, unit: Unit, took_s: float) -> None:
        """A unit was decoded."""
        newest = took_s / _extent_s(unit)
        if newest < self._per_second:  # the first ones are slow: memory is touched, caches filled
            self._per_second = newest
        else:
            self._per_second += _NEWEST * (newest - self._per_second)

    def affords(self, ahead: Ahead) -> bool:
        """Whether to decode it, for all that a take may end meanwhile and wait for it."""
        most_s = _MOST_S.get(ahead.ending, float("inf"))
        return self._per_second * _extent_s(ahead.unit) <= most_s


def _extent_s(unit: Unit) -> float:
    return unit.length_s + _READING_S
