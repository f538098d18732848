"""What a measurement is: some figures, and how they are found on a ground."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from dictation.lab.bench.figures import Figure
from dictation.lab.bench.ground import Ground
from dictation.lab.bench.rows import Outcome


@dataclass(frozen=True, slots=True)
class Wait:
    """For the text of one dictation, from the end of its recording."""

    length_s: float
    release_ms: int
    """From the last word to the release of the key."""
    ours_ms: float
    reference_ms: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a measurement has found."""

    outcomes: Mapping[Figure, Outcome]
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True)
class Measurement:
    """Figures that are measured together."""

    figures: tuple[Figure, ...]
    measure: Callable[[Ground, Set[Figure]], Found]
    """Is told which of its figures are wanted. Raises a DictationError where none can be had."""
