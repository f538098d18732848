"""The counts of many insertions, and their table."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from .cases import USUAL, Desktop
from .trial import Result

KINDS = ("exact", "failed_and_said_so", "wrong", "stale")
BAD = ("wrong", "stale", "stuck_keys", "clipboard_changed")


def counted(results: Sequence[Result]) -> dict[str, Any]:
    """The counts, and the median time of those that nothing held up."""
    kinds = Counter(result.kind for result in results)
    free = [
        result.arrived_ms
        for result in results
        if result.arrived_ms is not None and result.case.state.startswith("clipboard")
    ]
    return {
        "insertions": len(results),
        **{kind: kinds[kind] for kind in KINDS},
        "stuck_keys": sum(result.stuck_keys for result in results),
        "clipboard_changed": sum(result.clipboard_changed for result in results),
        "median_ms": round(statistics.median(free), 1) if free else None,
    }


def counted_by_desktop(results: Sequence[Result], not_run: dict[str, str]) -> dict[str, Any]:
    """All of them, each desktop's own, and what was not run and why."""
    desktops = {
        str(desktop): counted([each for each in results if each.case.desktop is desktop])
        for desktop in Desktop
    }
    return {
        **counted(results),
        "desktops": {name: counts for name, counts in desktops.items() if counts["insertions"]},
        "not_run": not_run,
    }


def tables(results: Sequence[Result], not_run: dict[str, str]) -> str:
    """One for each desktop, and a line for what was not run."""
    found = []
    for desktop in Desktop:
        of_it = [result for result in results if result.case.desktop is desktop]
        if of_it:
            found.append(f"{desktop}:\n\n{table(of_it)}")
    if not_run:
        told = "; ".join(f"{name}: {reason}" for name, reason in not_run.items())
        found.append(f"Not run: {told}.")
    return "\n\n".join(found)


def table(results: Sequence[Result]) -> str:
    """For each target and layout or state: how many were exact, and how many said they failed."""
    rows: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        case = result.case
        under = case.state if case.state != USUAL else f"layout {case.layout}"
        rows.setdefault((under, case.target), []).append(result)
    targets = list(dict.fromkeys(target for _, target in rows))
    lines = [f"| | {' | '.join(targets)} |", f"|---{'|---' * len(targets)}|"]
    for under in dict.fromkeys(under for under, _ in rows):
        cells = [_cell(rows.get((under, target), [])) for target in targets]
        lines.append(f"| {under} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(results: Sequence[Result]) -> str:
    if not results:
        return "–"
    counts = counted(results)
    told = [f"{counts['exact']} of {counts['insertions']}"]
    if counts["failed_and_said_so"]:
        told.append(f"{counts['failed_and_said_so']} said so")
    told += [f"**{counts[kind]} {kind.replace('_', ' ')}**" for kind in BAD if counts[kind]]
    return ", ".join(told)
