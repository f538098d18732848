"""The piece of a text that is shown in a list, around the words that were looked for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_BEFORE = 24
"""So many characters are shown before a word that is not at the beginning."""
_MOST = 600
"""More than two lines of any window; a text of an hour is not laid out as a whole."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text on one line, and what of it is marked: start and length of each."""

    text: str
    marks: tuple[tuple[int, int], ...]


def snippet(text: str, words: str, room: int) -> Snippet:
    """room: how many characters can be expected to be seen."""
    line = " ".join(text.split())
    found = _found(line, words)
    start = 0
    if found and found[0][0] + found[0][1] > room:
        start = max(0, found[0][0] - _BEFORE)
        space = line.find(" ", start, found[0][0])
        start = space + 1 if space >= 0 else start
    ahead = "…" if start else ""
    shown = ahead + line[start : start + _MOST]
    shift = len(ahead) - start
    marks = tuple((at + shift, length) for at, length in found if 0 <= at + shift < len(shown))
    return Snippet(shown, marks)


def _found(line: str, words: str) -> list[tuple[int, int]]:
    """Where the words stand, in order; of spaced scripts only at the beginnings of words."""
    plain = _plain(line)
    marks = set()
    for word in words.split():
        wanted = _plain(word)
        at = plain.find(wanted)
        while at >= 0:
            if not (
                at and plain[at - 1].isascii() and plain[at - 1].isalnum() and wanted.isascii()
            ):
                marks.add((at, len(wanted)))
            at = plain.find(wanted, at + len(wanted))
    return sorted(marks)


def _plain(text: str) -> str:
    """As the index sees it, character by character: no capitals, no accents."""
    return "".join(unicodedata.normalize("NFKD", one)[0].lower()[:1] or one for one in text)
