"""Keeps the latest rows of a sequence that grows without end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROOM = 512  # rows at first


class Rows:
    """Rows keep the numbers by which they came: 0, 1, … Adding and dropping cost no copy of all.

    Attributes:
        first: the number of the oldest row that is still kept.
        end: the number that the next row will have.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        """shape: of one row; () where a row is one number."""
        self._held = np.empty((_ROOM, *shape), np.float32)
        self._at = 0  # where in it the oldest kept row lies
        self.first = 0
        self.end = 0

    def append(self, rows: NDArray[np.float32]) -> None:
        """rows: shape (n, …)."""
        kept, added = self.end - self.first, len(rows)
        if self._at + kept + added > len(self._held):
            self._make_room(kept, added)
        self._held[self._at + kept : self._at + kept + added] = rows
        self.end += added

    def drop_before(self, number: int) -> None:
        """Forgets the rows before this one."""
        drop = min(number, self.end) - self.first
        if drop > 0:
            self._at += drop
            self.first += drop

    def between(self, first: int, end: int) -> NDArray[np.float32]:
        """The rows from first to before end, as far as they are kept; to be read at once."""
        return self._held[
            self._at + max(0, first - self.first) : self._at + max(0, end - self.first)
        ]

    def _make_room(self, kept: int, added: int) -> None:
        held = self._held[self._at : self._at + kept]
        if 2 * (kept + added) > len(self._held):
            self._held = np.empty((2 * (kept + added), *held.shape[1:]), np.float32)
        self._held[:kept] = held.copy()
        self._at = 0
