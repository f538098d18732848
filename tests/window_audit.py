"""Goes through a window as somebody does who neither sees it nor has a mouse."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

PATIENCE_S = 20
INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)


def check(window: QWidget) -> None:
    """Everything that can be used has a name, and is reached by Tab. The window must be shown."""
    widgets = interactive(window)
    assert widgets, "there is nothing to use in this window"
    nameless = [described(widget) for widget in widgets if not name_of(widget)]
    assert not nameless, f"without an accessible name: {nameless}"
    reached = reached_by_tab(window)
    missed = [
        described(widget)
        for widget in widgets
        if not is_reached(widget, reached) and not in_group(widget, reached)
    ]
    assert not missed, (
        f"not reached by Tab: {missed}; reached: {[described(each) for each in reached]}"
    )


def interactive(window: QWidget) -> list[QWidget]:
    """What somebody can use now; parts of other widgets are not counted by themselves."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, INTERACTIVE)
        and widget.isVisibleTo(window)
        and widget.isEnabled()
        and widget.window() is window
        and not is_part(widget)
    ]


def is_part(widget: QWidget) -> bool:
    """Such as the field of a spin box, or the button that clears a line."""
    parent = widget.parentWidget()
    if isinstance(widget, QScrollBar):
        return True
    wholes = (QLineEdit, QAbstractSpinBox, QComboBox, QAbstractItemView, QTabBar)
    if isinstance(parent, wholes):
        return True
    above = parent.parentWidget() if parent is not None else None
    return isinstance(above, QAbstractScrollArea) and isinstance(above, wholes)


def name_of(widget: QWidget) -> str:
    """What a screen reader says: its own name, its label's, or what stands on it."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name).strip() if found is not None else ""


def reached_by_tab(window: QWidget) -> list[QWidget]:
    """Where the focus goes, in order, until it comes round."""
    until_s = time.monotonic() + PATIENCE_S
    while QApplication.activeWindow() is not window:
        assert time.monotonic() < until_s, "this window gets no keys"
        window.activateWindow()
        QTest.qWait(10)
    if QApplication.focusWidget() is None:
        QTest.keyClick(window, Qt.Key.Key_Tab)
    reached: list[QWidget] = []
    for _ in range(500):
        at = QApplication.focusWidget()
        if at is None or at in reached[:-1]:
            break
        if at not in reached:  # else Tab went on within it, as from link to link
            reached.append(at)
        QTest.keyClick(at, Qt.Key.Key_Tab)
    return reached


def is_reached(widget: QWidget, reached: list[QWidget]) -> bool:
    proxy = widget.focusProxy()
    return widget in reached or (proxy is not None and proxy in reached)


def in_group(widget: QWidget, reached: list[QWidget]) -> bool:
    """Of buttons that exclude each other Tab reaches one; the arrow keys go on from there."""
    if not isinstance(widget, QAbstractButton) or not widget.autoExclusive():
        return False
    return any(
        isinstance(other, QAbstractButton)
        and other.autoExclusive()
        and other.parentWidget() is widget.parentWidget()
        for other in reached
    )


def described(widget: QWidget) -> str:
    text = getattr(widget, "text", str)()
    return f"{type(widget).__name__} {name_of(widget) or text!r} {widget.objectName()}".strip()
