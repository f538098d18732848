"""Draws an evaluation: error rates by language, and what was left to do at the end."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dictation.lab.errors import PlotMissing, PlotUnwritable
from dictation.lab.evaluate.evaluation import FUNASR, WHOLE_BUFFER, Column, Evaluation
from dictation.lab.evaluate.scores import ALL, groups_of, summary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Dark for incremental, light for the whole buffer: told apart in print and by the colour-blind too.
_BACKENDS = (("#1d4f91", "#8db8e8"), ("#1b7f5c", "#95d3b9"), ("#6b3fa0", "#c3a9e3"))
_FUNASR = "#b5651d"
_INK, _FAINT = "#22262b", "#d9dce0"
_WIDTH, _HEIGHT, _DPI = 10.0, 6.4, 150
_ROW = 0.3  # of height, for each column in the strip
_BARS = 0.84  # of the width of a group
_IN_ONE_ROW = 5  # entries of the legend; more go in two, so that the ways of a backend are a column


def check_plotter(file: Path) -> None:
    """Before hours of work. Raises PlotMissing or PlotUnwritable."""
    if importlib.util.find_spec("matplotlib") is None:
        raise PlotMissing
    if file.suffix.lower() != ".png":
        raise PlotUnwritable(file=file, reason="its name does not end in .png")
    if not file.absolute().parent.is_dir():
        raise PlotUnwritable(file=file, reason="there is no such folder")


def draw(evaluation: Evaluation, file: Path) -> None:
    """Writes a PNG. Raises PlotUnwritable."""
    # Not pyplot, which looks for a screen and keeps figures.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    count = len(evaluation.columns)
    figure = Figure(figsize=(_WIDTH, _HEIGHT + _ROW * count), facecolor="white")
    FigureCanvasAgg(figure)
    rates, times = figure.subplots(2, 1, height_ratios=[4, 0.8 + 0.4 * count])
    _draw_rates(rates, evaluation)
    _draw_times(times, evaluation)
    figure.subplots_adjust(left=0.17, right=0.88, top=0.88, bottom=0.06, hspace=0.32)
    try:
        figure.savefig(file, dpi=_DPI)
    except OSError as error:
        raise PlotUnwritable(file=file, reason=error.strerror or "unknown") from error


def _draw_rates(axes: Axes, evaluation: Evaluation) -> None:
    groups = [*groups_of(evaluation.recordings), ALL]
    figures = [summary(evaluation, column) for column in evaluation.columns]
    groups = [group for group in groups if figures[0].scores[group].characters.of]
    width = _BARS / len(figures)
    labelled = 7.5 if len(figures) <= 4 else 5.5
    for index, (each, column) in enumerate(zip(figures, evaluation.columns, strict=True)):
        left = np.arange(len(groups)) + (index - (len(figures) - 1) / 2) * width
        percents = [each.scores[group].characters.percent or 0.0 for group in groups]
        colour = _colour(evaluation.columns, column)
        bars = axes.bar(left, percents, width * 0.92, color=colour, label=column.name)
        axes.bar_label(bars, fmt=_percent, padding=2, fontsize=labelled, color=_INK)
    numbers = [figures[0].scores[group].recordings for group in groups]
    names = [f"{group} ({number})" for group, number in zip(groups, numbers, strict=True)]
    axes.set_xticks(range(len(groups)), names)
    axes.margins(x=0.02, y=0.15)
    axes.set_ylabel("character error rate, %", color=_INK)
    minutes = evaluation.duration_s / 60
    rows = 1 if len(figures) <= _IN_ONE_ROW else 2
    axes.set_title(
        f"Character error rate by language: {len(evaluation.recordings)} recordings, "
        f"{minutes:.1f} minutes",
        loc="left",
        pad=14 + 16 * rows,
        fontsize=12,
        fontweight="bold",
        color=_INK,
    )
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=-(-len(figures) // rows),
        frameon=False,
        fontsize=9,
        labelcolor=_INK,
    )
    _plain(axes, "y")


def _draw_times(axes: Axes, evaluation: Evaluation) -> None:
    rng = np.random.default_rng(0)  # only keeps dots from hiding each other
    for row, column in enumerate(evaluation.columns):
        milliseconds = np.array([heard.after_end_s for heard in column.heard]) * 1000
        scatter = row + rng.uniform(-0.22, 0.22, len(milliseconds))
        colour = _colour(evaluation.columns, column)
        axes.scatter(milliseconds, scatter, s=9, color=colour, alpha=0.45, linewidths=0)
        after_end = summary(evaluation, column).after_end
        median = 1000 * after_end.median
        axes.plot([median, median], [row - 0.36, row + 0.36], color=_INK, linewidth=2)
        axes.annotate(
            f"{after_end.in_ms} ms",
            (1.0, row),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=9,
            color=_INK,
        )
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g} ms")
    axes.set_yticks(range(len(evaluation.columns)), [each.name for each in evaluation.columns])
    axes.set_ylim(len(evaluation.columns) - 0.5, -0.5)
    axes.set_title(
        "Left to do when a recording was over: each one, and median / 95 %",
        loc="left",
        fontsize=12,
        fontweight="bold",
        color=_INK,
    )
    _plain(axes, "x")


def _percent(rate: float) -> str:
    return f"{rate:.1f}" if rate else "0"


def _plain(axes: Axes, grid: str) -> None:
    """Nothing but what is read."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(_FAINT)
    axes.tick_params(which="both", length=0, colors=_INK)
    axes.grid(axis="x" if grid == "x" else "y", color=_FAINT, linewidth=0.7)
    axes.set_axisbelow(True)


def _colour(columns: Sequence[Column], column: Column) -> str:
    if column.way == FUNASR:
        return _FUNASR
    backends = list(dict.fromkeys(each.backend for each in columns if each.way != FUNASR))
    pair = _BACKENDS[backends.index(column.backend) % len(_BACKENDS)]
    return pair[column.way == WHOLE_BUFFER]
