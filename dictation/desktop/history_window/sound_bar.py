"""A recording: played, paused, and gone through."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from dictation.desktop.history_window.player import Player
from dictation.desktop.history_window.wording import length
from dictation.desktop.symbols import symbol
from dictation.translation import N_, _

_PLAY, _PAUSE = N_("Play"), N_("Pause")
_POSITION = N_("Position")
_OF = "{position} / {duration}"
_STEPS_PER_S = 20


class SoundBar(QWidget):
    """A button, a slider and a clock over a player."""

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._duration_s = 0.0
        self._button = QToolButton(self, autoRaise=True)
        size_px = self.fontMetrics().height() * 3 // 2
        self._button.setIconSize(QSize(size_px, size_px))
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setAccessibleName(_(_POSITION))
        self._clock = QLabel(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._button)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._clock)
        self._button.clicked.connect(player.toggle)
        self._slider.valueChanged.connect(self._on_moved)
        player.changed.connect(self._show)
        self._draw()

    def show_sound(self, duration_s: float) -> None:
        self._duration_s = duration_s
        self._slider.blockSignals(True)  # noqa: FBT003 - Qt's
        self._slider.setRange(0, round(duration_s * _STEPS_PER_S))
        self._slider.setSingleStep(_STEPS_PER_S)
        self._slider.setPageStep(5 * _STEPS_PER_S)
        self._slider.blockSignals(False)  # noqa: FBT003
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
            self._show()
        super().changeEvent(event)

    def _draw(self) -> None:
        self._play = symbol("play", self.palette())
        self._pause = symbol("pause", self.palette())

    @Slot()
    def _show(self) -> None:
        playing, position_s = self._player.is_playing, self._player.position_s
        name = _(_PAUSE) if playing else _(_PLAY)
        self._button.setAccessibleName(name)
        self._button.setToolTip(name)
        self._button.setIcon(self._pause if playing else self._play)
        if not self._slider.isSliderDown():
            self._slider.blockSignals(True)  # noqa: FBT003
            self._slider.setValue(round(position_s * _STEPS_PER_S))
            self._slider.blockSignals(False)  # noqa: FBT003
        clock = _OF.format(position=length(position_s), duration=length(self._duration_s))
        self._clock.setText(clock)

    @Slot(int)
    def _on_moved(self, step: int) -> None:
        self._player.seek(step / _STEPS_PER_S)
