"""What is heard of a dictation: when it listens, when it does not any more, and trouble."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot

from dictation import session
from dictation.audio.sounds import Player, Sound
from dictation.errors import AudioError
from dictation.session import Command, State
from dictation.settings import SoundSettings
from dictation.speech import Outcome


class Sounds(QObject):
    """Whoever hears what happens tells it here."""

    def __init__(self, player: Player, chosen: SoundSettings) -> None:
        super().__init__()
        self._player = player
        self._chosen = chosen
        self._state = State()

    def choose(self, chosen: SoundSettings) -> None:
        """From now on."""
        self._chosen = chosen

    def end(self) -> None:
        self._player.end()

    @Slot(object, object)
    def on_handled(self, commands: Sequence[Command], state: State) -> None:
        """An event of the session is dealt with."""
        self._state = state
        self._play(sound_of(commands, state))

    @Slot(int)
    def on_began(self, take: int) -> None:
        """The first samples of a take have come: what is said from now on is heard."""
        if self._state.capture == session.Listening(take):
            self._play(Sound.START)

    @Slot(int, object)
    def on_lost(self, take: int, error: AudioError) -> None:
        """Nothing comes from the microphone."""
        if self._state.capture == session.Listening(take):
            self._play(Sound.ERROR)

    def _play(self, sound: Sound | None) -> None:
        if sound is not None and self._chosen.on:
            self._player.play(sound, self._chosen.volume_percent)


def sound_of(commands: Sequence[Command], state: State) -> Sound | None:
    """What the user shall hear of that; nothing into a microphone that is open.

    The stop is heard once the microphone is closed, so that it is in no recording.
    """
    if state.capture != session.Idle():
        return None
    if any(map(_is_trouble, commands)):
        return Sound.ERROR
    if any(isinstance(command, session.FinishTake | session.DropTake) for command in commands):
        return Sound.STOP
    return None


def _is_trouble(command: Command) -> bool:
    match command:
        case session.TellFailed() | session.TellTrouble():
            return True
        case session.TellDone(_, verdict):
            return verdict.outcome is Outcome.FAILED
    return False
