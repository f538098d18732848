"""The program's own icons, drawn from SVG at whatever size is asked for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from dictation.paths import resource

APPLICATION = "dictation"


def icon(name: str) -> QIcon:
    """The icon of that name; sharp at every size, since Qt's SVG engine draws it anew for each."""
    return QIcon(str(resource("icons", f"{name}.svg")))


def image(name: str, size_px: int) -> QImage:
    """The icon as straight RGBA, size_px × size_px. Needs no QGuiApplication, on any thread."""
    drawn = QImage(size_px, size_px, QImage.Format.Format_ARGB32_Premultiplied)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(str(resource("icons", f"{name}.svg"))).render(painter)
    painter.end()
    return drawn.convertToFormat(QImage.Format.Format_RGBA8888)
