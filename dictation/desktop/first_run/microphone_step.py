"""Which microphone is listened to, and whether anything is heard from it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from dictation.desktop.first_run.step import Step
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.widgets.level_meter import LevelMeter
from dictation.errors import DictationError
from dictation.settings import Settings
from dictation.translation import N_, _

_TITLE = N_("Microphone")
_HINT = N_("Speak: the bar below should move with your voice.")
_DEFAULT = N_("System default")
_NOT_CONNECTED = N_("{name} (not connected)")
_LEAST_CHARACTERS = 20


class MicrophoneStep(Step):
    """Done once a voice is heard."""

    def __init__(self, number: int, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(number, _(_TITLE), _(_HINT), parent)
        self._means = means
        self._choice = QComboBox(self)
        self._choice.setAccessibleName(_(_TITLE))
        self._choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # A name of eighty characters must not make the window as wide.
        self._choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._choice.setMinimumContentsLength(_LEAST_CHARACTERS)
        self._meter = LevelMeter(self, means.taking, means.listen)
        self.put(self._choice, self._meter)
        self._choice.activated.connect(self._on_chosen)
        self._meter.heard.connect(self.mark_done)
        means.choices.changed.connect(self._on_settings)
        self._show(means.choices.settings)

    def showEvent(self, event: QShowEvent) -> None:
        self._show(self._means.choices.settings)  # one may have been plugged in since
        super().showEvent(event)

    @Slot(object, object)
    def _on_settings(self, before: Settings, now: Settings) -> None:
        if before.microphone.device != now.microphone.device:
            self._show(now)

    def _show(self, settings: Settings) -> None:
        chosen = settings.microphone.device
        try:
            names = self._means.microphones()
        except DictationError:  # the meter says what is wrong
            names = []
        self._choice.clear()
        self._choice.addItem(_(_DEFAULT), "")
        for name in dict.fromkeys(names):
            self._choice.addItem(name, name)
        if chosen and chosen not in names:
            self._choice.addItem(_(_NOT_CONNECTED).format(name=chosen), chosen)
        self._choice.setCurrentIndex(self._choice.findData(chosen))
        self._meter.listen_to(chosen)

    @Slot()
    def _on_chosen(self) -> None:
        settings = self._means.choices.settings
        microphone = replace(settings.microphone, device=self._choice.currentData())
        self._means.choices.choose(replace(settings, microphone=microphone))
