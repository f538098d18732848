"""What the overlay is shown on: a window of Qt's, or a layer of a Wayland compositor's."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QGuiApplication, QImage

from dictation.desktop.overlay.canvas import Ground
from dictation.desktop.overlay.look import MOST_WIDTH
from dictation.settings import Edge

_LEFT_FREE = 32  # of the width of a small screen


class Surface(Protocol):
    """Closed at first."""

    def ground(self) -> Ground:
        """What would be painted for if it opened now."""
        ...

    def open(self, width: int, height: int, edge: Edge) -> None:
        """In the middle of the edge of the screen in use; ``put`` shows something there."""
        ...

    def put(self, image: QImage, changed: QRect, pill: QRectF) -> None:
        """changed: the part of the image that is not as it was. pill: what of it is no shadow."""
        ...

    def close(self) -> None: ...

    def end(self) -> None:
        """For good."""
        ...


class Nowhere:
    """Stands in where nothing can be shown."""

    def ground(self) -> Ground:
        return Ground(1.0, is_see_through=True, most_width=MOST_WIDTH)

    def open(self, width: int, height: int, edge: Edge) -> None: ...

    def put(self, image: QImage, changed: QRect, pill: QRectF) -> None: ...

    def close(self) -> None: ...

    def end(self) -> None: ...


def most_width(screen_width: int) -> int:
    """Of a pill on a screen that wide."""
    return min(MOST_WIDTH, screen_width - _LEFT_FREE)


def narrowest_screen() -> int:
    """The width of it."""
    return min(screen.geometry().width() for screen in QGuiApplication.screens())
