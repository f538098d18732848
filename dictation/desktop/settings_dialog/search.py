"""Finds options by words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Findable:
    """An option, in the words by which somebody might look for it."""

    name: str
    page: str
    more: str
    """What it does, what can be chosen, and how the settings file calls it."""


def found(words: str, among: Iterable[tuple[Findable, T]]) -> Sequence[tuple[Findable, T]]:
    """Those in which each of the words occurs; those that are called so come first."""
    wanted = words.casefold().split()

    def rank(option: Findable) -> int:
        """How early a word has to be looked for; 3: not there at all."""
        places = (option.name, f"{option.name} {option.page}", " ".join(_all(option)))
        for at, place in enumerate(places):
            if all(word in place.casefold() for word in wanted):
                return at
        return len(places)

    ranked = [(rank(option), option, what) for option, what in among]
    kept = [each for each in ranked if each[0] < 3]
    return [(option, what) for _rank, option, what in sorted(kept, key=lambda each: each[0])]


def _all(option: Findable) -> tuple[str, ...]:
    return option.name, option.page, option.more, option.more.replace("_", " ")
