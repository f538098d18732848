"""What becomes of the sign that ends a text, as the user wants it."""

from __future__ import annotations

import re

from dictation.settings import FinalPunctuation

_STOPS = ".。．｡।۔"  # noqa: RUF001 - those of other scripts are meant
_OTHERS = "?!？！؟‽…⋯‥"
_CLOSERS = "\"'”’»›)]}）］｝】〕」』》〉＂＇"  # noqa: RUF001
_AFTER = f"[{re.escape(_CLOSERS)}\\s]*"
# Two dots and more are dots of omission.
_ENDS_WITH_STOP = re.compile(f"(?<![{_STOPS}{_OTHERS}])[{_STOPS}](?={_AFTER}\\Z)")
_ENDS_WITH_SIGN = re.compile(f"[{_STOPS}{_OTHERS}]+(?={_AFTER}\\Z)")
_ABBREVIATION = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]\.){2,}\Z")  # a.m., e.g., U.S.


def ended(text: str, wished: FinalPunctuation) -> str:
    """The text with the sign at its end, or without it.

    Quotation marks, brackets and white space that stand behind the sign stay, and so does the dot
    of an abbreviation. A text that is nothing but signs is left as it is.
    """
    if wished is FinalPunctuation.KEEP:
        return text
    sign = _ENDS_WITH_STOP if wished is FinalPunctuation.REMOVE_STOP else _ENDS_WITH_SIGN
    found = sign.search(text)
    if found is None or not any(map(str.isalnum, text)):
        return text
    if found[0] == "." and _ABBREVIATION.search(text[: found.end()]):
        return text
    return text[: found.start()].rstrip() + text[found.end() :]


def certain(text: str, wished: FinalPunctuation) -> str:
    """As much of the text as does not depend on whether more will follow."""
    same = 0
    for left, right in zip(text, ended(text, wished), strict=False):
        if left != right:
            break
        same += 1
    return text[:same]
