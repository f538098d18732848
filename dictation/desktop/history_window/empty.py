"""What stands in the place of a list or of a take where there is none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from dictation.desktop.history_window.action_buttons import action_buttons
from dictation.desktop.muted import MutedLabel
from dictation.desktop.symbols import pixmap

_SIGN_EMS = 3
_GAP_PX = 8


class Empty(QWidget):
    """A sign, a headline, a sentence, and a button if there is something to do.

    Signals:
        acted(): its button was pressed.
    """

    acted = Signal()

    def __init__(self, sign: str, parent: QWidget, actions: Sequence[QAction] = ()) -> None:
        super().__init__(parent)
        self._name = sign
        self._sign = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter)
        self._head = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._more = MutedLabel(self, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        font = self._head.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setBold(True)
        self._head.setFont(font)
        self._button = QPushButton(self)
        self._button.clicked.connect(self.acted)
        layout = QVBoxLayout(self)
        layout.setSpacing(_GAP_PX)
        layout.addStretch(2)
        for widget in (self._sign, self._head, self._more):
            layout.addWidget(widget)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)
        if actions:
            layout.addWidget(action_buttons(actions, self), 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)
        self._draw()

    def say(self, head: str, more: str = "", button: str = "") -> None:
        self._head.setText(head)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setAccessibleName(f"{head} {more}".strip())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        colour = QColor(self.palette().text().color())
        colour.setAlphaF(0.35)
        size_px = self.fontMetrics().height() * _SIGN_EMS
        self._sign.setPixmap(pixmap(self._name, size_px, colour, self.devicePixelRatioF()))
