"""A switch: on is to the right, and coloured."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

_HEIGHT_EMS, _WIDTH_EMS = 1.15, 2.1
_KNOB_INSET_PX = 3
_RING_PX = 2
_OFF_ALPHA, _DISABLED_ALPHA = 0.5, 0.35


class Switch(QCheckBox):
    """Behaves as a checkbox without a text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        em = self.fontMetrics().height()
        around = 2 * (_RING_PX + 1)
        return QSize(round(em * _WIDTH_EMS) + around, round(em * _HEIGHT_EMS) + around)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(_DISABLED_ALPHA)
        inset = _RING_PX + 1
        track = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        round_px = track.height() / 2
        accent = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight)
        off = QColor(palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText))
        off.setAlphaF(_OFF_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent if self.isChecked() else off)
        painter.drawRoundedRect(track, round_px, round_px)
        knob_px = track.height() - 2 * _KNOB_INSET_PX
        is_right = self.isChecked() is (self.layoutDirection() is Qt.LayoutDirection.LeftToRight)
        left = track.right() - _KNOB_INSET_PX - knob_px if is_right else track.x() + _KNOB_INSET_PX
        painter.setBrush(QColor(Qt.GlobalColor.white))
        painter.drawEllipse(QRectF(left, track.y() + _KNOB_INSET_PX, knob_px, knob_px))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.WindowText), _RING_PX))
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.end()
