"""When the window of the first steps is shown, and what is said into it too early."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from dictation.desktop.first_run import stamp
from dictation.desktop.first_run.hotkey_step import Hearing
from dictation.desktop.first_run.window import FirstRunWindow
from dictation.desktop.models.desk import ModelDesk
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.settings_dialog.means import Means
from dictation.errors import DictationError, ModelError
from dictation.speech import Transcript


class FirstRun(QObject):
    """One for the program; its window is made when it is first wanted."""

    def __init__(
        self,
        means: Means,
        models: ModelDesk,
        keys: Hearing,
        recogniser: RecogniserThread,
        written: Callable[[Transcript], str] = lambda transcript: transcript.text,
    ) -> None:
        """written: the text of a transcript, as the user's rules have it."""
        super().__init__()
        self._means = means
        self._models = models
        self._keys = keys
        self._written = written
        self._window: FirstRunWindow | None = None
        self._said_here: set[int] = set()
        self._waiting: set[int] = set()
        recogniser.failed.connect(self._on_failed)
        recogniser.recognised.connect(self._on_recognised)

    @Slot()
    def open(self) -> None:
        stamp.note_shown()
        window = self._window or self._made()
        window.show()
        window.raise_()
        window.activateWindow()

    @Slot(int)
    def on_began(self, take: int) -> None:
        """A take begins."""
        if self._window is not None and self._window.isActiveWindow():
            self._said_here.add(take)

    def retranslate(self) -> None:
        """Another language is spoken."""
        before, self._window = self._window, None
        if before is not None:
            if before.isVisible():
                window = self._made()
                window.setGeometry(before.geometry())
                window.show()
            before.close()
            before.deleteLater()

    def end(self) -> None:
        if self._window is not None:
            self._window.close()

    def _made(self) -> FirstRunWindow:
        self._window = FirstRunWindow(self._means, self._models, self._keys)
        self._window.resize(self._window.sizeHint())
        return self._window

    @Slot(int, object)
    def _on_failed(self, take: int, error: DictationError) -> None:
        if take in self._said_here and isinstance(error, ModelError):
            self._waiting.add(take)

    @Slot(object)
    def _on_recognised(self, transcript: Transcript) -> None:
        self._said_here.discard(transcript.take)
        if transcript.take in self._waiting:
            self._waiting.discard(transcript.take)
            if self._window is not None and transcript.text:
                self._window.add_text(self._written(transcript))
