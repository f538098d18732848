"""What is listed, and what of it is chosen, through new searches and changes of the history."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, QTimer, Signal, Slot

from dictation.desktop.history_window.archive import Archive
from dictation.desktop.history_window.filter_bar import FilterBar
from dictation.desktop.history_window.list_view import ListView
from dictation.desktop.history_window.row import Row
from dictation.desktop.history_window.takes import Takes
from dictation.history import Entry

_SETTLE_MS = 60
_OFFER_MS = 200  # what there is to filter by takes longer to find out than what is listed


class Listing(QObject):
    """The list with what the filter bar looks for.

    Signals:
        found(): other takes are listed.
        listed(): all that are found are.
        chosen_changed(): others are chosen, or there is more to know of them.
        lasting(bool): whether what is kept outlives the program.
    """

    found = Signal()
    listed = Signal()
    chosen_changed = Signal()
    lasting = Signal(bool)

    def __init__(self, archive: Archive, bar: FilterBar, parent: QObject) -> None:
        super().__init__(parent)
        self._archive = archive
        self._bar = bar
        self._takes = Takes(archive)
        self._row = Row(bar)
        self.view = ListView(self._takes, self._row, bar.window())
        self._remembered: list[int] = []  # what was chosen, and may come with the rest
        self._is_stale = False
        self._settled = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settled.timeout.connect(self.refresh)
        self._offering = QTimer(self, interval=_OFFER_MS, singleShot=True)
        self._offering.timeout.connect(partial(archive.choices, bar.offer))
        bar.changed.connect(self.search)
        archive.changed.connect(self._on_changed)
        self._takes.dataChanged.connect(self.chosen_changed)
        self.view.selectionModel().selectionChanged.connect(self.chosen_changed)

    @property
    def count(self) -> int:
        return self._takes.rowCount()

    @property
    def words(self) -> str:
        """What was looked for."""
        return self._row.words

    def every(self) -> list[int]:
        """All that is listed."""
        return self._takes.takes(range(self._takes.rowCount()))

    def chosen(self) -> list[int]:
        return self._takes.takes(self._rows())

    def entry(self, take: int) -> Entry | None:
        """What is known of it so far."""
        return self._takes.entry(take)

    @Slot()
    def search(self) -> None:
        self._archive.search(self._bar.query(), self._list_first, self._list_all)

    @Slot()
    def refresh(self) -> None:
        self._is_stale = False
        self._archive.look_again(self._bar.query(), self._list_all)
        self.look_around()

    def look_around(self) -> None:
        """Whether it lasts, and what there is to filter by."""
        self._archive.lasting(self._tell_lasting)
        self._offering.start()

    def _tell_lasting(self, lasting: bool) -> None:  # noqa: FBT001 - an answer
        self.lasting.emit(lasting)

    def wake(self) -> None:
        """The window is seen again."""
        if self._is_stale:
            self.refresh()
        else:
            self.look_around()

    @Slot()
    def _on_changed(self) -> None:
        self._is_stale = True
        if self._bar.window().isVisible():
            self._settled.start()

    def _list_first(self, numbers: array[int], entries: Sequence[Entry]) -> None:
        """What is in sight; the rest follows."""
        self._remembered = self._remembered or self.chosen()
        row = self.view.currentIndex().row()
        self._takes.show_first(numbers, entries)
        self._show_found(self._remembered, row)

    def _list_all(self, numbers: array[int]) -> None:
        remembered, self._remembered = self._remembered, []
        row = self.view.currentIndex().row()
        self._takes.show(numbers)
        self._show_found(remembered or self.chosen(), row)
        self.listed.emit()

    def _show_found(self, chosen: Sequence[int], row: int) -> None:
        """chosen, row: what was chosen before, and where the cursor was."""
        self._row.words = self._bar.search.text()
        self.found.emit()
        self._choose(chosen, max(0, row))
        self.view.viewport().update()

    def _choose(self, takes: Sequence[int], row: int) -> None:
        """These again, as far as they are listed; else what is now where they were."""
        rows = [at for at in map(self._takes.row, takes) if at is not None]
        count = self._takes.rowCount()
        if not rows and count:
            rows = [min(row, count - 1)]
        if rows != self._rows():
            selection = QItemSelection()
            for at in rows:
                selection.select(self._takes.index(at), self._takes.index(at))
            model = self.view.selectionModel()
            if rows:
                model.setCurrentIndex(
                    self._takes.index(rows[0]), QItemSelectionModel.SelectionFlag.NoUpdate
                )
            model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.chosen_changed.emit()

    def _rows(self) -> list[int]:
        selection = self.view.selectionModel().selection()
        ranges = [selection.at(number) for number in range(selection.count())]
        return sorted(row for one in ranges for row in range(one.top(), one.bottom() + 1))
