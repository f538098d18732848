"""The hotkey is let go to other programs for a while, and taken back."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from dictation.desktop.keys import Keys
from dictation.desktop.tray import Tray
from dictation.errors import DictationError

logger = logging.getLogger(__name__)


class HotkeyPause(QObject):
    """Pauses and resumes all keys of the program, and has the tray show it.

    Dictation by the tray and by commands goes on as ever. A pause ends with the program.
    """

    def __init__(
        self,
        keys: Keys,
        tray: Tray,
        stop: Callable[[], None],
        tell: Callable[[DictationError], None],
    ) -> None:
        """stop: ends what is being dictated, as nobody could by the key."""
        super().__init__()
        self._keys = keys
        self._tray = tray
        self._stop = stop
        self._tell = tell
        self.is_paused = False
        tray.pause_asked.connect(self.pause)
        tray.resume_asked.connect(self.resume)

    def obey(self, command: str) -> None:
        """``pause``, or else ``resume``."""
        if command == "pause":
            self.pause()
        else:
            self.resume()

    @Slot()
    def pause(self) -> None:
        if not self.is_paused:
            logger.info("the hotkey is paused")
            self._stop()
            self._keys.forget()
            self._keys.end()
            self._set(paused=True)

    @Slot()
    def resume(self) -> None:
        if self.is_paused:
            logger.info("the hotkey is resumed")
            self._set(paused=False)
            for trouble in self._keys.begin():
                self._tell(trouble)

    def _set(self, *, paused: bool) -> None:
        self.is_paused = paused
        self._tray.set_paused(paused)
