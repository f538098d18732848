"""A page of options, in groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from dictation.desktop.quiet import QuietLabel
from dictation.desktop.settings_dialog.lens import Lens
from dictation.desktop.settings_dialog.row import Row
from dictation.settings import Settings

_MOST_WIDTH_EMS = 46
MARGIN_PX = 20
_TOP_PX = 2
_GROUP_GAP_PX = 18
_LABEL_GAP_PX = 6
_ROUND_PX = 8
_TITLE_SCALE = 1.35
_LINE_ALPHA = 0.14
_MIDDLE = 128  # between light and dark
_RAISED = 0.05

Show = Callable[[Settings], None]
"""Shows what is chosen."""


class Page(QScrollArea):
    """Attributes:
        title: as in the list of pages.
        rows: all options on it.

    Signals:
        put(Lens, value): the user has chosen this.
        seen(): it has come into sight, and is to show what is chosen.
    """

    put = Signal(object, object)
    seen = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.rows: list[Row] = []
        self.lenses: list[Lens] = []
        self._shows: list[Show] = []
        self._inside = _Inside(title)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(title)

    def group(self, *rows: Row, title: str = "", hint: str = "") -> Group:
        """Rows that belong together; each is there already or comes later by ``Group.add``."""
        group = Group(self._inside)
        if title:
            group.heading = _heading(title, self._inside)
            self._inside.add(group.heading, _GROUP_GAP_PX)
        self._inside.add(group, _LABEL_GAP_PX if title else _GROUP_GAP_PX)
        if hint:
            self._inside.add(QuietLabel(hint, self._inside), _LABEL_GAP_PX)
        for row in rows:
            self.rows.append(row)
            group.add(row)
        return group

    def add(self, widget: QWidget) -> None:
        """What is no option."""
        self._inside.add(widget, _GROUP_GAP_PX)

    def shows(self, show: Show, *lenses: Lens) -> None:
        """show: called with the settings when the page is opened, and when they change.

        lenses: what "Restore defaults" restores.
        """
        self._shows.append(show)
        self.lenses.extend(lenses)

    def show_settings(self, settings: Settings) -> None:
        for show in self._shows:
            show(settings)

    def lead_to(self, row: Row) -> None:
        """Brings it into sight."""
        # Once the page is laid out: it may never have been seen.
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(row, 0, MARGIN_PX))
        row.point_out()

    def showEvent(self, event: QShowEvent) -> None:
        self.seen.emit()
        super().showEvent(event)

    def choose(self, lens: Lens, value: Any) -> None:
        self.put.emit(lens, value)


class Group(QFrame):
    """Rows on one ground, with lines between them.

    Attributes:
        heading: above it, if it has one.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.heading: QLabel | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 2, 0, 2)
        self._layout.setSpacing(0)

    def add(self, widget: QWidget) -> None:
        self._layout.addWidget(widget)

    def widgets(self) -> Sequence[QWidget]:
        items = [self._layout.itemAt(at) for at in range(self._layout.count())]
        found = [item.widget() for item in items if item is not None]
        return [widget for widget in found if widget is not None and widget.isVisible()]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QColor(self.palette().color(QPalette.ColorRole.WindowText))
        line.setAlphaF(_LINE_ALPHA)
        painter.setPen(line)
        painter.setBrush(_ground(self.palette()))
        around = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(around, _ROUND_PX, _ROUND_PX)
        for widget in self.widgets()[1:]:
            painter.drawLine(1, widget.y(), self.width() - 2, widget.y())
        painter.end()


def _ground(palette: QPalette) -> QColor:
    """Nearer to the eye than the window: white on grey, and in the dark a little lighter."""
    window = palette.color(QPalette.ColorRole.Window)
    if window.lightness() > _MIDDLE:
        return palette.color(QPalette.ColorRole.Base)
    text = palette.color(QPalette.ColorRole.WindowText)
    red, green, blue = (
        dark + (light - dark) * _RAISED
        for dark, light in (
            (window.redF(), text.redF()),
            (window.greenF(), text.greenF()),
            (window.blueF(), text.blueF()),
        )
    )
    return QColor.fromRgbF(red, green, blue)


class _Inside(QWidget):
    """A column that is not wider than can be read well."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self._column.addWidget(_title(title, self))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN_PX, _TOP_PX, MARGIN_PX, MARGIN_PX)
        outer.addLayout(self._column)
        outer.addStretch()
        self.setMaximumWidth(self.fontMetrics().height() * _MOST_WIDTH_EMS)

    def add(self, widget: QWidget, gap_px: int) -> None:
        self._column.addSpacing(gap_px)
        self._column.addWidget(widget)


def _title(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * _TITLE_SCALE)
    font.setBold(True)
    label.setFont(font)
    return label


def _heading(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label
