"""Reads FunASR's raw text: for each piece its four tags, then its words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAGS = re.compile(r"((?:<\|[^|<>]*\|>)+)")
_TAG = re.compile(r"<\|([^|<>]*)\|>")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that have their tags in common; a tag that is not there is empty."""

    text: str
    language: str = ""
    emotion: str = ""
    event: str = ""


def read_pieces(raw: str) -> list[Piece]:
    """raw: ``<|en|><|HAPPY|><|Speech|><|withitn|>I love it.``, any number of times."""
    before, *rest = _TAGS.split(raw)
    pieces = [Piece(before.strip())] if before.strip() else []
    for tags, text in zip(rest[::2], rest[1::2], strict=True):
        language, emotion, event = [*_TAG.findall(tags), "", "", ""][:3]
        pieces.append(Piece(text.strip(), language, emotion, event))
    return pieces
