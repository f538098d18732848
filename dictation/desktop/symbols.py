"""Small signs on buttons, drawn in the colour of the text beside them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from dictation.paths import resource

_SIZES_PX = (16, 24, 32, 64)


def symbol(name: str, palette: QPalette) -> QIcon:
    """For light and dark, enabled and disabled, as the palette has it."""
    drawn = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        for size_px in _SIZES_PX:
            drawn.addPixmap(pixmap(name, size_px, colour), mode)
    return drawn


def pixmap(name: str, size_px: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """size_px: without the ratio of the screen's pixels."""
    told = resource("icons", "symbols", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(told.replace("currentColor", colour.name()).encode()))
    drawn = QPixmap(QSize(size_px, size_px) * ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, drawn.width(), drawn.height()))
    # All of it at once: where two lines cross it must not be darker.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.fillRect(drawn.rect(), QColor(0, 0, 0, colour.alpha()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn
