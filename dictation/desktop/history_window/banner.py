"""A line above the list: what is wrong, or not as usual, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from dictation.desktop.symbols import pixmap

_SIGN_PX = 20


class Banner(QFrame):
    """Hidden until there is something to say.

    Signals:
        acted(): its button was pressed.
    """

    acted = Signal()

    def __init__(self, sign: str, button: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._name = sign
        self._sign = QLabel(self)
        self._text = QLabel(self, wordWrap=True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton(button, self)
        self._button.clicked.connect(self.acted)
        layout = QHBoxLayout(self)
        layout.addWidget(self._sign)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        self._draw()
        self.hide()

    def say(self, text: str) -> None:
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self.show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        colour = self.palette().windowText().color()
        self._sign.setPixmap(pixmap(self._name, _SIGN_PX, colour, self.devicePixelRatioF()))
