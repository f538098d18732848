"""Shortens text to what fits a bubble or a menu entry."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from PySide6.QtCore import QTextBoundaryFinder

_LONGEST_LAST_WORD = 20  # a word that is cut in two is left out, unless it is longer than this


def excerpt(text: str, most: int) -> str:
    """The text on one line; if it has more than ``most`` characters, its beginning and "…".

    Counted, and never taken apart, are characters as they are seen: an emoji of five code points
    is one.
    """
    line = " ".join(text.split())
    characters = list(islice(_characters(line), most + 1))
    if len(characters) <= most:
        return line
    cut = most - 1
    for space in range(cut, max(0, cut - _LONGEST_LAST_WORD), -1):
        if characters[space] == " ":
            return "".join(characters[:space]) + "…"
    return "".join(characters[:cut]) + "…"


def _characters(text: str) -> Iterator[str]:
    units = text.encode("utf-16-le", "surrogatepass")  # as Qt counts
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    start = 0
    while (end := finder.toNextBoundary()) != -1:
        yield units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
        start = end
