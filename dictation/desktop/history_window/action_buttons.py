"""Buttons for what can be done with takes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from dictation.desktop.history_window.flow_layout import FlowLayout

_SPACING_PX = 6


def dress(button: QToolButton) -> None:
    """A sign as large as its text, and reached by Tab."""
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    size_px = button.fontMetrics().height()
    button.setIconSize(QSize(size_px, size_px))


def action_button(action: QAction, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setDefaultAction(action)
    if action.menu() is not None:
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setAccessibleName(action.text())
    dress(button)
    return button


def action_buttons(actions: Sequence[QAction], parent: QWidget) -> QWidget:
    """Side by side."""
    row = QWidget(parent)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(_SPACING_PX)
    for action in actions:
        layout.addWidget(action_button(action, row))
    return row


def flowing_buttons(buttons: Sequence[QToolButton], parent: QWidget) -> QWidget:
    """Side by side, in as many lines as they need."""
    row = QWidget(parent)
    layout = FlowLayout(row, _SPACING_PX)
    for button in buttons:
        layout.addWidget(button)
    return row
