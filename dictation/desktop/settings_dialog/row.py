"""One option: what it is called, what it does in a line, its control, and what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.quiet import QuietLabel, WrappedLabel
from dictation.desktop.symbols import pixmap

_MARGINS_PX = (14, 9, 14, 9)
_GAP_PX = 18
_WORDS_EMS = 9  # of room that words need beside a control
_LINE_GAP_PX = 2
_SHOWN_MS = 1_600
_SHOWN_ALPHA = 0.22


class Row(QWidget):
    """Its control stands on the right, or, where that needs more room, below.

    Attributes:
        name, told: what it is called, and does.
        key: as the settings file calls it; empty: it has nothing there.
        words: by which it is found as well.
    """

    def __init__(
        self,
        name: str,
        told: str,
        control: QWidget,
        *,
        key: str = "",
        words: str = "",
        below: QWidget | None = None,
    ) -> None:
        """below: what the control has to say, over the whole width."""
        super().__init__()
        self.name, self.told, self.key, self.words = name, told, key, words
        self.control = control
        self._label = _Label(name, control, self)
        self._hint = QuietLabel(told, self)
        self._hint.setVisible(bool(told))
        self._trouble = _Trouble(self)
        self._is_shown = False
        self._shown = QTimer(self, interval=_SHOWN_MS, singleShot=True)
        self._shown.timeout.connect(self._on_shown)
        control.setParent(self)
        if not control.accessibleName():
            control.setAccessibleName(name)
        if told and not control.accessibleDescription():
            control.setAccessibleDescription(told)
        self._label.setBuddy(control)
        words_layout = QVBoxLayout()
        words_layout.setSpacing(_LINE_GAP_PX)
        words_layout.addWidget(self._label)
        words_layout.addWidget(self._hint)
        layout = QGridLayout(self)
        layout.setContentsMargins(*_MARGINS_PX)
        layout.setHorizontalSpacing(_GAP_PX)
        layout.setColumnStretch(0, 1)
        layout.addLayout(words_layout, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid = layout
        self._is_wide = control.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Expanding
        self._is_below: bool | None = None
        self._arrange(below=self._is_wide)
        if below is not None:
            layout.addWidget(below, 2, 0, 1, 2)
        layout.addWidget(self._trouble, 3, 0, 1, 2)

    def minimumSizeHint(self) -> QSize:
        """As narrow as it can be with its control below."""
        left, _top, right, _bottom = _MARGINS_PX
        least = max(self.control.minimumSizeHint().width(), self.control.minimumWidth())
        words = self._label.minimumSizeHint().width()
        return QSize(left + max(least, words) + right, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wanted = self.control.sizeHint().width() + self.fontMetrics().height() * _WORDS_EMS
        self._arrange(below=self._is_wide or wanted > self.width())

    def _arrange(self, *, below: bool) -> None:
        if below is self._is_below:
            return
        self._is_below = below
        self._grid.removeWidget(self.control)
        middle = Qt.AlignmentFlag.AlignVCenter
        if self._is_wide:
            self._grid.addWidget(self.control, 1, 0, 1, 2)
        elif below:
            self._grid.addWidget(self.control, 1, 0, 1, 2, Qt.AlignmentFlag.AlignLeft | middle)
        else:
            self._grid.addWidget(self.control, 0, 1, Qt.AlignmentFlag.AlignRight | middle)

    def say(self, told: str) -> None:
        """What the option does at the moment."""
        self.told = told
        self._hint.setText(told)
        self._hint.setVisible(bool(told))
        self.control.setAccessibleDescription(told)

    def enable(self, on: bool) -> None:  # noqa: FBT001 - as Qt's own
        """Whether it means anything at the moment; what it is can be read in any case."""
        self.control.setEnabled(on)

    def tell(self, trouble: str) -> None:
        """What is wrong with its value; empty: nothing any more."""
        self._trouble.tell(trouble)

    @property
    def trouble(self) -> str:
        return self._trouble.text

    def point_out(self) -> None:
        """For a moment, so that it is found among its like; and gives it the focus."""
        self._is_shown = True
        self.update()
        self._shown.start()
        self.control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_shown(self) -> None:
        self._is_shown = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_shown:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = QColor(self.palette().color(QPalette.ColorRole.Highlight))
            colour.setAlphaF(_SHOWN_ALPHA)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 2, -3, -2), 6, 6)
            painter.end()


class _Label(QLabel):
    """A click on it is one on its switch."""

    def __init__(self, text: str, control: QWidget, parent: QWidget) -> None:
        super().__init__(text.replace("&", "&&"), parent, wordWrap=True)
        self._control = control

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if isinstance(self._control, QAbstractButton) and self._control.isCheckable():
            self._control.click()
        super().mousePressEvent(event)


class _Trouble(QWidget):
    """A sign and a sentence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sign = QLabel(self)
        self._told = WrappedLabel(parent=self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._told, 1)
        self.hide()

    @property
    def text(self) -> str:
        return self._told.text()

    def tell(self, told: str) -> None:
        if told:
            colour = self.palette().color(QPalette.ColorRole.WindowText)
            size_px = self.fontMetrics().height()
            drawn = pixmap("warning", size_px, colour, self.devicePixelRatioF())
            self._sign.setPixmap(drawn)
        self._told.setText(told)
        self._told.setAccessibleName(told)
        self.setVisible(bool(told))
