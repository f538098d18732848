"""The line below the list: how many there are, what is being done, and how long they are kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from dictation.desktop.history_window import wording
from dictation.desktop.muted import MutedLabel
from dictation.settings import HistorySettings

_MESSAGE_MS = 8_000


class Foot(QWidget):
    """A message takes the place of the number for some seconds."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = 0
        self._kept = HistorySettings()
        self._message = QTimer(self, interval=_MESSAGE_MS, singleShot=True)
        self._message.timeout.connect(self._show_number)
        self._count = QLabel(self)
        self._retention = MutedLabel(self)
        self._retention.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._retention.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._count)
        layout.addWidget(self._retention, 1)

    def count(self, number: int) -> None:
        """How many dictations are listed."""
        self._number = number
        self._show_number()

    def show_count(self, wanted: bool) -> None:  # noqa: FBT001 - as setVisible
        self._count.setVisible(wanted)

    def say(self, message: str) -> None:
        self._message.start()
        self._count.setText(message)

    def end_message(self) -> None:
        """What was said is over."""
        self._message.stop()
        self._show_number()

    def show_retention(self, kept: HistorySettings) -> None:
        """How long what is kept."""
        self._kept = kept
        told = wording.retention(kept)
        room = self._retention.width()
        shown = self._retention.fontMetrics().elidedText(told, Qt.TextElideMode.ElideRight, room)
        self._retention.setText(shown)
        self._retention.setToolTip(told)
        self._retention.setAccessibleName(told)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit_retention)

    @Slot()
    def _fit_retention(self) -> None:
        self.show_retention(self._kept)

    @Slot()
    def _show_number(self) -> None:
        if not self._message.isActive():
            self._count.setText(wording.dictations(self._number))
