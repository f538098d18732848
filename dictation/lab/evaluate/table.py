"""The figures of an evaluation as a small table of plain text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dictation.lab.evaluate.evaluation import FUNASR, Column, Evaluation
from dictation.lab.evaluate.hearing import Closing
from dictation.lab.evaluate.scores import (
    ALL,
    Score,
    Share,
    Summary,
    differing_texts,
    groups_of,
    summary,
)
from dictation.lab.evaluate.ways import CHUNK_MS, LONGEST_WHOLE_S
from dictation.recognition.options import FILE, LIVE

Cells = tuple[str, ...]
_NONE = "-"

NOTES = f"""\
incremental   in chunks of {CHUNK_MS} ms, cut at pauses of {LIVE.pause_ms} ms, as while dictating
whole buffer  as one unit up to {LONGEST_WHOLE_S} s, longer ones cut at pauses of {FILE.pause_ms} ms
FunASR        its AutoModel with FSMN-VAD on the whole buffer, fp32, without dither
CER and WER leave out punctuation and case; exact has both. Times are in this process, which hears
faster than real time: "left at the end" is what it still had to do when a recording was over."""


def table(evaluation: Evaluation) -> str:
    """The evaluation has at least one recording."""
    columns = evaluation.columns
    figures = [summary(evaluation, column) for column in columns]
    rows: list[Cells] = [
        ("", "", *(column.backend for column in columns)),
        ("", "recordings", *(column.way for column in columns)),
    ]
    groups = [*groups_of(evaluation.recordings), ALL]
    rows += _error_rates(
        "CER %", figures, groups, lambda score: (score.recordings, score.characters)
    )
    rows += _error_rates("WER %", figures, groups, lambda score: (score.with_words, score.words))
    for name, share in _RIGHT.items():
        rows += _right(name, [share(each.scores[ALL]) for each in figures])
    rows += _counts("text where nobody spoke", figures)
    rows += _units(figures)
    rows.append(
        ("left at the end, median / 95 %", "", *(f"{each.after_end.in_ms} ms" for each in figures))
    )
    factors = [f"{each.real_time_factor:.3f}" for each in figures]
    rows.append(("computing time / length", "", *factors))
    rows += _differences(columns)
    return _laid_out(rows)


_RIGHT: dict[str, Callable[[Score], Share]] = {
    "exact %": lambda score: score.exact,
    "language %": lambda score: score.language,
    "emotion %": lambda score: score.emotion,
    "event %": lambda score: score.event,
}


def _error_rates(
    name: str,
    figures: Sequence[Summary],
    groups: Sequence[str],
    rate: Callable[[Score], tuple[int, Share]],
) -> list[Cells]:
    """rate: of how many recordings, and which. A row for each group that has such a rate."""
    rows = []
    for group in groups:
        rates = [rate(each.scores[group]) for each in figures]
        number, first = rates[0]
        if first.of:
            rows.append((f"{name} {group}", str(number), *(_percent(share) for _, share in rates)))
    return rows


def _right(name: str, shares: Sequence[Share]) -> list[Cells]:
    if not shares[0].of:
        return []
    return [(name, str(shares[0].of), *(_percent(share) for share in shares))]


def _counts(name: str, figures: Sequence[Summary]) -> list[Cells]:
    shares = [each.scores[ALL].made_up for each in figures]
    if not shares[0].of:
        return []
    return [(name, str(shares[0].of), *(str(share.count) for share in shares))]


def _units(figures: Sequence[Summary]) -> list[Cells]:
    numbers = [_number(sum(each.closings.values())) for each in figures]
    closings = [
        " / ".join(str(each.closings[kind]) for kind in Closing) if each.unit_lengths else _NONE
        for each in figures
    ]
    lengths = [
        f"{each.unit_lengths.median:.1f} / {each.unit_lengths.most:.1f} s"
        if each.unit_lengths
        else _NONE
        for each in figures
    ]
    return [
        ("units", "", *numbers),
        ("closed by pause / limit / end", "", *closings),
        ("their length, median / 95 %", "", *lengths),
    ]


def _differences(columns: Sequence[Column]) -> list[Cells]:
    """Against FunASR, and of each backend against the first in the same way."""
    rows: list[Cells] = []
    reference = next((column for column in columns if column.way == FUNASR), None)
    if reference is not None:
        others = [
            _NONE if column is reference else str(differing_texts(column, reference))
            for column in columns
        ]
        rows.append(("texts other than FunASR's", "", *others))
    first = columns[0].backend
    if any(column.backend not in (first, "") for column in columns):
        same_way = {column.way: column for column in columns if column.backend == first}
        others = [
            str(differing_texts(column, same_way[column.way]))
            if column.backend != first and column.way in same_way
            else _NONE
            for column in columns
        ]
        rows.append((f"texts other than {first}'s", "", *others))
    return rows


def _percent(share: Share) -> str:
    return _NONE if share.percent is None else f"{share.percent:.1f}"


def _number(count: int) -> str:
    return str(count) if count else _NONE


def _laid_out(rows: Sequence[Cells]) -> str:
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    lines = []
    for label, *cells in rows:
        figures = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        lines.append("  ".join((label.ljust(widths[0]), *figures)).rstrip())
    return "\n".join(lines)
