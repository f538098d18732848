"""A scene as it looks: laid out once, painted at whatever width the pill has on its way there."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from dictation.desktop.overlay import marks
from dictation.desktop.overlay.line import Line, Piece
from dictation.desktop.overlay.look import (
    CLOCK_PX,
    FADE_WIDTH,
    GAP,
    HEIGHT,
    ICON,
    LEAST_WIDTH,
    PADDING,
    RADIUS,
    SIGN_GAP,
    SIGN_PX,
    SIGN_RAISE,
    TEXT_PX,
    Palette,
)
from dictation.desktop.overlay.scene import Face, Scene

_Mode = QPainter.CompositionMode


class Drawing:
    """Everything of a scene but what moves.

    Attributes:
        width: what it takes to show all of it, or the most that there is.
    """

    def __init__(self, scene: Scene, clock: str, palette: Palette, most_width: float) -> None:
        self._face = scene.face
        self._moves = moves(scene.face)
        self._shows_end = self._moves and bool(scene.text) and scene.trouble is None
        self._palette = palette
        self._signs = Line(SIGN_PX, [Piece("\N{HAIR SPACE}".join(scene.signs), palette.ink)])
        self._text = Line(TEXT_PX, _pieces(scene, palette))
        self._clock = Line(CLOCK_PX, [Piece(clock, palette.dim)])
        # As wide as any clock of as many digits, so that nothing jumps as it goes on.
        widest = "".join("0" if sign.isdigit() else sign for sign in clock)
        clock_width = Line(CLOCK_PX, [Piece(widest, palette.dim)]).width
        self._signs_at = PADDING + (marks.WIDTH if self._moves else ICON) + GAP
        self._text_from = self._signs_at + (self._signs.width + SIGN_GAP if scene.signs else 0.0)
        self._right = PADDING + (clock_width + GAP if clock else 0.0)
        wanted = self._text_from + self._text.width + self._right
        self.width = min(max(wanted, LEAST_WIDTH), most_width)

    def paint(self, painter: QPainter, width: float) -> None:
        """At the painter's origin, on a canvas that is transparent there."""
        room = QRectF(self._text_from, 0, width - self._text_from - self._right, HEIGHT)
        if room.width() > 0:
            self._paint_text(painter, room)
        # Under the text, which had to be faded out before anything lay behind it.
        painter.setCompositionMode(_Mode.CompositionMode_DestinationOver)
        painter.setPen(QPen(self._palette.edge, 1))
        painter.setBrush(self._palette.ground)
        inside = QRectF(0, 0, width, HEIGHT).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(inside, RADIUS - 0.5, RADIUS - 0.5)
        painter.setCompositionMode(_Mode.CompositionMode_SourceOver)
        self._signs.paint(painter, self._signs_at, HEIGHT / 2 - SIGN_RAISE)
        self._clock.paint(painter, width - PADDING - self._clock.width, HEIGHT / 2)
        if not self._moves:
            painter.save()
            painter.translate(PADDING, (HEIGHT - ICON) / 2)
            marks.paint_icon(painter, self._face, self._palette)
            painter.restore()

    def _paint_text(self, painter: QPainter, room: QRectF) -> None:
        too_much = max(0.0, self._text.width - room.width())
        painter.save()
        painter.setClipRect(room)
        left = room.left() - (too_much if self._shows_end else 0.0)
        self._text.paint(painter, left, HEIGHT / 2)
        if too_much > 1:
            painter.setCompositionMode(_Mode.CompositionMode_DestinationIn)
            painter.fillRect(room, _fading(room, at_start=self._shows_end))
        painter.restore()


def moves(face: Face) -> bool:
    """Whether its mark does, so that it is painted again and again."""
    return face in (Face.LISTENING, Face.WORKING)


def _pieces(scene: Scene, palette: Palette) -> Iterator[Piece]:
    is_trouble = scene.face is Face.TROUBLE or scene.trouble is not None
    if moves(scene.face) and scene.text and scene.trouble is None:
        at = len(scene.text) - scene.tentative_length
        yield Piece(scene.text[:at], palette.ink)
        yield Piece(scene.text[at:], palette.dim)
    elif moves(scene.face):
        yield Piece(scene.said, palette.trouble if is_trouble else palette.dim)
    else:
        yield Piece(scene.said, palette.ink)
        if scene.detail:
            yield Piece(f"  {scene.detail}", palette.dim)


def _fading(room: QRectF, *, at_start: bool) -> QLinearGradient:
    fade = QLinearGradient(room.topLeft(), QPointF(room.right(), room.top()))
    part = min(1.0, FADE_WIDTH / room.width())
    clear, solid = QColor(0, 0, 0, 0), QColor(0, 0, 0, 255)
    fade.setColorAt(0.0, clear if at_start else solid)
    fade.setColorAt(part if at_start else 1 - part, solid)
    fade.setColorAt(1.0, solid if at_start else clear)
    return fade
