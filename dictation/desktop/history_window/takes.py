"""The list of takes: all numbers at once, and what is known of each when it comes into sight."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Slot

from dictation.desktop.history_window import wording
from dictation.desktop.history_window.archive import PAGE, Archive
from dictation.history import Entry

ENTRY = int(Qt.ItemDataRole.UserRole)
"""The role of a row's Entry; None until it is read from disk."""
_KEPT = 2_000

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Takes(QAbstractListModel):
    """Newest first. Rows that are looked at are read a hundred at a time."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(archive)
        self._archive = archive
        self._numbers: array[int] = array("q")
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._stale: set[int] = set()
        self._asked: set[int] = set()  # pages
        self._generation = 0
        self._is_partial = False
        self._missing: set[int] = set()
        self._reader = QTimer(self, interval=0, singleShot=True)
        self._reader.timeout.connect(self._read)

    # --- what Qt asks

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._numbers)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._numbers):
            return None
        if role == ENTRY:
            return self._entry(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            entry = self._entry(index.row())
            return "" if entry is None else entry.text or entry.error
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            entry = self._entry(index.row())
            return "" if entry is None else ", ".join((entry.app, *wording.heard(entry)))
        return None

    # --- what is shown

    def show_first(self, numbers: array[int], entries: Sequence[Entry]) -> None:
        """The first page, of which all is known; ``show`` follows."""
        self.show(numbers)
        self._asked.add(0)
        self._is_partial = True
        self._enter(self._generation, 0, entries)

    def show(self, numbers: array[int]) -> None:
        """These from now on. Rows that stay keep what is known of them, until it is read again."""
        old, fresh = self._numbers, len(numbers) - len(self._numbers)
        was_partial, self._is_partial = self._is_partial, False
        if was_partial and numbers[: len(old)] == old:
            if fresh:
                self.beginInsertRows(_NOWHERE, len(old), len(numbers) - 1)
                self._numbers = numbers
                self.endInsertRows()
            return
        self._asked.clear()
        self._generation += 1
        self._stale = set(self._entries)
        if fresh >= 0 and len(old) and numbers[fresh:] == old:
            if fresh:
                self.beginInsertRows(_NOWHERE, 0, fresh - 1)
                self._numbers = numbers
                self.endInsertRows()
            if numbers:
                self.dataChanged.emit(self.index(0), self.index(len(numbers) - 1))
            return
        self.beginResetModel()
        self._numbers = numbers
        self.endResetModel()

    def take(self, row: int) -> int:
        return self._numbers[row]

    def takes(self, rows: Iterable[int]) -> list[int]:
        return [self._numbers[row] for row in rows]

    def row(self, take: int) -> int | None:
        """Where that take is; None if it is not shown."""
        at = bisect_left(self._numbers, -take, key=lambda number: -number)
        return at if at < len(self._numbers) and self._numbers[at] == take else None

    def entry(self, take: int) -> Entry | None:
        """What is known of it so far."""
        row = self.row(take)
        return None if row is None else self._entry(row)

    # --- reading

    def _entry(self, row: int) -> Entry | None:
        take = self._numbers[row]
        entry = self._entries.get(take)
        if entry is None or take in self._stale:
            page = row // PAGE
            if page not in self._asked:
                self._asked.add(page)
                self._missing.add(page)
                self._reader.start()
        return entry

    @Slot()
    def _read(self) -> None:
        for page in sorted(self._missing):
            numbers = self._numbers[page * PAGE : (page + 1) * PAGE]
            self._archive.load(list(numbers), partial(self._enter, self._generation, page))
        self._missing.clear()

    def _enter(self, generation: int, page: int, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._entries[entry.take] = entry
            self._entries.move_to_end(entry.take)
            self._stale.discard(entry.take)
        if generation == self._generation:
            first = self.index(page * PAGE)
            last = self.index(min((page + 1) * PAGE, len(self._numbers)) - 1)
            self.dataChanged.emit(first, last)
        while len(self._entries) > _KEPT:
            take, _ = self._entries.popitem(last=False)
            row = self.row(take)
            if row is not None:
                self._asked.discard(row // PAGE)
