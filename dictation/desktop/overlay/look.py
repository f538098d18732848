"""Colours and measures of the overlay, in pixels that the screen may scale."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

HEIGHT = 44
RADIUS = HEIGHT / 2
MARGIN = 26
"""Around the pill, for its shadow."""
FROM_EDGE = 56
"""From the pill to the edge of the screen, or to the panel there."""
MOST_WIDTH = 620
LEAST_WIDTH = 96
PADDING = 18
GAP = 12
SIGN_GAP = 8
TEXT_PX = 15
SIGN_PX = 17
SIGN_RAISE = 1.0
"""Emoji hang a little below the line."""
CLOCK_PX = 13
FADE_WIDTH = 36
"""Over which text that is too long appears out of nothing."""
MARK_HEIGHT = 24
BAR_WIDTH = 3
BAR_GAP = 2
ICON = 20


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours on light or on dark desktops."""

    ground: QColor
    edge: QColor
    ink: QColor
    dim: QColor
    """Of what may still change, and of what matters less; 4.5 : 1 against the ground at least."""
    on_mark: QColor
    """On top of the following four."""
    listening: QColor
    working: QColor
    done: QColor
    trouble: QColor
    shadow: float
    """How dark it is at its darkest, from 0 to 1."""


DARK = Palette(
    ground=QColor(28, 30, 36),
    edge=QColor(70, 74, 84),
    ink=QColor(245, 246, 248),
    dim=QColor(163, 169, 181),
    on_mark=QColor(28, 30, 36),
    listening=QColor(255, 99, 104),
    working=QColor(134, 180, 255),
    done=QColor(74, 214, 147),
    trouble=QColor(255, 184, 51),
    shadow=0.34,
)
LIGHT = Palette(
    ground=QColor(255, 255, 255),
    edge=QColor(214, 218, 225),
    ink=QColor(24, 26, 31),
    dim=QColor(104, 111, 125),
    on_mark=QColor(255, 255, 255),
    listening=QColor(224, 43, 53),
    working=QColor(47, 111, 224),
    done=QColor(21, 138, 82),
    trouble=QColor(184, 106, 0),
    shadow=0.17,
)
