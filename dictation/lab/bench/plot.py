"""The wait for the text against the length of the dictation, as a picture."""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dictation.lab.bench.measurement import Wait
from dictation.lab.bench.waiting import LATER_MS, SOON_MS
from dictation.lab.errors import PlotMissing, PlotUnwritable

_SIZE_INCHES, _DOTS_PER_INCH = (8.0, 4.6), 120
_INK, _FAINT = "#333333", "#e3e3e3"
_MEANT_FOR_ZERO_MS = 0.5  # on an axis of powers of ten there is no nought


@dataclass(frozen=True, slots=True)
class Series:
    """One line: (length of the dictation in s, wait in ms) of each take."""

    label: str
    colour: str
    points: tuple[tuple[float, float], ...]

    @property
    def medians(self) -> list[tuple[float, float]]:
        """One for each length, in rising order."""
        lengths = sorted({length for length, _ in self.points})
        return [
            (each, statistics.median(wait for length, wait in self.points if length == each))
            for each in lengths
        ]


def check() -> None:
    """Raises PlotMissing where no plot can be drawn."""
    if not possible():
        raise PlotMissing


def possible() -> bool:
    return importlib.util.find_spec("matplotlib") is not None


def lines(waits: Sequence[Wait]) -> list[Series]:
    """The reference, then ours for each kind of release; those without a wait are left out."""
    found = [
        Series(
            "FunASR AutoModel, whole recording",
            "#b5651d",
            tuple((wait.length_s, wait.reference_ms) for wait in waits),
        )
    ]
    for release_ms, colour in ((SOON_MS, "#6a9fd8"), (LATER_MS, "#1d4f91")):
        its = [wait for wait in waits if wait.release_ms == release_ms]
        label = f"this program, {release_ms} ms after the last word"
        points = ((wait.length_s, max(wait.ours_ms, _MEANT_FOR_ZERO_MS)) for wait in its)
        found.append(Series(label, colour, tuple(points)))
    return [series for series in found if series.points]


def draw(waits: Sequence[Wait], file: Path, subtitle: str) -> None:
    """Writes a PNG. waits: at least one. Raises PlotMissing or PlotUnwritable."""
    check()
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    picture = Figure(figsize=_SIZE_INCHES, dpi=_DOTS_PER_INCH, layout="constrained")
    axes = picture.add_subplot(xscale="log", yscale="log")
    for series in lines(waits):
        axes.plot(*zip(*series.points, strict=True), "o", color=series.colour, alpha=0.35, ms=4)
        axes.plot(
            *zip(*series.medians, strict=True),
            "o-",
            color=series.colour,
            linewidth=2,
        )
        # At its end, which the line comes to from the left and from below, or level.
        axes.annotate(
            series.label,
            series.medians[-1],
            xytext=(4, 9),
            textcoords="offset points",
            ha="right",
            color=series.colour,
        )
    axes.set_title("How long the text takes to come", loc="left", fontweight="bold", color=_INK)
    axes.set_xlabel("length of the dictation", color=_INK)
    axes.set_ylabel("from the end of the recording to its text", color=_INK)
    axes.xaxis.set_major_locator(FixedLocator(sorted({wait.length_s for wait in waits})))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: _time(seconds)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda ms, _: _wait(ms)))
    axes.grid(color=_FAINT, axis="y")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=_INK)
    axes.margins(x=0.04, y=0.12)
    picture.supxlabel(subtitle, fontsize=8, color="#777777")
    try:
        picture.savefig(file, format="png")
    except OSError as error:
        raise PlotUnwritable(file=file, reason=error.strerror or str(error)) from error


def _time(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 120 else f"{seconds / 60:g} min"


def _wait(ms: float) -> str:
    return f"{ms:g} ms" if ms < 1000 else f"{ms / 1000:g} s"
