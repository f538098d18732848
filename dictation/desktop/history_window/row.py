"""Draws a take in the list: two lines of its text, and below them when, where and how."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QTextLayout,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dictation.desktop.history_window import wording
from dictation.desktop.history_window.colours import MARK
from dictation.desktop.history_window.snippet import Snippet, snippet
from dictation.desktop.history_window.takes import ENTRY
from dictation.desktop.muted import legible, muted
from dictation.desktop.symbols import pixmap
from dictation.history import Entry, Stage

_LINES = 2
_SMALL = 0.88
_BETWEEN = "  ·  "


class Row(QStyledItemDelegate):
    """All rows are of one height, so that 100,000 of them need no measuring."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = ""
        """What was looked for; it is marked in the texts."""

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        font = option.font
        lines = _LINES * QFontMetrics(font).lineSpacing()
        return QSize(0, lines + QFontMetrics(_small(font)).lineSpacing() + 3 * _gap(font))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        style = option.widget.style()
        self.initStyleOption(option, index)
        option.text = ""
        role = QPalette.ColorRole
        ground = legible(
            option.palette.color(role.Highlight), option.palette.color(role.HighlightedText)
        )
        option.palette.setColor(role.Highlight, ground)
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        entry = index.data(ENTRY)
        painter.save()
        gap = _gap(option.font)
        inside = option.rect.adjusted(2 * gap, gap, -2 * gap, -gap)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        colour = option.palette.color(role.HighlightedText if is_chosen else role.Text)
        if not is_chosen:
            ground = option.palette.color(role.Base)
        if entry is not None:
            lines = self._paint_text(painter, option, inside, entry, colour)
            missing = (_LINES - lines) * QFontMetrics(option.font).lineSpacing()
            inside.adjust(0, 0, 0, -missing // 2)
            _paint_foot(painter, option, inside, entry, muted(colour, ground))
        # A line would do, and takes thirty times as long.
        rule = QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1)
        painter.fillRect(rule, _faint(colour, 0.3 if is_chosen else 0.12))
        painter.restore()

    def _paint_text(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        inside: QRect,
        entry: Entry,
        colour: QColor,
    ) -> int:
        """How many lines it takes; fewer than there is room for are drawn in the middle."""
        font = QFont(option.font)
        if not entry.text:
            font.setItalic(True)
            colour = _faint(colour, 0.8)
        width = inside.width()
        narrow = max(1, QFontMetrics(font).averageCharWidth())
        shown = snippet(entry.text or entry.error, self.words, _LINES * width // narrow // 2)
        return _draw_lines(painter, shown, font, inside, colour)


def _draw_lines(
    painter: QPainter, shown: Snippet, font: QFont, inside: QRect, colour: QColor
) -> int:
    metrics = QFontMetrics(font)
    layout = QTextLayout(shown.text, font)
    choice = QTextOption()
    choice.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(choice)
    layout.beginLayout()
    painter.setPen(colour)
    painter.setFont(font)
    lines: list[QTextLine] = []
    while len(lines) < _LINES and (line := layout.createLine()).isValid():
        line.setLineWidth(inside.width())
        lines.append(line)
    first = inside.top() + (_LINES - len(lines)) * metrics.lineSpacing() // 2
    for number, line in enumerate(lines):
        top = first + number * metrics.lineSpacing()
        start, length = line.textStart(), line.textLength()
        is_cut = number == _LINES - 1 and start + length < len(shown.text)
        for at, size in shown.marks:
            if at < start + length and at + size > start:
                left = _x(line, max(at, start))
                right = _x(line, min(at + size, start + length))
                mark = QRect(
                    inside.left() + round(left), top, round(right - left), metrics.lineSpacing()
                )
                painter.fillRect(mark, MARK)
        if is_cut:
            rest = shown.text[start : start + length + 40]
            elided = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, inside.width())
            painter.drawText(QPointF(inside.left(), top + metrics.ascent()), elided)
        else:
            line.draw(painter, QPointF(inside.left(), top))
    layout.endLayout()
    return len(lines)


def _x(line: QTextLine, at: int) -> float:
    found: Any = line.cursorToX(at)  # a position, and where the cursor is; the stubs say object
    return float(found[0])


def _paint_foot(
    painter: QPainter, option: QStyleOptionViewItem, inside: QRect, entry: Entry, dim: QColor
) -> None:
    font = _small(option.font)
    metrics = QFontMetrics(font)
    foot = QRect(inside)
    foot.setTop(inside.bottom() - metrics.lineSpacing() + 1)
    painter.setFont(font)
    painter.setPen(dim)
    size_px = metrics.height()
    ratio = option.widget.devicePixelRatioF()
    right = foot.right()
    for name in _marks(entry):
        right -= size_px
        painter.drawPixmap(right, foot.top(), pixmap(name, size_px, dim, ratio))
        right -= size_px // 3
    signs = wording.signs(entry)
    if signs:
        right -= metrics.horizontalAdvance(signs) + size_px // 4
        place = QRect(right, foot.top(), foot.width(), foot.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, signs)
    told = metrics.elidedText(_told(entry), Qt.TextElideMode.ElideRight, right - foot.left())
    painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, told)


def _told(entry: Entry) -> str:
    now = datetime.now().astimezone()
    parts = [wording.when(entry.started_at.astimezone(), now)]
    if entry.app:
        parts.append(entry.app)
    if entry.duration_s:
        parts.append(wording.length(entry.duration_s))
    return _BETWEEN.join(parts)


def _marks(entry: Entry) -> list[str]:
    """Signs at the end of the row, from the right."""
    marks = []
    if entry.original is not None:
        marks.append("edited")
    if entry.stage is Stage.FAILED:
        marks.append("warning")
    return marks


def _small(font: QFont) -> QFont:
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * _SMALL)
    else:
        small.setPixelSize(round(font.pixelSize() * _SMALL))
    return small


def _gap(font: QFont) -> int:
    return max(4, QFontMetrics(font).height() // 3)


def _faint(colour: QColor, alpha: float) -> QColor:
    faint = QColor(colour)
    faint.setAlphaF(alpha)
    return faint
