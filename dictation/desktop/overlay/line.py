"""One line of text in more than one colour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

_ENDLESS = 1e6  # no line of a pill is broken


@dataclass(frozen=True, slots=True)
class Piece:
    """Of a line."""

    text: str
    colour: QColor
    weight: QFont.Weight = QFont.Weight.Medium


class Line:
    """Laid out once.

    Attributes:
        width: of all of it.
    """

    def __init__(self, size_px: int, pieces: Iterable[Piece]) -> None:
        formats, text, at = [], "", 0
        for piece in pieces:
            form = QTextCharFormat()
            form.setForeground(piece.colour)
            form.setFontWeight(piece.weight)
            span = QTextLayout.FormatRange()
            # Counted as Qt counts: an emoji is two.
            span.start, span.length = at, len(piece.text.encode("utf-16-le", "surrogatepass")) // 2
            span.format = form
            formats.append(span)
            text, at = text + piece.text, at + span.length
        font = font_of(size_px)
        self._metrics = QFontMetricsF(font)
        self._layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        self._layout.setTextOption(option)
        self._layout.setFormats(formats)
        self._layout.beginLayout()
        self._line = self._layout.createLine()
        self._line.setLineWidth(_ENDLESS)
        self._layout.endLayout()
        self.width = self._line.naturalTextWidth() if text else 0.0

    def paint(self, painter: QPainter, x: float, middle: float) -> None:
        """middle: the height on the canvas at which the middle of a small "x" comes to lie.

        A line of Latin, of Han and of emoji stands on the same height, whatever their fonts.
        """
        baseline = middle + self._metrics.capHeight() / 2
        self._layout.draw(painter, QPointF(x, baseline - self._line.ascent()))


def font_of(size_px: int) -> QFont:
    """The desktop's own, in this size."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(size_px)
    return font
