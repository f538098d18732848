"""Joins texts of consecutive segments with the spacing that their scripts want."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from dictation.speech import Segment, Transcript

# Scripts written without spaces between words. Hangul is not among them.
_UNSPACED = (
    "CJK UNIFIED",
    "CJK COMPATIBILITY",
    "HIRAGANA",
    "KATAKANA",
    "HALFWIDTH KATAKANA",
    "BOPOMOFO",
    "IDEOGRAPHIC",
)
_OPENING = "([{“‘«¿¡"  # noqa: RUF001 - the quotation marks are meant
_CLOSING = ")]}”’»…"
# Marks that cling to the word before them, so that no space comes in front.
_CLINGING = frozenset(",.;:!?%" + _CLOSING)
_ENDING_OF_A_WORD = re.compile(r"'(?:s|t|d|m|re|ve|ll)\b", re.IGNORECASE)  # it + 's
_ENDS_IN_NUMBER = re.compile(r"[\d%‰°℃]\Z")
_BEGINS_WITH_NUMBER = re.compile(r"[$€£¥]?\d")


def transcript_of(take: int, segments: Iterable[Segment]) -> Transcript:
    """A take whose segments are all there."""
    every = tuple(segments)
    return Transcript(take, every, join(segment.text for segment in every))


def join(texts: Iterable[str]) -> str:
    """The texts as one, with nothing eaten and nothing doubled.

    Between two texts stands one space, except where their scripts or punctuation want none:
    between Chinese or Japanese characters, between these and numbers, beside full-width
    punctuation, inside quotation marks and brackets, before clinging marks. White space at the
    ends of a text is dropped, inside it is kept. What follows never changes what was joined.
    """
    joined = ""
    for text in texts:
        trimmed = text.strip()
        if not trimmed:
            continue
        joined += gap(joined, trimmed) + trimmed
    return joined


def gap(left: str, right: str) -> str:
    """What belongs between the two, a space or nothing, where right begins with no white space."""
    if not left or left[-1].isspace() or _is_open(left) or _clings(left, right):
        return ""
    before = left.rstrip(_CLOSING + '"')[-1:] or left[-1]
    after = right.lstrip(_OPENING + '"')[:1] or right[0]
    unspaced_before, unspaced_after = is_unspaced(before), is_unspaced(after)
    if unspaced_before and unspaced_after:
        return ""
    if unspaced_before and _BEGINS_WITH_NUMBER.match(right):
        return ""
    if unspaced_after and _ENDS_IN_NUMBER.search(left):
        return ""
    return " "


def _is_open(left: str) -> bool:
    """Whether whatever follows stands right behind it."""
    if left[-1] == '"':
        return left.count('"') % 2 == 1  # the first of a pair
    return left[-1] in _OPENING or _is_wide_mark(left[-1])


def _clings(left: str, right: str) -> bool:
    """Whether the second stands right behind whatever comes before it."""
    if right[0] == '"':
        return left.count('"') % 2 == 1  # the second of a pair
    return (
        right[0] in _CLINGING
        or _is_wide_mark(right[0])
        or unicodedata.category(right[0]).startswith("M")  # an accent, a variation selector
        or (left[-1].isalpha() and _ENDING_OF_A_WORD.match(right) is not None)
    )


def is_unspaced(character: str) -> bool:
    """Whether it is of a script that is written without spaces between words."""
    return unicodedata.name(character, "").startswith(_UNSPACED)


def _is_wide_mark(character: str) -> bool:
    """Full-width punctuation brings its own space: 。，？「」 and their like."""
    return (
        unicodedata.east_asian_width(character) in "WF"
        and unicodedata.category(character)[0] == "P"
    )
