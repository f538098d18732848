"""Whatever is chosen holds at once: each part of the program is told what concerns it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Slot

from dictation.desktop.key_choice import KeyChoice
from dictation.desktop.keys import Keys
from dictation.desktop.overlay.overlay import Overlay
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.sounds import Sounds
from dictation.errors import DictationError
from dictation.recognition.process import Limits
from dictation.settings import RecognitionSettings, Settings

_S_PER_MINUTE = 60.0
_SETTLE_MS = 300  # who goes through a list with the arrow keys means where he stops


def limits_of(chosen: RecognitionSettings) -> Limits:
    """How long an idle recogniser keeps its memory."""
    minutes = chosen.unload_minutes
    return Limits(idle_s=minutes * _S_PER_MINUTE) if minutes else Limits()


class InUse:
    """What the recogniser goes by; asked on its thread.

    A model and a backend with which the program was started stand for those of the settings, until
    the user chooses others.
    """

    def __init__(self, chosen: RecognitionSettings, **instead: object) -> None:
        self._chosen = chosen
        self._instead = {name: value for name, value in instead.items() if value is not None}

    def change(self, chosen: RecognitionSettings) -> bool:
        """Whether the recogniser is to be started anew for it."""
        before = self.settings()
        for name in list(self._instead):
            if getattr(chosen, name) != getattr(self._chosen, name):
                del self._instead[name]
        self._chosen = chosen
        now = self.settings()
        return any(
            getattr(before, name) != getattr(now, name) for name in ("model", "backend", "threads")
        )

    @property
    def model(self) -> str | None:
        """The one with which the program was started."""
        model = self._instead.get("model")
        return None if model is None else str(model)

    def settings(self) -> RecognitionSettings:
        return replace(self._chosen, **self._instead)  # type: ignore[arg-type]


class Applying(QObject):
    """Hears of every change of the settings. GUI thread."""

    def __init__(
        self,
        *,
        keys: Keys,
        key_choice: KeyChoice,
        recogniser: RecogniserThread,
        in_use: InUse,
        overlay: Overlay,
        sounds: Sounds,
        retranslate: Callable[[], None],
        tell: Callable[[DictationError], None],
    ) -> None:
        """retranslate: called once another language is spoken."""
        super().__init__()
        self._keys = keys
        self._key_choice = key_choice
        self._recogniser = recogniser
        self._in_use = in_use
        self._overlay = overlay
        self._sounds = sounds
        self._retranslate = retranslate
        self._tell = tell
        self._anew = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._anew.timeout.connect(recogniser.look_again)

    @Slot(object, object)
    def on_settings(self, before: Settings, now: Settings) -> None:
        """What they were, and what they are."""
        if before.hotkey != now.hotkey:
            for trouble in self._key_choice.change(self._keys, before.hotkey, now.hotkey):
                self._tell(trouble)
        if self._in_use.change(now.recognition):
            self._anew.start()
        if before.recognition.unload_minutes != now.recognition.unload_minutes:
            self._recogniser.keep_within(limits_of(now.recognition))
        if before.overlay != now.overlay:
            self._overlay.choose(now.overlay)
        if before.sounds != now.sounds:
            self._sounds.choose(now.sounds)
        if before.interface.language != now.interface.language:
            QTimer.singleShot(0, self, self._retranslate)  # everybody has heard of it by then

    @Slot(object)
    def on_mistake(self, error: DictationError | None) -> None:
        """The settings file cannot be used; None: it can again."""
        if error is not None:
            self._tell(error)
