"""Cuts text for keyboards that have fewer keys than there are characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of text and the characters that get a key for it."""

    text: str
    characters: tuple[str, ...]


def chunks(text: str, most_keys: int) -> Iterator[Chunk]:
    """The text in pieces, each as long as its different characters have a key each."""
    keys: dict[str, None] = {}
    first = 0
    for at, character in enumerate(text):
        if character not in keys and len(keys) == most_keys:
            yield Chunk(text[first:at], tuple(keys))
            keys, first = {}, at
        keys[character] = None
    if keys:
        yield Chunk(text[first:], tuple(keys))
