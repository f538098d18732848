"""The soft shadow of a pill, drawn once and stretched to any width."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from dictation.desktop.overlay.look import HEIGHT, MARGIN, RADIUS

_DROP = 5.0  # light comes from above
_REACH = 19.0
_LAYERS = 19
_CAP = MARGIN + RADIUS  # what is not stretched at either side
_WIDTH = 2 * _CAP + 2


class Shadow:
    """ratio: pixels of the screen to one of ours. strength: from 0 to 1."""

    def __init__(self, ratio: float, strength: float) -> None:
        self._ratio = ratio
        height = HEIGHT + 2 * MARGIN
        self._image = QImage(
            math.ceil(_WIDTH * ratio),
            math.ceil(height * ratio),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        self._image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._image)
        painter.scale(ratio, ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        # Layers on top of each other, each a little smaller: together they fall off smoothly.
        painter.setBrush(QColor(0, 0, 0, round(255 * (1 - (1 - strength) ** (1 / _LAYERS)))))
        for layer in range(_LAYERS):
            grown = _REACH * (1 - 2 * math.sqrt((layer + 0.5) / _LAYERS) * 0.6)
            shape = QRectF(MARGIN, MARGIN + _DROP, _WIDTH - 2 * MARGIN, HEIGHT)
            shape.adjust(-grown, -grown, grown, grown)
            painter.drawRoundedRect(shape, shape.height() / 2, shape.height() / 2)
        painter.end()

    def paint(self, painter: QPainter, width: float) -> None:
        """Of a pill of that width at the painter's origin."""
        height, ratio = HEIGHT + 2 * MARGIN, self._ratio
        middle = max(0.0, width + 2 * MARGIN - 2 * _CAP)
        left, top = -MARGIN, -MARGIN
        for to_x, to_width, from_x, from_width in (
            (left, _CAP, 0.0, _CAP),
            (left + _CAP, middle, _CAP, 1.0),
            (left + _CAP + middle, _CAP, _WIDTH - _CAP, _CAP),
        ):
            painter.drawImage(
                QRectF(to_x, top, to_width, height),
                self._image,
                QRectF(from_x * ratio, 0, from_width * ratio, height * ratio),
            )
