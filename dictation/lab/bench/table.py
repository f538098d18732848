"""Rows for eyes: a table that is Markdown too."""

from __future__ import annotations

from collections.abc import Sequence

from dictation.lab.bench.figures import Kind, Limit
from dictation.lab.bench.rows import Measured, Row

_HEAD = (
    "",
    "figure",
    "unit",
    "reference",
    "ours",
    "spread of ours",
    "ratio",
    "must",
    "aim",
    "holds",
)
_NONE = "-"


def rendered(rows: Sequence[Row]) -> str:
    """The table, and below it what was measured in each row."""
    lines = [_HEAD, *((f"{number}", *_cells(row)) for number, row in enumerate(rows, 1))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    rule = tuple("-" * width for width in widths)
    table = [_line(cells, widths) for cells in (_HEAD, rule, *lines[1:])]
    return "\n".join([*table, "", *_notes(rows)])


def quantity(value: float | None) -> str:
    """Three digits, and no more than that of what is below 10."""
    if value is None:
        return _NONE
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _cells(row: Row) -> tuple[str, ...]:
    figure = row.figure
    measured = row.outcome if isinstance(row.outcome, Measured) else None
    return (
        figure.name,
        figure.unit,
        quantity(measured.reference if measured else None),
        quantity(measured.ours if measured else None),
        _spread(measured),
        _NONE if row.ratio is None else f"{quantity(row.ratio)} ×",
        _limit(figure.must),
        _NONE if figure.aim is None else _limit(figure.aim),
        _holds(row),
    )


def _spread(measured: Measured | None) -> str:
    if measured is None or measured.ours_all is None:
        return _NONE
    values = measured.ours_all
    return f"{quantity(values.lowest)} to {quantity(values.highest)} (n = {len(values)})"


def _limit(limit: Limit) -> str:
    return f"{limit.value:g} ×" if limit.kind is Kind.RATIO else f"≤ {limit.value:g}"


def _holds(row: Row) -> str:
    if row.holds is None:
        return _NONE
    if not row.holds:
        return "NO"
    return "yes, and the aim" if row.reaches_aim else "yes"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return (
        "| "
        + " | ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
        + " |"
    )


def _notes(rows: Sequence[Row]) -> list[str]:
    """Each thing that is said of a row, once, with the numbers of the rows that it is said of."""
    told: dict[str, list[str]] = {}
    for number, row in enumerate(rows, 1):
        measured = row.outcome if isinstance(row.outcome, Measured) else None
        for sentence in (measured.how if measured else None, row.why):
            if sentence:
                told.setdefault(sentence, []).append(str(number))
    return [f"- {', '.join(numbers)}: {sentence}" for sentence, numbers in told.items()]
