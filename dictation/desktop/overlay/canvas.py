"""What is painted of the overlay: the body when something is new, its mark for each frame."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from dictation.desktop.overlay.drawing import Drawing
from dictation.desktop.overlay.look import HEIGHT, MARGIN, MARK_HEIGHT, PADDING, Palette
from dictation.desktop.overlay.marks import WIDTH, Sprites
from dictation.desktop.overlay.shadow import Shadow

_Mode = QPainter.CompositionMode


@dataclass(frozen=True, slots=True)
class Ground:
    """What the pill is painted for."""

    ratio: float
    """Pixels of the screen to one of ours."""
    is_see_through: bool
    """Whether what is behind shines through; without it there is no shadow, and no soft edge."""
    most_width: float


class Canvas:
    """The picture of a window, in which the pill lies in the middle.

    Attributes:
        image: what is seen, premultiplied.
        size: in pixels that the screen scales.
    """

    def __init__(self, ground: Ground, palette: Palette) -> None:
        self._ground = ground
        self._palette = palette
        self.size = QSize(math.ceil(ground.most_width) + 2 * MARGIN, HEIGHT + 2 * MARGIN)
        self.image = self._blank()
        self._body = self._blank()
        self._width = 0.0
        self._mark = QRect()
        self._shadow = Shadow(ground.ratio, palette.shadow) if ground.is_see_through else None

    @property
    def pill(self) -> QRectF:
        """Where it lies."""
        # On whole pixels at both ends, so that it is crisp.
        half = round(self._width / 2)
        return QRectF(self.size.width() // 2 - half, MARGIN, 2 * half, HEIGHT)

    def compose(self, drawing: Drawing, width: float, opacity: float, mark: Sprites) -> QRect:
        """Paints all of it anew; what has changed."""
        self._width = width
        left, top = self.pill.x() + PADDING, self.pill.y() + (HEIGHT - MARK_HEIGHT) / 2
        self._mark = QRectF(left, top, WIDTH, MARK_HEIGHT).toAlignedRect()
        self._body.fill(Qt.GlobalColor.transparent)
        painter = self._painter(self._body)
        painter.translate(self.pill.topLeft())
        drawing.paint(painter, self.pill.width())
        if self._shadow is not None:
            painter.setCompositionMode(_Mode.CompositionMode_DestinationOver)
            self._shadow.paint(painter, self.pill.width())
        else:
            painter.setCompositionMode(_Mode.CompositionMode_DestinationOver)
            painter.fillRect(QRectF(0, 0, self.pill.width(), HEIGHT), self._palette.edge)
        painter.end()
        self.image.fill(Qt.GlobalColor.transparent)
        painter = self._painter(self.image)
        painter.setOpacity(opacity)
        painter.drawImage(0, 0, self._body)
        self._place(painter, mark)
        painter.end()
        return QRect(0, 0, self.size.width(), self.size.height())

    def move(self, mark: Sprites) -> QRect:
        """Paints the mark anew, and nothing else; what has changed."""
        painter = QPainter(self.image)
        painter.setCompositionMode(_Mode.CompositionMode_Source)
        self._place(painter, mark)
        painter.end()
        return self._mark

    def _place(self, painter: QPainter, mark: Sprites) -> None:
        # On whole pixels of the screen, where they need only be copied.
        ratio, left, top = self._ground.ratio, self._mark.left(), self._mark.top()
        for across, sprite in mark:
            painter.drawImage(QPointF(round((left + across) * ratio) / ratio, top), sprite)

    def _blank(self) -> QImage:
        ratio = self._ground.ratio
        image = QImage(
            math.ceil(self.size.width() * ratio),
            math.ceil(self.size.height() * ratio),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        return image

    @staticmethod
    def _painter(image: QImage) -> QPainter:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        return painter
