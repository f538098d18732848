"""What the settings make of a dictation beside what the conductor conducts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from dictation.audio.capture import Capture
from dictation.desktop import notices
from dictation.desktop.choices import Choices
from dictation.desktop.keys import Keys
from dictation.desktop.media_pause import MediaPause
from dictation.desktop.microphone_standby import MicrophoneStandby
from dictation.desktop.notifications import Notifier
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.take_limits import TakeLimits
from dictation.session import Command, State
from dictation.settings import Settings


class Parts(Protocol):
    """What is needed of the conductor's."""

    @property
    def recogniser(self) -> RecogniserThread: ...

    @property
    def notifier(self) -> Notifier: ...


class Behaviour(QObject):
    """Builds what does it, tells it what happens, and ends it.

    Signals:
        stop_asked(): what is being dictated is to end.
    """

    stop_asked = Signal()

    def __init__(
        self,
        parts: Parts,
        choices: Choices,
        capture: Capture,
        keys: Keys,
        open_history: Callable[[], None],
    ) -> None:
        super().__init__()
        self._notifier = parts.notifier
        self._open_history = open_history
        self._standby = MicrophoneStandby(choices, capture)
        self._media = MediaPause(choices)
        self._limits = TakeLimits(choices, parts.recogniser, parts.notifier, lambda: keys.is_held)
        self._limits.reached.connect(self.stop_asked)
        self._choose(choices.settings)
        choices.changed.connect(self._on_changed)
        parts.notifier.acted.connect(self._on_acted)

    @Slot(object, object)
    def on_handled(self, commands: Sequence[Command], state: State) -> None:
        """An event of the session is dealt with."""
        self._limits.on_handled(commands, state)
        self._media.on_handled(commands, state)

    def end(self) -> None:
        """What was paused plays again."""
        self._media.end()

    @Slot(object, object)
    def _on_changed(self, _before: Settings, now: Settings) -> None:
        self._choose(now)

    @Slot(int, str)
    def _on_acted(self, _take: int, action: str) -> None:
        if action == notices.HISTORY.key:
            self._open_history()

    def _choose(self, chosen: Settings) -> None:
        self._notifier.choose(chosen.notifications, has_history=not chosen.history.private)
