"""A table of what is written for what is spoken."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dictation.translation import _

_LINES = 6


class Phrases(QWidget):
    """Changed where it stands.

    Signals:
        changed(dict): all texts, by what is spoken.
    """

    changed = Signal(object)

    def __init__(self, lines: int = _LINES) -> None:
        super().__init__()
        self._table = QTableWidget(0, 2, self)
        self._table.setHorizontalHeaderLabels([_("Spoken"), _("Written")])
        self._table.setAccessibleName(_("Replacements"))
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.horizontalHeader().setHighlightSections(False)
        self._table.verticalHeader().hide()
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setTabKeyNavigation(False)
        row_px = self.fontMetrics().height() + 8
        self._table.verticalHeader().setDefaultSectionSize(row_px)
        self._table.setMinimumHeight(row_px * (lines + 1))
        self._add = QPushButton(_("Add"), self)
        self._remove = QPushButton(_("Remove"), self)
        for button in (self._add, self._remove):
            button.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setFocusProxy(self._table)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._add)
        buttons.addWidget(self._remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._table)
        layout.addLayout(buttons)
        self._add.clicked.connect(self._on_add)
        self._remove.clicked.connect(self._on_remove)
        self._table.itemChanged.connect(self._on_changed)
        self._table.itemSelectionChanged.connect(self._enable)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self._table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._on_remove)
        self._enable()

    def show_phrases(self, phrases: Mapping[str, str]) -> None:
        if dict(phrases) == self._phrases():
            return  # so that what is being entered stays
        with QSignalBlocker(self._table):
            self._table.setRowCount(0)
            for spoken, written in phrases.items():
                self._append(spoken, written)
        self._enable()

    def _append(self, spoken: str, written: str) -> int:
        row = self._table.rowCount()
        self._table.insertRow(row)
        for column, text in enumerate((spoken, written)):
            self._table.setItem(row, column, QTableWidgetItem(text))
        return row

    def _phrases(self) -> dict[str, str]:
        """Those that are complete."""
        found = {}
        for row in range(self._table.rowCount()):
            spoken, written = (self._text(row, column) for column in (0, 1))
            if spoken.strip():
                found[spoken.strip()] = written
        return found

    def _text(self, row: int, column: int) -> str:
        item = self._table.item(row, column)
        return item.text() if item is not None else ""

    @Slot()
    def _on_add(self) -> None:
        with QSignalBlocker(self._table):
            row = self._append("", "")
        self._table.setCurrentCell(row, 0)
        self._table.edit(self._table.currentIndex())

    @Slot()
    def _on_remove(self) -> None:
        rows = sorted({index.row() for index in self._table.selectedIndexes()}, reverse=True)
        with QSignalBlocker(self._table):
            for row in rows:
                self._table.removeRow(row)
        if rows:
            self._on_changed()
        self._enable()

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit(self._phrases())

    @Slot()
    def _enable(self) -> None:
        self._remove.setEnabled(bool(self._table.selectedIndexes()))
