"""A submenu of which one entry is marked."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu


class Submenu(QObject):
    """Values with labels, one of them chosen.

    Signals:
        chosen(value): the user has chosen the entry of that value.
    """

    chosen = Signal(str)

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._menu = menu.addMenu("")
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._on_triggered)
        self._offered: list[tuple[str, str]] = []
        self._chosen = ""

    def name(self, title: str) -> None:
        self._menu.setTitle(title)

    def offer(self, offered: list[tuple[str, str]]) -> None:
        """Values and their labels. The same as before: left alone, for the menu may be open."""
        if offered == self._offered:
            return
        self._offered = offered
        self._menu.clear()
        for value, label in offered:
            action = self._group.addAction(self._menu.addAction(plain(label)))
            action.setCheckable(True)
            action.setData(value)
        self.choose(self._chosen)

    def choose(self, value: str) -> None:
        self._chosen = value
        for action in self._group.actions():
            action.setChecked(action.data() == value)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self._chosen = action.data()
        self.chosen.emit(self._chosen)


def plain(label: str) -> str:
    """The label with its ampersands shown; Qt would underline the next letter instead."""
    return label.replace("&", "&&")
