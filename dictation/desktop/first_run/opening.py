"""When the window of the first steps is shown, and what is said into it too early."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QCursor

from dictation.desktop.first_run import stamp
from dictation.desktop.first_run.hotkey_step import Hearing
from dictation.desktop.first_run.window import FirstRunWindow
from dictation.desktop.models.desk import ModelDesk
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.room import room_at
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
    ) -> None:
        super().__init__()
        self._means = means
        self._models = models
        self._keys = keys
        self._window: FirstRunWindow | None = None
        self._said_here: set[int] = set()
        self._waiting: set[int] = set()
        self._is_due = False
        recogniser.failed.connect(self._on_failed)
        recogniser.recognised.connect(self._on_recognised)

    def open_soon(self) -> None:
        """Once the program runs."""
        self._is_due = True
        QTimer.singleShot(0, self.open)

    def tells(self, trouble: DictationError) -> bool:
        """Whether it can be read here anyway."""
        is_open = self._window is not None and self._window.isVisible()
        return isinstance(trouble, ModelError) and (self._is_due or is_open)

    @Slot()
    def open(self) -> None:
        self._is_due = False
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
        before, self._window = self._window, None
        if before is not None:
            before.close()
            before.deleteLater()

    def _made(self) -> FirstRunWindow:
        self._window = window = FirstRunWindow(self._means, self._models, self._keys)
        window.resize(window.sizeHint())
        place = window.frameGeometry()
        place.moveCenter(room_at(QCursor.pos()).center())
        window.move(place.topLeft())
        return window

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
                self._window.add_text(self._means.choices.written(transcript.text))
