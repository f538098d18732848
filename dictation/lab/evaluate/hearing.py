"""What was heard in one recording, and in which units it was decoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from dictation.lab.evaluate.raw_text import Piece
from dictation.lab.evaluate.spelling import characters
from dictation.recognition.units import Unit
from dictation.speech import Language
from dictation.text.joining import join

_SAME_S = 0.001  # spans of units are whole milliseconds


class Closing(StrEnum):
    """Why a unit was over."""

    PAUSE = "pause"
    LIMIT = "limit"
    """Speech went on, and the unit would have become too long."""
    END = "end"
    """The recording ended."""


@dataclass(frozen=True, slots=True)
class HeardUnit:
    """A piece that was decoded as one, whether or not speech was found in it."""

    length_s: float
    closing: Closing


@dataclass(frozen=True, slots=True)
class Heard:
    """What one way made of one recording."""

    text: str
    language: str
    """The tag of most of the text; ``nospeech`` where there is none."""
    emotion: str
    """Likewise; empty where there is no text."""
    event: str
    units: tuple[HeardUnit, ...]
    """Empty where they are not known."""
    after_end_s: float
    """What was left to do once all of the recording was there."""
    computing_s: float
    """All of it, without reading the file."""


def heard(
    pieces: Sequence[Piece], units: Iterable[HeardUnit], after_end_s: float, computing_s: float
) -> Heard:
    """Pieces are joined by our rules, so that FunASR's spacing is no mistake of the model's."""
    main = max(pieces, key=lambda piece: len(characters(piece.text)), default=Piece(""))
    return Heard(
        text=join(piece.text for piece in pieces),
        language=main.language if main.text else Language.NO_SPEECH.value,
        emotion=main.emotion if main.text else "",
        event=main.event if main.text else "",
        units=tuple(units),
        after_end_s=after_end_s,
        computing_s=computing_s,
    )


@dataclass(frozen=True, slots=True)
class ClosedUnit:
    """A unit, and how much of the recording had been heard when it closed."""

    unit: Unit
    at_s: float
    at_end: bool


def heard_units(closed: Sequence[ClosedUnit], longest_s: float) -> list[HeardUnit]:
    """longest_s: of a unit. One that was cut for its length ends where the next one begins."""
    units = []
    for one, after in zip_longest(closed, closed[1:]):
        end_s = one.unit.start_s + one.unit.length_s
        joined = after is not None and abs(after.unit.start_s - end_s) < _SAME_S
        if joined and one.at_s - one.unit.start_s >= longest_s:
            closing = Closing.LIMIT
        else:
            closing = Closing.END if one.at_end else Closing.PAUSE
        units.append(HeardUnit(one.unit.length_s, closing))
    return units
