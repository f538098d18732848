"""Music and films pause while one dictates, where that is wished."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from dictation.desktop.choices import Choices
from dictation.session import Command, Idle, Phase, State


class Players(Protocol):
    """All methods return at once."""

    def start(self) -> None: ...

    def pause(self) -> None:
        """Those that are playing."""
        ...

    def play(self) -> None:
        """Those that were paused, and nobody has touched since."""
        ...

    def stop(self) -> None: ...


def possible() -> bool:
    """Elsewhere nobody tells which players are playing, so that none may be touched."""
    return sys.platform == "linux"


def players() -> Players | None:
    """None where it is not possible."""
    if not possible():
        return None
    from dictation.native.mpris import MediaPlayers

    return MediaPlayers()


class MediaPause(QObject):
    """Whoever hears what happens tells it here."""

    def __init__(self, choices: Choices, find: Callable[[], Players | None] = players) -> None:
        """find: called when players are to be paused for the first time."""
        super().__init__()
        self._choices = choices
        self._find = find
        self._players: Players | None = None
        self._is_recording = False
        self._has_paused = False

    @Slot(object, object)
    def on_handled(self, _commands: Sequence[Command], state: State) -> None:
        """An event of the session is dealt with."""
        was_recording, self._is_recording = self._is_recording, is_recording(state)
        if (
            self._is_recording
            and not was_recording
            and self._choices.settings.microphone.pause_media
        ):
            self._pause()
        elif not self._is_recording and self._has_paused:
            self._play()

    def end(self) -> None:
        """What was paused plays again."""
        if self._has_paused:
            self._play()
        if self._players is not None:
            self._players.stop()

    def _pause(self) -> None:
        if self._players is None:
            self._players = self._find()
            if self._players is None:
                return
            self._players.start()
        self._players.pause()
        self._has_paused = True

    def _play(self) -> None:
        self._has_paused = False
        if self._players is not None:
            self._players.play()


def is_recording(state: State) -> bool:
    """Whether a microphone still listens for a take."""
    return state.capture != Idle() or any(one.phase is Phase.ENDING for one in state.queue)
