"""Has takes deleted, once the user has agreed."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dictation.desktop.history_window import deleting
from dictation.desktop.history_window.archive import Archive
from dictation.history import Query


class Deletions(QObject):
    """Some takes, those of certain days, or all.

    Signals:
        began(list[int]): these are wanted no more.
        ended(): nothing of them is left.
    """

    began = Signal(object)
    ended = Signal()

    def __init__(self, archive: Archive, window: QWidget) -> None:
        super().__init__(window)
        self._archive = archive
        self._window = window

    def ask(self, takes: Sequence[int]) -> None:
        if takes:
            deleting.ask(self._window, len(takes), partial(self._forget, takes))

    @Slot()
    def ask_range(self) -> None:
        dialog = deleting.RangeDialog(self._archive, self._window)
        dialog.agreed.connect(self._forget)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def ask_all(self) -> None:
        def counted(takes: array[int]) -> None:
            if takes:
                agreed = partial(self._forget, takes)
                deleting.ask(self._window, len(takes), agreed, every=True)

        self._archive.count(Query(), counted)

    @Slot(object)
    def _forget(self, takes: Sequence[int]) -> None:
        self.began.emit(list(takes))
        self._archive.delete(list(takes), self._on_forgotten)

    def _on_forgotten(self, _nothing: None) -> None:
        self.ended.emit()
