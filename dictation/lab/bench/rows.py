"""A row of the table: a figure, with what was measured for it or why nothing was."""

from __future__ import annotations

from dataclasses import dataclass

from dictation.lab.bench.figures import Figure, Limit
from dictation.lab.bench.spread import Spread

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of ours, beside the reference's where it has one."""

    ours: float
    reference: float | None
    how: str
    """What exactly was measured: of how much, how often, from when to when."""
    ours_all: Spread | None = None
    reference_all: Spread | None = None
    unfit: str | None = None
    """Why the limits are not for what was measured, if so."""


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """Nothing could be, or was to be, measured here."""

    why: str


Outcome = Measured | NotMeasured


@dataclass(frozen=True, slots=True)
class Row:
    """What is told of one figure."""

    figure: Figure
    outcome: Outcome

    @property
    def ratio(self) -> float | None:
        """How many times better than the reference."""
        match self.outcome:
            case Measured(ours, reference) if reference is not None and ours > 0:
                return reference / ours
        return None

    @property
    def holds(self) -> bool | None:
        """Whether what must be reached is; None where that cannot be told."""
        return self._holds(self.figure.must)

    @property
    def reaches_aim(self) -> bool | None:
        return None if self.figure.aim is None else self._holds(self.figure.aim)

    @property
    def why(self) -> str | None:
        """Why ``holds`` is None; None where it is not."""
        match self.outcome:
            case NotMeasured(why):
                return why
            case Measured(unfit=str() as why):
                return why
        return "there is no reference to compare with" if self.holds is None else None

    def _holds(self, limit: Limit) -> bool | None:
        match self.outcome:
            case Measured(ours, reference, unfit=None):
                return limit.holds(ours, reference)
        return None

    def as_json(self) -> dict[str, object]:
        """Numbers in the figure's unit; ``must`` and ``aim`` are what ``…_is`` says."""
        measured = self.outcome if isinstance(self.outcome, Measured) else None
        must, aim = self.figure.must, self.figure.aim
        told: dict[str, object] = {
            "figure": self.figure.name,
            "unit": self.figure.unit,
            "reference": _rounded(measured.reference if measured else None),
            "ours": _rounded(measured.ours if measured else None),
            "ratio": _rounded(self.ratio),
            "must": must.value,
            "must_is": must.kind.value,
            "aim": aim.value if aim else None,
            "aim_is": aim.kind.value if aim else None,
            "holds": self.holds,
        }
        if self.why is not None:
            told["why"] = self.why
        if measured:
            told["how"] = measured.how
            told |= _spread("ours", measured.ours_all)
            told |= _spread("reference", measured.reference_all)
        return told


def _spread(whose: str, values: Spread | None) -> dict[str, object]:
    if values is None:
        return {}
    return {
        f"{whose}_n": len(values),
        f"{whose}_lowest": _rounded(values.lowest),
        f"{whose}_highest": _rounded(values.highest),
    }


def _rounded(value: float | None) -> float | None:
    """To a few digits, whatever its size."""
    return None if value is None else float(f"{value:.{_DIGITS}g}")
