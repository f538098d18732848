"""How much room there is for a window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication

_SOME = QRect(0, 0, 800, 600)  # for the moment in which there is no screen


def room_at(point: QPoint) -> QRect:
    """What windows may cover of the screen there.

    Never by ``QWidget.screen``: PySide takes what that gives for a child of the widget. With the
    widget the screen goes too, and the program dies with the next window.
    """
    screen = QGuiApplication.screenAt(point) or QGuiApplication.primaryScreen()
    return screen.availableGeometry() if screen is not None else _SOME
