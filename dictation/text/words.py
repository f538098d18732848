"""The words of a segment, each with its place in the audio."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dictation.speech import Segment, Token
from dictation.text.joining import is_unspaced

_OPENING = frozenset("([{<“‘«¿¡$€£¥#@")  # noqa: RUF001 - the quotation marks are meant
_CLINGING = frozenset(")]}>”’»,.;:!?%‰°℃…—‥～〜ーゝゞヽヾ々〻゠")  # noqa: RUF001 - so are these
_SMALL_KANA = frozenset("ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ")
# Pieces of the vocabulary may differ from the text by a few characters, such as those of U+2047.
_ASTRAY = 8


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a spaced script, or one character of an unspaced one, with its punctuation.

    A word in katakana is one. Times count from the start of the take.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float
    """The lowest of its tokens', in [0, 1]; 0 if it cannot be told which they are."""
    spaced: bool = False
    """Whether there is a space before it."""


@dataclass(slots=True)
class _Place:
    """Where one character lies."""

    start_s: float
    end_s: float
    confidence: float


def words_of(segment: Segment) -> tuple[Word, ...]:
    """All of the segment's text but white space, in order; their times never go back."""
    text = " ".join(segment.text.split())
    places = _places(text, segment.tokens)
    bounds = list(_bounds(text))
    words: list[Word] = []
    earliest_s = before_s = segment.start_s
    for at, (first, end) in enumerate(bounds):
        found = _placed(text, places, first, end)
        if found is None:
            following = (_placed(text, places, *bound) for bound in bounds[at + 1 :])
            next_s = next((place.start_s for place in following if place), segment.end_s)
            found = _Place(before_s, _share(before_s, next_s, end - first, text[first:]), 0.0)
        start_s = max(found.start_s, earliest_s)
        end_s = max(found.end_s, start_s)
        spaced = first > 0 and text[first - 1] == " "
        words.append(Word(text[first:end], start_s, end_s, found.confidence, spaced))
        earliest_s, before_s = start_s, end_s
    return tuple(words)


def _share(start_s: float, next_s: float, length: int, rest: str) -> float:
    """The end of a word that has no place: its part of the time until there is one."""
    return start_s + max(0.0, next_s - start_s) * length / len(rest)


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    """Of each word: [first character, end)."""
    first = 0
    for at in range(1, len(text)):
        if text[at] != " " and _may_part(text, at):
            yield first, at - 1 if text[at - 1] == " " else at
            first = at
    if text:
        yield first, len(text)


def _may_part(text: str, at: int) -> bool:
    """Whether a line may end before this character; the one before it may be a space."""
    left, right = text[at - 1], text[at]
    if _begins_no_line(right) or (right == '"' and _is_second(text, at)):
        return False
    if left == " ":
        return True
    if _is_opening(left) or (left == '"' and not _is_second(text, at - 1)):
        return False
    if _is_katakana(left) and _is_katakana(right):
        return False
    return is_unspaced(left) or is_unspaced(right) or _is_wide_mark(left) or _is_wide_mark(right)


def _is_second(text: str, at: int) -> bool:
    """Whether the quotation mark there is the second of a pair."""
    return text.count('"', 0, at) % 2 == 1


def _begins_no_line(character: str) -> bool:
    """Closing punctuation, and what only goes on with the character before it (kinsoku shori)."""
    return (
        character in _CLINGING
        or character in _SMALL_KANA
        or unicodedata.category(character)[0] == "M"
        or character == "\u200d"  # joins emoji
        or (_is_wide_mark(character) and not _is_opening(character))
    )


def _is_opening(character: str) -> bool:
    return character in _OPENING or unicodedata.category(character) in ("Ps", "Pi")


def _is_wide_mark(character: str) -> bool:
    return (
        unicodedata.category(character)[0] == "P"
        and unicodedata.east_asian_width(character) in "WF"
    )


def _is_katakana(character: str) -> bool:
    return character == "ー" or unicodedata.name(character, "").startswith("KATAKANA")


def _places(text: str, tokens: Sequence[Token]) -> list[_Place | None]:
    """Of each character; None where no token is found for it."""
    places: list[_Place | None] = [None] * len(text)
    at = 0
    for token in tokens:
        piece = token.text.strip()
        found = text.find(piece, at, at + len(piece) + _ASTRAY) if piece else -1
        if found < 0:
            continue
        step_s = (token.end_s - token.start_s) / len(piece)
        for index in range(len(piece)):
            start_s = token.start_s + index * step_s
            places[found + index] = _Place(start_s, start_s + step_s, token.confidence)
        at = found + len(piece)
    return places


def _placed(text: str, places: Sequence[_Place | None], first: int, end: int) -> _Place | None:
    """The place of a word: of its letters and digits alone, if it has any."""
    known = [(text[at], place) for at in range(first, end) if (place := places[at])]
    spoken = [place for character, place in known if character.isalnum()]
    those = spoken or [place for _, place in known]
    if not those:
        return None
    return _Place(
        min(place.start_s for place in those),
        max(place.end_s for place in those),
        min(place.confidence for place in those),
    )
