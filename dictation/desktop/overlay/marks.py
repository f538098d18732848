"""The sign at the left of the pill: the level, dots while something is done, or an icon."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from dictation.desktop.overlay import motion
from dictation.desktop.overlay.look import BAR_GAP, BAR_WIDTH, ICON, MARK_HEIGHT, Palette
from dictation.desktop.overlay.scene import Face

_PITCH = BAR_WIDTH + BAR_GAP
WIDTH = motion.COUNT * _PITCH - BAR_GAP
"""Of a mark that moves."""
_DOTS = 3
_DOT, _DOT_PITCH = 6, 11
_DOTS_FROM = (WIDTH - (_DOTS - 1) * _DOT_PITCH - _DOT) / 2
_SHADES = 24  # in so many steps a dot becomes bright that each is one for the eye too
_FAINTEST = 0.35

Sprites = Sequence[tuple[float, QImage]]
"""How far to the right of the mark's left side each is, and what it looks like there."""


class Marks:
    """The marks that move, made of sprites that are painted once.

    To paint shapes with soft edges takes ten times as long as to copy them. Each sprite is as high
    as the mark, and has the pill's own ground, so that it covers what was there.
    """

    def __init__(self, palette: Palette, ratio: float) -> None:
        """ratio: pixels of the screen to one of ours."""
        self._palette = palette
        self._ratio = ratio
        self._steps = round((MARK_HEIGHT - BAR_WIDTH) * ratio / 2)
        self._made: dict[tuple[int, int, int], QImage] = {}

    def bars(self, bars: motion.Bars, colour: QColor) -> Sprites:
        steps, shade = self._steps, colour.rgba()
        return [
            (at * _PITCH, self._bar(round(height * steps), shade))
            for at, height in enumerate(bars.across())
        ]

    def dots(self, now_s: float) -> Sprites:
        return [
            self._placed(dot, round(motion.pulse(now_s, dot) * _SHADES)) for dot in range(_DOTS)
        ]

    def steady_dots(self) -> Sprites:
        return [self._placed(dot, _SHADES) for dot in range(_DOTS)]

    def _bar(self, step: int, shade: int) -> QImage:
        key = (BAR_WIDTH, step, shade)
        if key not in self._made:
            # One pixel of the screen more at either end, so that a bar stays where it is.
            height = BAR_WIDTH + 2 * step / self._ratio
            self._made[key] = self._painted(BAR_WIDTH, height, QColor.fromRgba(shade))
        return self._made[key]

    def _placed(self, dot: int, shade: int) -> tuple[float, QImage]:
        key = (_DOT, shade, 0)
        if key not in self._made:
            colour = QColor(self._palette.working)
            colour.setAlphaF(_FAINTEST + (1 - _FAINTEST) * shade / _SHADES)
            self._made[key] = self._painted(_DOT, _DOT, colour)
        return _DOTS_FROM + dot * _DOT_PITCH, self._made[key]

    def _painted(self, width: int, height: float, colour: QColor) -> QImage:
        size = QSize(math.ceil(width * self._ratio), round(MARK_HEIGHT * self._ratio))
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(self._palette.ground)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._ratio, self._ratio)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        shape = QRectF(0, (MARK_HEIGHT - height) / 2, width, height)
        painter.drawRoundedRect(shape, width / 2, width / 2)
        painter.end()
        image.setDevicePixelRatio(self._ratio)
        return image


def paint_icon(painter: QPainter, face: Face, palette: Palette) -> None:
    """At the painter's origin, ICON high and wide."""
    ground = {Face.DONE: palette.done, Face.TROUBLE: palette.trouble}.get(face, palette.dim)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(QRectF(0, 0, ICON, ICON))
    pen = QPen(palette.on_mark, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_sign(face))


def _sign(face: Face) -> QPainterPath:
    match face:
        case Face.DONE:
            return _path([(5.8, 10.3), (8.8, 13.2), (14.2, 7.2)])
        case Face.TROUBLE:
            return _path([(10.0, 5.4), (10.0, 10.8)], [(10.0, 14.3), (10.0, 14.4)])
    return _path([(6.4, 10.0), (13.6, 10.0)])


def _path(*strokes: Sequence[tuple[float, float]]) -> QPainterPath:
    path = QPainterPath()
    for first, *others in strokes:
        path.moveTo(*first)
        for point in others:
            path.lineTo(*point)
    return path
