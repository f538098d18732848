"""How far a long command is, on the last line of a terminal; nothing where there is none."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from dictation.text.clock import clock
from dictation.text.cues import columns
from dictation.translation import _

_EVERY_S = 0.1
_BAR_COLUMNS = 24
_LEAST_NAME_COLUMNS = 12
_ERASE = "\r\x1b[2K"
_SURE_S = 1.0  # before that, what is left is anybody's guess


@dataclass(frozen=True, slots=True)
class Far:
    """How far it is, in seconds of audio."""

    name: str
    done_s: float
    """Of all files."""
    total_s: float
    """Of all files; 0 if that is not known."""


def line(far: Far, took_s: float, columns_there: int, marks: str = "━╌") -> str:
    """took_s: since it began. No wider than ``columns_there``."""
    if far.total_s <= 0:
        told = "  " + _("{time} done").format(time=clock(round(far.done_s)))
    else:
        part = min(1.0, far.done_s / far.total_s)
        full = round(part * _BAR_COLUMNS)
        bar = marks[0] * full + marks[1] * (_BAR_COLUMNS - full)
        told = f"  {bar} {part:4.0%}"
        if took_s >= _SURE_S and part > 0:
            told += "  " + _("{time} left").format(time=clock(round(took_s / part - took_s)))
    room = max(_LEAST_NAME_COLUMNS, columns_there - 1 - len(told))
    return _shortened(_shortened(far.name, room) + told, columns_there - 1)


def _shortened(text: str, most: int) -> str:
    """Its beginning and "…", if it takes more than so many columns of a terminal."""
    if columns(text) <= most:
        return text
    short = ""
    for character in text:
        if columns(short + character) > most - 1:
            break
        short += character
    return f"{short}…"


class ProgressBar:
    """Draws on a terminal, at most ten times a second."""

    def __init__(
        self, stream: TextIO | None = None, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        """stream None: standard error."""
        self._stream = stream = stream or sys.stderr
        self._clock_s = clock_s
        self._is_on = stream.isatty()
        self._marks = "━╌" if (stream.encoding or "").lower().startswith("utf") else "#."
        self._began_s: float | None = None
        self._drawn_s = float("-inf")
        self._is_drawn = False

    def show(self, far: Far) -> None:
        """It is so far now. The time is taken from the first call on."""
        now_s = self._clock_s()
        if self._began_s is None:
            self._began_s = now_s
        if self._is_on and now_s - self._drawn_s >= _EVERY_S:
            there = shutil.get_terminal_size().columns
            drawn = line(far, now_s - self._began_s, there, self._marks)
            self._stream.write(_ERASE + drawn)
            self._stream.flush()
            self._drawn_s, self._is_drawn = now_s, True

    def clear(self) -> None:
        """Makes room for other output."""
        if self._is_drawn:
            self._stream.write(_ERASE)
            self._stream.flush()
            self._drawn_s, self._is_drawn = float("-inf"), False
