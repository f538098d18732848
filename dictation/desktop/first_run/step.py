"""One step: its number, what it is about, and the widgets in which it is done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dictation.desktop.quiet import QuietLabel, WrappedLabel
from dictation.desktop.symbols import pixmap
from dictation.translation import N_, _

_DONE = N_("{title}: done")
_NEAR_PX, _GAP_PX, _WIDE_GAP_PX = 2, 8, 14
_OUTLINE_ALPHA = 0.45
_DIGIT_PART, _TICK_PART = 0.85, 0.8


class Step(QWidget):
    """Nothing in it has to be done: the number only becomes a tick when it is."""

    def __init__(self, number: int, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._badge = _Badge(number, self)
        heading = WrappedLabel(title, self)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        self._hint = QuietLabel(hint, self)
        self._hint.setVisible(bool(hint))
        self._body = QWidget(self)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(_GAP_PX)
        words = QVBoxLayout()
        words.setSpacing(_NEAR_PX)
        words.addWidget(heading)
        words.addWidget(self._hint)
        column = QVBoxLayout()
        column.setSpacing(_GAP_PX)
        column.addLayout(words)
        column.addWidget(self._body, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_WIDE_GAP_PX)
        layout.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column, 1)
        self.setAccessibleName(title)

    def put(self, *parts: QWidget) -> None:
        """Below each other, what the step is done with."""
        layout = self._body.layout()
        assert layout is not None
        for part in parts:
            layout.addWidget(part)

    @property
    def is_done(self) -> bool:
        return self._badge.is_done

    def mark_done(self) -> None:
        self._badge.mark_done()
        self.setAccessibleName(_(_DONE).format(title=self._title))

    def say(self, hint: str) -> None:
        if hint != self._hint.text():
            self._hint.setText(hint)
            self._hint.setVisible(bool(hint))


class _Badge(QWidget):
    """A number in a circle, or a tick in a full one."""

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = number
        self.is_done = False
        self._fit()

    def mark_done(self) -> None:
        if not self.is_done:
            self.is_done = True
            self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._fit()
        super().changeEvent(event)

    def _fit(self) -> None:
        size_px = self.fontMetrics().height() * 3 // 2
        self.setFixedSize(QSize(size_px, size_px))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.is_done:
            self._draw_tick(painter, circle)
        else:
            self._draw_number(painter, circle)
        painter.end()

    def _draw_tick(self, painter: QPainter, circle: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        painter.drawEllipse(circle)
        size_px = round(self.width() * _TICK_PART)
        colour = self.palette().color(QPalette.ColorRole.HighlightedText)
        at = (self.width() - size_px) // 2
        tick = pixmap("tick", size_px, colour, self.devicePixelRatioF())
        painter.drawPixmap(at, at, tick)

    def _draw_number(self, painter: QPainter, circle: QRectF) -> None:
        text = self.palette().color(QPalette.ColorRole.WindowText)
        outline = QColor(text)
        outline.setAlphaF(_OUTLINE_ALPHA)
        painter.setPen(outline)
        painter.drawEllipse(circle)
        painter.setPen(text)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * _DIGIT_PART)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._number))
