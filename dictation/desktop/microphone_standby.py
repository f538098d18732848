"""Tells the microphone what is wished of it between takes, whenever that changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from dictation.audio.capture import Capture
from dictation.audio.line import Standby
from dictation.desktop.choices import Choices
from dictation.settings import MicrophoneSettings, Settings


class MicrophoneStandby(QObject):
    """Lives as long as the program does."""

    def __init__(self, choices: Choices, capture: Capture) -> None:
        super().__init__()
        self._capture = capture
        capture.stand_by(standby(choices.settings.microphone))
        choices.changed.connect(self._on_changed)

    @Slot(object, object)
    def _on_changed(self, before: Settings, now: Settings) -> None:
        wished = standby(now.microphone)
        if wished != standby(before.microphone):
            self._capture.stand_by(wished)


def standby(chosen: MicrophoneSettings) -> Standby:
    return Standby(chosen.device, chosen.keep_open, chosen.keep_warm_s)
