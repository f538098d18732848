"""The overlay as a window of Qt's: above all others, without focus, and clicked through."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QBitmap,
    QCursor,
    QGuiApplication,
    QImage,
    QPainter,
    QPaintEvent,
    QRegion,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from dictation.desktop.overlay.canvas import Ground
from dictation.desktop.overlay.look import FROM_EDGE, MARGIN, RADIUS
from dictation.desktop.overlay.surface import most_width
from dictation.native.contracts import Windows
from dictation.settings import Edge

_FLAGS = (
    Qt.WindowType.ToolTip  # no window manager deals with it
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowTransparentForInput
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.NoDropShadowWindowHint
)


class PillWindow(QWidget):
    """A Surface."""

    def __init__(self, windows: Windows) -> None:
        super().__init__(None, _FLAGS)
        self._windows = windows
        self._image = QImage()
        self._is_see_through = True
        self._shape = QRectF()
        self.setWindowTitle("Dictation")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # we clear what we paint

    def ground(self) -> Ground:
        screen = _screen_in_use()
        width = most_width(screen.geometry().width())
        return Ground(screen.devicePixelRatio(), self._windows.are_see_through(), width)

    def open(self, width: int, height: int, edge: Edge) -> None:
        self._is_see_through = self._windows.are_see_through()
        screen = _screen_in_use()
        room = screen.availableGeometry()
        left = room.left() + (room.width() - width) // 2
        down = FROM_EDGE - MARGIN
        top = room.top() + down if edge is Edge.TOP else room.bottom() + 1 - height - down
        self.setScreen(screen)
        self.setGeometry(QRect(QPoint(left, top), QPoint(left + width - 1, top + height - 1)))

    def put(self, image: QImage, changed: QRect, pill: QRectF) -> None:
        self._image = image
        if not self._is_see_through and pill != self._shape:
            self._shape = pill
            self.setMask(_mask(pill))
        if self.isHidden():
            self.show()
            self.raise_()
        self.update(changed)

    def close(self) -> None:  # type: ignore[override]
        self.hide()

    def end(self) -> None:
        self.hide()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        ratio = self._image.devicePixelRatio()
        place = QRectF(event.rect())
        painter.drawImage(place, self._image, QRectF(place.topLeft() * ratio, place.size() * ratio))
        painter.end()


def _screen_in_use() -> QScreen:
    return QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()


def _mask(pill: QRectF) -> QRegion:
    """What is left of the window where nothing shines through."""
    bitmap = QBitmap(round(pill.right()) + 1, round(pill.bottom()) + 1)
    bitmap.fill(Qt.GlobalColor.color0)
    painter = QPainter(bitmap)
    painter.setBrush(Qt.GlobalColor.color1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(pill, RADIUS, RADIUS)
    painter.end()
    return QRegion(bitmap)
