"""All measurements in one go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dictation.errors import DictationError
from dictation.lab.bench import (
    decoding,
    graphics,
    serving,
    standing_by,
    starting,
    trailing,
    waiting,
)
from dictation.lab.bench.figures import FIGURES, SERVER_FIGURES, Figure
from dictation.lab.bench.ground import Ground
from dictation.lab.bench.measurement import Found, Measurement, Wait
from dictation.lab.bench.rows import NotMeasured, Outcome, Row

# The decodes first: they bring all files into the page cache, for those that time a start.
MEASUREMENTS = (
    decoding.MEASUREMENT,
    decoding.MEASUREMENT_AVX2,
    starting.MEASUREMENT,
    waiting.MEASUREMENT,
    trailing.MEASUREMENT,
    standing_by.MEASUREMENT_SILENCE,
    standing_by.MEASUREMENT_BUSY,
    graphics.MEASUREMENT,
    serving.MEASUREMENT,
)

_ALL = (*FIGURES, *SERVER_FIGURES)


@dataclass(frozen=True, slots=True)
class Report:
    """What the benchmark has found."""

    rows: tuple[Row, ...]
    waits: tuple[Wait, ...]
    """For the plot."""

    @property
    def succeeded(self) -> bool:
        """Whether all that could be measured reaches what it must."""
        return all(row.holds is not False for row in self.rows)


def measured(
    ground: Ground, wanted: Iterable[Figure], measurements: Sequence[Measurement] = MEASUREMENTS
) -> Report:
    """Only what the wanted figures need; what cannot be measured is told in its row."""
    chosen = set(wanted)
    outcomes: dict[Figure, Outcome] = {}
    waits: list[Wait] = []
    for measurement in measurements:
        its = chosen & set(measurement.figures)
        if its:
            found = _found(measurement, ground, its)
            outcomes |= found.outcomes
            waits += found.waits
    return Report(
        tuple(Row(figure, outcomes[figure]) for figure in _ALL if figure in chosen),
        tuple(waits),
    )


def _found(measurement: Measurement, ground: Ground, wanted: set[Figure]) -> Found:
    try:
        return measurement.measure(ground, wanted)
    except DictationError as error:
        return Found(dict.fromkeys(wanted, NotMeasured(str(error))))
