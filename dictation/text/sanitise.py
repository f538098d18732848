"""Makes text safe to put into another program."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
_BLANKS_WITH_BREAK = re.compile(r" *[\n\t][ \n\t]*")

# Marks that reorder the text around them, and the byte order mark: none of them is seen, and a
# reader may be deceived by the first. The joiners U+200C and U+200D are part of words and emoji.
_HIDDEN = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
# Controls, ESC among them: a terminal would obey them. Lone surrogates: they cannot be encoded.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cs"})


class Breaks(Enum):
    """What line breaks and tabs become."""

    KEPT = "kept"
    SPACES = "spaces"
    """For terminals, where a line break would run a command and a tab complete one."""


def sanitised(text: str, breaks: Breaks) -> str:
    """The text without control characters, hidden marks or a line break at its end.

    Every kind of line break becomes a newline. Spaces at the ends stay, for they may be meant to
    part this text from its neighbours.
    """
    plain = "".join(filter(_is_safe, _BREAKS.sub("\n", text)))
    plain = _without_last_break(plain)
    return _BLANKS_WITH_BREAK.sub(" ", plain) if breaks is Breaks.SPACES else plain


def _is_safe(character: str) -> bool:
    if character in "\n\t":
        return True
    return character not in _HIDDEN and unicodedata.category(character) not in _UNSAFE_CATEGORIES


def _without_last_break(text: str) -> str:
    trimmed = text.rstrip(" \t\n")
    return trimmed if "\n" in text[len(trimmed) :] else text
