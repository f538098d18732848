"""How the overlay moves: the bars of the level, and values that glide. Only numbers, no clock."""

from __future__ import annotations

import math
from dataclasses import dataclass

_BARS = 4  # from the middle outwards; the others mirror them
COUNT = 2 * _BARS - 1
_STEP_S = 0.045  # in which a level moves on by one bar
# Outer bars are lower, so that the whole has the form of a voice and not of a fence.
_FORM = (1.0, 0.86, 0.66, 0.46)
_RISE_S, _FALL_S = 0.03, 0.14
_GLIDE_S = 0.055


@dataclass(frozen=True, slots=True)
class Bars:
    """The level that is shown: the newest in the middle, older ones further out."""

    heights: tuple[float, ...] = (0.0,) * _BARS
    """From 0 to 1, from the middle outwards."""
    levels: tuple[float, ...] = (0.0,) * _BARS
    """That they move to."""
    newest: float = 0.0
    """The loudest since the levels moved on."""
    step_s: float = 0.0
    """How long that is ago."""

    def across(self) -> tuple[float, ...]:
        """All heights from left to right."""
        return (*self.heights[:0:-1], *self.heights)


def heard(bars: Bars, level: float, passed_s: float) -> Bars:
    """level: from 0 to 1, the loudest in the time that has passed."""
    levels, newest, step_s = bars.levels, max(bars.newest, level), bars.step_s + passed_s
    if step_s >= _STEP_S:
        levels, newest, step_s = (newest, *levels[:-1]), 0.0, step_s % _STEP_S
    rise, fall = math.exp(-passed_s / _RISE_S), math.exp(-passed_s / _FALL_S)
    heights = []
    for height, aim, form in zip(bars.heights, levels, _FORM, strict=True):
        away = height - form * aim
        heights.append(form * aim + away * (rise if away < 0 else fall))
    return Bars(tuple(heights), levels, newest, step_s)


def still(level: float) -> Bars:
    """Bars that show a level without having moved there."""
    heights = tuple(form * level for form in _FORM)
    return Bars(heights, (level,) * _BARS)


def glided(value: float, aim: float, passed_s: float) -> float:
    """A value on its way to another; it arrives."""
    moved = aim + (value - aim) * math.exp(-passed_s / _GLIDE_S)
    return aim if abs(moved - aim) < 0.5 else moved


def pulse(now_s: float, dot: int) -> float:
    """How bright one of the dots is that say that something is being done: 0 to 1."""
    return 0.5 - 0.5 * math.cos(2 * math.pi * (now_s / 1.2 - dot / 5))
