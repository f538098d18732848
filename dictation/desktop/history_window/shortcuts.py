"""The keys of the window, and those of the list and the search field alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

Key = QKeySequence.StandardKey | str
Slot = Callable[[], object]


def everywhere(window: QWidget, slots: dict[Key, Slot]) -> None:
    """Heard wherever the focus is in the window."""
    for keys, slot in slots.items():
        QShortcut(QKeySequence(keys), window).activated.connect(slot)


def within(widget: QWidget, slots: dict[Key, Slot]) -> None:
    """Heard while that widget has the focus: elsewhere they mean something else."""
    for keys, slot in slots.items():
        shortcut = QShortcut(QKeySequence(keys), widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(slot)
