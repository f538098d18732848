"""Ordered ways of doing one thing: the first that can be built is used, others say why not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from dictation.errors import NotPossibleHere

logger = logging.getLogger(__name__)

T = TypeVar("T")

Candidate: TypeAlias = tuple[str, Callable[[], T]]
"""Its name, and what builds it or raises NotPossibleHere."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A candidate that cannot work here."""

    candidate: str
    reason: NotPossibleHere


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """The service as it is done here, and what had come before it in the order."""

    service: T
    candidate: str
    refused: tuple[Refused, ...]


def first_of(*candidates: Candidate[T]) -> Choice[T]:
    """The first that can be built; the last one can."""
    refused: list[Refused] = []
    for name, build in candidates:
        try:
            service = build()
        except NotPossibleHere as reason:
            logger.info("%s", reason)
            refused.append(Refused(name, reason))
        else:
            return Choice(service, name, tuple(refused))
    raise AssertionError("the last candidate was refused")
