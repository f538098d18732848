"""Shows how loud it is at a microphone, and says so where nothing comes from it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from dictation.audio.level import Meter
from dictation.audio.listening import Listening
from dictation.desktop.quiet import QuietLabel
from dictation.desktop.widgets.level_state import Hears, LevelState, after
from dictation.errors import MicrophoneSilent
from dictation.translation import N_, _

_FRAME_MS = 33
_TAKE_OVER_S = 0.5  # without a block of a take: it is over
_STEPS = 24
_WIDTH_EMS, _HEIGHT_EMS = 18, 0.75
_GAP_PART = 0.35
_UNLIT_ALPHA = 0.16
_SPACING_PX = 4

_NAME = N_("Microphone level")
_TOLD = {
    Hears.NOTHING_YET: N_("Say something: the bar moves with your voice."),
    Hears.VOICE: N_("You are heard."),
    Hears.DEAD: N_("Only silence comes from it. Is it switched off or muted?"),
}
_TAKING = N_("A dictation is being recorded.")

Listen = Callable[[str], Listening]
"""How a microphone is listened to; ``Listening`` is one."""


class LevelMeter(QWidget):
    """A bar, and one line of words below it. It listens only while it is seen.

    While a dictation is recorded it lets go of the microphone and shows how loud that is.

    Signals:
        heard(): somebody speaks; once after each ``listen_to`` or appearance.
    """

    heard = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        taking: Meter | None = None,
        listen: Listen = Listening,
    ) -> None:
        """taking: hears what dictations record, and is read by nobody else; None: nothing does."""
        super().__init__(parent)
        self._taking = taking
        self._listen = listen
        self._device = ""
        self._listening: Listening | None = None
        self._state = LevelState()
        self._has_heard = False
        self._last_s = 0.0
        self._taken_s = float("-inf")
        self._blocks_taken = 0
        self._bar = _Bar(self)
        self._told = QuietLabel(parent=self)
        self._timer = QTimer(self, interval=_FRAME_MS)
        self._timer.timeout.connect(self._on_time)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING_PX)
        layout.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._told)

    def listen_to(self, device: str) -> None:
        """device: as the system lists it; empty: the system's default."""
        if device != self._device:
            self._device = device
            self._let_go()
            self._begin()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._begin()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self._let_go()
        super().hideEvent(event)

    def _begin(self) -> None:
        self._state, self._has_heard = LevelState(), False
        self._last_s = time.monotonic()
        self._bar.setAccessibleName(_(_NAME))
        self._show()

    def _let_go(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.end()

    @Slot()
    def _on_time(self) -> None:
        now_s = time.monotonic()
        passed_s, self._last_s = now_s - self._last_s, now_s
        if self._is_taken(now_s):
            self._let_go()
            loudest = self._taking.loudest() if self._taking is not None else 0.0
            fallen = after(self._state, (), passed_s).height
            self._state = LevelState(height=max(loudest, fallen))
        else:
            if self._listening is None:
                self._listening = self._listen(self._device)
            self._state = after(self._state, self._listening.heard(), passed_s)
            if self._listening.trouble is not None:
                self._state = LevelState(self._state.height)  # told already, and counted anew
        if self._state.hears is Hears.VOICE and not self._has_heard:
            self._has_heard = True
            self.heard.emit()
        self._show()

    def _is_taken(self, now_s: float) -> bool:
        """Whether a dictation is being recorded."""
        if self._taking is not None and self._taking.blocks != self._blocks_taken:
            self._blocks_taken = self._taking.blocks
            self._taken_s = now_s
        return now_s - self._taken_s < _TAKE_OVER_S

    def _show(self) -> None:
        self._bar.show_height(self._state.height)
        told = self._words()
        if told != self._told.text():
            self._told.setText(told)
            self._bar.setAccessibleDescription(told)

    def _words(self) -> str:
        if time.monotonic() - self._taken_s < _TAKE_OVER_S:
            return _(_TAKING)
        trouble = self._listening.trouble if self._listening is not None else None
        if trouble is None and self._state.hears is Hears.MUTE:
            trouble = MicrophoneSilent()
        if trouble is not None:
            return trouble.whole
        return _(_TOLD[self._state.hears])


class _Bar(QWidget):
    """Steps that light up from the left."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lit = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_height(self, height: float) -> None:
        lit = round(height * _STEPS)
        if lit != self._lit:
            self._lit = lit
            self.update()

    def sizeHint(self) -> QSize:
        em = self.fontMetrics().height()
        return QSize(em * _WIDTH_EMS, round(em * _HEIGHT_EMS))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        lit = self.palette().color(QPalette.ColorRole.Highlight)
        unlit = QColor(self.palette().color(QPalette.ColorRole.WindowText))
        unlit.setAlphaF(_UNLIT_ALPHA)
        step = self.width() / (_STEPS - _GAP_PART)
        width = step * (1 - _GAP_PART)
        for at in range(_STEPS):
            painter.setBrush(lit if at < self._lit else unlit)
            painter.drawRoundedRect(QRectF(at * step, 0, width, self.height()), 2, 2)
        painter.end()
