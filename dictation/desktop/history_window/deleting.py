"""Asks before takes are deleted, and which: some, those of certain days, all."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from PySide6.QtCore import QDate, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.history_window import wording
from dictation.desktop.history_window.archive import Archive
from dictation.desktop.history_window.filter_bar import date_edit, dates
from dictation.desktop.widgets import question
from dictation.desktop.widgets.question import Question
from dictation.errors import joined
from dictation.history import Query
from dictation.translation import N_, _

_ASK_ONE = N_("Delete this dictation?")
_ASK = N_("Delete {dictations}?")
_ASK_ALL = N_("Delete all {dictations}?")
_FOR_GOOD = N_("Texts and recordings are deleted for good.")
_DELETE = N_("Delete")
_DELETE_SOME = N_("Delete {dictations}")
_RANGE_TITLE = N_("Delete a range of dates")
_FIRST, _LAST = N_("First day"), N_("Last day")
_NONE = N_("There is no dictation of these days.")
_COUNTED = N_("{dictations} of these days.")
_CANCEL = N_("Cancel")


def ask(parent: QWidget, count: int, then: Callable[[], None], *, every: bool = False) -> None:
    """then: called if the user agrees."""
    named = wording.dictations(count)
    asked = (_(_ASK_ALL) if every else _(_ASK)).format(dictations=named)
    if count == 1 and not every:
        asked = _(_ASK_ONE)
    question.ask(parent, Question(asked, _(_FOR_GOOD), _(_DELETE)), then)


class RangeDialog(QDialog):
    """Two days, and how many takes there are from the one to the other.

    Signals:
        agreed(takes): these shall be deleted.
    """

    agreed = Signal(object)

    def __init__(self, archive: Archive, parent: QWidget) -> None:
        super().__init__(parent)
        self._archive = archive
        self._takes: array[int] = array("q")
        self._asked = 0
        self.setWindowTitle(_(_RANGE_TITLE))
        today = QDate.currentDate()
        self._first = date_edit(self, _(_FIRST), today.addMonths(-1))
        self._last = date_edit(self, _(_LAST), today)
        self._told = QLabel(self, wordWrap=True)
        self._buttons = QDialogButtonBox(self)
        self._buttons.addButton(_(_CANCEL), QDialogButtonBox.ButtonRole.RejectRole)
        self._delete = QPushButton(_(_DELETE), self)
        self._delete.setAutoDefault(False)
        self._buttons.addButton(self._delete, QDialogButtonBox.ButtonRole.DestructiveRole)
        form = QFormLayout()
        form.addRow(_(_FIRST), self._first)
        form.addRow(_(_LAST), self._last)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._told)
        layout.addWidget(self._buttons)
        self._buttons.rejected.connect(self.reject)
        self._delete.clicked.connect(self._on_delete)
        for edit in (self._first, self._last):
            edit.dateChanged.connect(self._on_dates)
        self._on_dates()

    @Slot()
    def _on_dates(self) -> None:
        self._asked += 1
        asked = self._asked
        self._delete.setEnabled(False)
        since, until = dates(self._first, self._last)

        def counted(takes: array[int]) -> None:
            if asked == self._asked:
                self._show(takes)

        self._archive.count(Query(since=since, until=until), counted)

    def _show(self, takes: array[int]) -> None:
        self._takes = takes
        self._delete.setEnabled(bool(takes))
        named = wording.dictations(len(takes))
        if takes:
            self._delete.setText(_(_DELETE_SOME).format(dictations=named))
            self._told.setText(joined(_(_COUNTED).format(dictations=named), _(_FOR_GOOD)))
        else:
            self._delete.setText(_(_DELETE))
            self._told.setText(_(_NONE))

    @Slot()
    def _on_delete(self) -> None:
        self.accept()
        self.agreed.emit(self._takes)
