"""The list at the side: pages, or the options that were found, each with its page below it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

_INSET_PX, _PADDING_PX, _ROUND_PX = 1, 10, 6
_LEADING_EMS = 0.8
_SECOND_ALPHA = 0.8
_HOVER_ALPHA = 0.07

_Index = QModelIndex | QPersistentModelIndex


class SideList(QListWidget):
    """Each item is one line, or two of which the second stands back."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setItemDelegate(_Lines(self))


class _Lines(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        line = option.fontMetrics.height()
        lines = str(index.data()).count("\n") + 1
        return QSize(0, round(line * (lines + _LEADING_EMS)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect, palette = QRectF(option.rect), option.palette
        state = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.WindowText
        colour = QColor(palette.color(QPalette.ColorGroup.Active, role))
        ground = QColor(palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight))
        if not is_selected:
            ground = QColor(colour)
            is_under_mouse = bool(state & QStyle.StateFlag.State_MouseOver)
            ground.setAlphaF(_HOVER_ALPHA if is_under_mouse else 0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect.adjusted(0, _INSET_PX, 0, -_INSET_PX), _ROUND_PX, _ROUND_PX)
        painter.setFont(option.font)
        metrics = option.fontMetrics
        room = rect.adjusted(_PADDING_PX, 0, -_PADDING_PX, 0)
        lines = str(index.data()).split("\n")
        top = rect.center().y() - metrics.height() * len(lines) / 2
        for at, line in enumerate(lines):
            colour.setAlphaF(1.0 if at == 0 or is_selected else _SECOND_ALPHA)
            painter.setPen(colour)
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, int(room.width()))
            place = QRectF(room.x(), top + at * metrics.height(), room.width(), metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()
