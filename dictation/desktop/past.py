"""The dictations of the past: their window, and what is done for it in the rest of the program."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

from dictation.audio.files import AudioFile
from dictation.audio.journal import Journal
from dictation.desktop.choices import Choices
from dictation.desktop.history_window import HistoryWindow
from dictation.desktop.history_window.player import Player
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.texts import Texts
from dictation.errors import AudioMissing, DictationError, RecordingGone
from dictation.history import History
from dictation.native.contracts import ActiveWindow
from dictation.recognition.options import FILE, chosen_options
from dictation.settings import Settings, SpokenLanguage
from dictation.speech import Transcript

_TIDY_MS = 3_600_000  # an hour: a timer of a day would not count the time that a laptop sleeps
_LOOK_MS = 30
_FOCUS_S = 1.5  # within which a window manager gives the focus to the next window; else we copy


class Past(QObject):
    """Makes the window when it is first opened, and carries out what is wished in it."""

    def __init__(
        self,
        history: History,
        journal: Journal,
        recogniser: RecogniserThread,
        *,
        active_window: ActiveWindow,
        texts: Texts,
        choices: Choices,
        transcribe: Callable[[Sequence[Path]], None],
    ) -> None:
        """transcribe: takes files that are dropped on the window."""
        super().__init__()
        self._history = history
        self._journal = journal
        self._recogniser = recogniser
        self._active_window = active_window
        self._texts = texts
        self._choices = choices
        self._transcribe = transcribe
        self._window: HistoryWindow | None = None
        self._player: Player | None = None
        self._hearing: dict[int, int] = {}  # takes that are heard again, by their new number
        choices.changed.connect(self._on_settings)
        recogniser.recognised.connect(self._on_recognised)
        recogniser.failed.connect(self._on_failed)
        self._tidying = QTimer(self)
        self._tidying.timeout.connect(history.tidy)
        self._tidying.start(_TIDY_MS)

    @Slot()
    def open(self) -> None:
        window = self._window or self._made()
        window.show_retention(self._choices.settings.history)
        window.show()
        window.raise_()
        window.activateWindow()

    def hush(self) -> None:
        """Somebody speaks: the microphone shall not hear what we play."""
        if self._player is not None:
            self._player.pause()

    def end(self) -> None:
        """Closes the window; what was typed in it is kept."""
        if self._window is not None:
            self._window.close()

    def _made(self) -> HistoryWindow:
        self._player = self._player or Player(self)
        window = HistoryWindow(self._history, self._player, self._choices.settings.hotkey.key)
        window.copy_asked.connect(self._texts.copy)
        window.insert_asked.connect(self._on_insert)
        window.again_asked.connect(self._on_again)
        window.deleted.connect(self._on_deleted)
        window.dropped.connect(self._transcribe)
        window.private_chosen.connect(self._on_private)
        self._window = window
        return window

    # --- inserting

    @Slot(str)
    def _on_insert(self, text: str) -> None:
        """The window goes, the one that had the focus before gets it, and the text."""
        if self._window is not None:
            ours = int(self._window.winId())
            self._window.close()
            self._insert_later(text, ours, time.monotonic() + _FOCUS_S)

    def _insert_later(self, text: str, ours: int, until_s: float) -> None:
        target = self._active_window.target()
        is_elsewhere = target is not None and target.window != ours
        has_left = QGuiApplication.focusWindow() is None
        if (has_left and is_elsewhere) or time.monotonic() >= until_s:
            self._texts.insert(text)
        else:
            QTimer.singleShot(_LOOK_MS, self, lambda: self._insert_later(text, ours, until_s))

    # --- transcribing again

    @Slot(int, str)
    def _on_again(self, take: int, language: str) -> None:
        recognition = self._choices.settings.recognition
        options = chosen_options(replace(recognition, language=SpokenLanguage(language)), FILE)
        try:
            sound = AudioFile(self._history.sound_file(take))
        except DictationError as error:
            is_gone = isinstance(error, AudioMissing)
            self._tell_not_heard(take, RecordingGone() if is_gone else error)
        else:
            number = self._history.next_take()
            self._hearing[number] = take
            self._recogniser.submit(number, options, sound.chunks)

    @Slot(object)
    def _on_recognised(self, transcript: Transcript) -> None:
        take = self._hearing.pop(transcript.take, None)
        if take is not None and self._window is not None:
            text = self._choices.written(transcript.text)
            self._window.show_heard(take, replace(transcript, text=text))

    @Slot(int, object)
    def _on_failed(self, number: int, error: DictationError) -> None:
        take = self._hearing.pop(number, None)
        if take is not None:
            self._tell_not_heard(take, error)

    def _tell_not_heard(self, take: int, error: DictationError) -> None:
        if self._window is not None:
            self._window.show_not_heard(take, error)

    # --- keeping

    @Slot(object)
    def _on_deleted(self, takes: list[int]) -> None:
        for take in takes:
            self._journal.remove(take)  # of one that failed, the recording is still there
        self._texts.forget(takes)

    @Slot(bool)
    def _on_private(self, on: bool) -> None:  # noqa: FBT001 - a Qt signal's
        self._choices.keep_history(replace(self._choices.settings.history, private=on))

    @Slot(object, object)
    def _on_settings(self, before: Settings, now: Settings) -> None:
        if before.history != now.history:
            self._history.keep(now.history)
        if self._window is None:
            return
        self._window.show_retention(now.history)
        if before.hotkey.key != now.hotkey.key and not self._window.isVisible():
            self.retranslate()  # it names the key

    def retranslate(self) -> None:
        """Another language is spoken: the window is made anew."""
        before, self._window = self._window, None
        if before is not None:
            was_open = before.isVisible()
            before.close()
            before.deleteLater()
            if was_open:
                self.open()
