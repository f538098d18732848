"""What of an open unit is decoded before it closes, and when that is worth its time.

Decoded while the user still speaks or pauses, the text is there when the take ends; but a decode
that is running when it ends is waited for.
"""

from __future__ import annotations

from dataclasses import dataclass

from dictation.recognition.spans import Foreseen, Outlook
from dictation.recognition.units import Unit, UnitCutter

_REFRESH_MS = 1_000  # what is being said is decoded this often while the voice goes on
# The voice may be back, or the take at its end, before such a decode is done.
_MOST_S = {Outlook.HUSHED: 0.1, Outlook.SPEAKING: 0.25 * _REFRESH_MS / 1000}
_NEWEST = 0.3  # the weight of the newest decode in the estimate


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """An open unit as it stood; compared by identity."""

    unit: Unit
    outlook: Outlook


class Lookout:
    """Watches one take's open unit."""

    def __init__(self, cutter: UnitCutter) -> None:
        self._cutter = cutter
        self._seen: Foreseen | None = None  # that was made into the newest Ahead
        self._ahead: Ahead | None = None

    def look(self) -> Ahead | None:
        """What is worth decoding now: the same object for as long as it stands.

        None while too little was said since it was last worth it.
        """
        foreseen = self._cutter.foresee()
        if foreseen is None or (
            self._seen is not None and self._seen.span.start_ms != foreseen.span.start_ms
        ):
            self._seen = self._ahead = None
        if foreseen is not None and foreseen != self._seen:
            if foreseen.outlook is not Outlook.SPEAKING or self._news_ms(foreseen) >= _REFRESH_MS:
                unit = self._cutter.unit(foreseen.span)
                self._seen = foreseen
                self._ahead = None if unit is None else Ahead(unit, foreseen.outlook)
            elif self._ahead is not None and self._ahead.outlook is not Outlook.SPEAKING:
                self._ahead = None  # the end that was foreseen is none: the voice is back
        return self._ahead

    def _news_ms(self, foreseen: Foreseen) -> int:
        """How much of the open unit was in no Ahead yet."""
        span = foreseen.span
        return span.end_ms - (span.start_ms if self._seen is None else self._seen.span.end_ms)


class Pace:
    """How long decoding takes on this machine, as it is now."""

    def __init__(self) -> None:
        self._per_second = float("inf")  # seconds, for each second of audio

    def note(self, unit: Unit, took_s: float) -> None:
        """A unit was decoded."""
        newest = took_s / unit.length_s
        if newest < self._per_second:  # the first ones are slow: memory is touched, caches filled
            self._per_second = newest
        else:
            self._per_second += _NEWEST * (newest - self._per_second)

    def affords(self, ahead: Ahead) -> bool:
        """Whether to decode it, for all that a take may end meanwhile and wait for it."""
        most_s = _MOST_S.get(ahead.outlook, float("inf"))
        return self._per_second * ahead.unit.length_s <= most_s
