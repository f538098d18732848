"""Joins texts of consecutive segments with the spacing that their scripts want."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Scripts written without spaces between words. Hangul is not among them.
_UNSPACED = ("CJK UNIFIED", "CJK COMPATIBILITY", "HIRAGANA", "KATAKANA", "BOPOMOFO", "IDEOGRAPHIC")
# Marks that cling to the word before them, so that no space comes in front.
_CLINGING = frozenset(",.;:!?%)]}…'’”")


def join(texts: Iterable[str]) -> str:
    """The texts as one, with nothing eaten and nothing doubled.

    Between two texts stands one space, except where their scripts or punctuation want none:
    between Chinese or Japanese characters, beside full-width punctuation, before clinging marks.
    White space at the ends of a text is dropped, inside it is kept.
    """
    joined = ""
    for text in texts:
        trimmed = text.strip()
        if not trimmed:
            continue
        joined += _gap(joined, trimmed) + trimmed
    return joined


def _gap(left: str, right: str) -> str:
    if not left:
        return ""
    before, after = left[-1], right[0]
    if _is_wide_mark(before) or _is_wide_mark(after) or after in _CLINGING:
        return ""
    if _is_unspaced(before) and _is_unspaced(after):
        return ""
    return " "


def _is_unspaced(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_UNSPACED)


def _is_wide_mark(character: str) -> bool:
    """Full-width punctuation brings its own space: 。，？「」 and their like."""
    return (
        unicodedata.east_asian_width(character) in "WF"
        and unicodedata.category(character)[0] == "P"
    )
