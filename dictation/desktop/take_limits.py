"""Takes that end by themselves: after a long silence, or when they have become too long."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from dictation.desktop import notices
from dictation.desktop.choices import Choices
from dictation.desktop.insertion_thread import NOBODYS
from dictation.desktop.notifications import Notifier
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.recognition.messages import Stage, Unusable
from dictation.session import Command, Listening, State
from dictation.settings import Settings

_SECOND_MS = 1_000


class TakeLimits(QObject):
    """Whoever hears what happens tells it here.

    Signals:
        reached(): what is being dictated is to end, as if its user had ended it.
    """

    reached = Signal()

    def __init__(
        self,
        choices: Choices,
        recogniser: RecogniserThread,
        notifier: Notifier,
        is_held: Callable[[], bool],
        *,
        second_ms: int = _SECOND_MS,
    ) -> None:
        """is_held: whether a key keeps the take going."""
        super().__init__()
        self._choices = choices
        self._notifier = notifier
        self._is_held = is_held
        self._second_ms = second_ms
        self._take: int | None = None
        self._is_speaking = False
        self._is_ready = False
        self._is_known = False
        """Whether it speaks or not: not of a take that the recogniser has yet to catch up with."""
        self._age = QElapsedTimer()
        self._silence, self._length = QTimer(self), QTimer(self)
        for timer in (self._silence, self._length):
            timer.setSingleShot(True)
        self._silence.timeout.connect(self._on_silence)
        self._length.timeout.connect(self._on_length)
        recogniser.voice.connect(self._on_voice)
        recogniser.stage.connect(self._on_stage)
        recogniser.substituted.connect(self._lose_track)
        choices.changed.connect(self._on_changed)

    @Slot(object, object)
    def on_handled(self, _commands: Sequence[Command], state: State) -> None:
        """An event of the session is dealt with."""
        match state.capture:
            case Listening(take) if take != self._take:
                self._take, self._is_speaking = take, False
                self._is_known = self._is_ready
                self._age.start()
                self._watch_silence()
                self._watch_length()
            case Listening():
                pass
            case _:
                self._take = None
                self._silence.stop()
                self._length.stop()

    @Slot(int, bool)
    def _on_voice(self, take: int, speaking: bool) -> None:  # noqa: FBT001 - a Qt signal's
        if take == self._take:
            self._is_speaking, self._is_known = speaking, True
            self._watch_silence()

    @Slot(object)
    def _on_stage(self, stage: Stage | Unusable) -> None:
        self._is_ready = stage is Stage.READY
        if not self._is_ready:
            self._lose_track()

    @Slot()
    def _lose_track(self) -> None:
        """Another recogniser, or the same one anew, hears the take from its beginning."""
        self._is_known = False
        self._watch_silence()

    @Slot(object, object)
    def _on_changed(self, before: Settings, now: Settings) -> None:
        if now.microphone.silence_stop_s != before.microphone.silence_stop_s:
            self._watch_silence()
        if now.microphone.longest_take_minutes != before.microphone.longest_take_minutes:
            self._watch_length()

    def _watch_silence(self) -> None:
        allowed_s = self._choices.settings.microphone.silence_stop_s
        if self._take is None or self._is_speaking or not self._is_known or not allowed_s:
            self._silence.stop()
        else:
            self._silence.start(allowed_s * self._second_ms)

    def _watch_length(self) -> None:
        if self._take is not None:
            allowed_s = self._choices.settings.microphone.longest_take_minutes * 60
            left_ms = allowed_s * self._second_ms - self._age.elapsed()
            self._length.start(max(0, left_ms))

    @Slot()
    def _on_silence(self) -> None:
        if self._is_held():  # by somebody who thinks; the release counts anew
            self._watch_silence()
        else:
            self.reached.emit()

    @Slot()
    def _on_length(self) -> None:
        minutes = self._choices.settings.microphone.longest_take_minutes
        self._notifier.show(NOBODYS, notices.longest(minutes))
        self.reached.emit()
