"""Plays the recording of one take at a time; a sound system that hangs holds up no window."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dictation.audio.files import AudioFile
from dictation.audio.microphone import Playing
from dictation.audio.speaker import Playback
from dictation.errors import AudioMissing, DictationError, RecordingGone
from dictation.speech import Samples

logger = logging.getLogger(__name__)

_TICK_MS = 50


class Heard(Playing, Protocol):
    """A recording that is being heard; ``Playback`` is one."""

    @property
    def position_s(self) -> float: ...


Play = Callable[[Samples, float, Callable[[], None]], Heard]


class Player(QObject):
    """Where it is in which recording. All of its methods return at once.

    Signals:
        changed(): it plays, pauses, moves on or has come to the end.
        failed(DictationError): the recording cannot be heard.
    """

    changed = Signal()
    failed = Signal(object)
    _opened = Signal(int, object)
    _refused = Signal(int, object)
    _ended = Signal(int)

    def __init__(self, parent: QObject | None = None, play: Play = Playback) -> None:
        super().__init__(parent)
        self._play = play
        self._file: Path | None = None
        self._number = 0  # of the newest wish: what older ones bring is closed again
        self._playing: Heard | None = None
        self._is_wanted = False
        self._position_s = 0.0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self._opened.connect(self._on_opened)
        self._refused.connect(self._on_refused)
        self._ended.connect(self._on_ended)
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="player", daemon=True).start()

    @property
    def is_playing(self) -> bool:
        return self._is_wanted

    @property
    def position_s(self) -> float:
        return self._playing.position_s if self._playing is not None else self._position_s

    @Slot()
    def load(self, file: Path | None) -> None:
        """Another recording, from its beginning, once ``toggle`` is called."""
        if file != self._file:
            self.pause()
            self._file, self._position_s = file, 0.0
            self.changed.emit()

    @Slot()
    def toggle(self) -> None:
        if self._is_wanted:
            self.pause()
        elif self._file is not None:
            self._begin(self._file)

    @Slot()
    def pause(self) -> None:
        self._position_s = self.position_s
        self._let_go()
        self.changed.emit()

    def seek(self, position_s: float) -> None:
        was_playing = self._is_wanted
        self._let_go()
        self._position_s = position_s
        if was_playing and self._file is not None:
            self._begin(self._file)
        else:
            self.changed.emit()

    def _begin(self, file: Path) -> None:
        self._number += 1
        self._is_wanted = True
        self._jobs.put(partial(self._open, self._number, file, self._position_s))
        self.changed.emit()

    def _let_go(self) -> None:
        self._number += 1
        self._is_wanted = False
        self._timer.stop()
        playing, self._playing = self._playing, None
        if playing is not None:
            self._jobs.put(playing.close)

    @Slot(int, object)
    def _on_opened(self, number: int, playing: Heard) -> None:
        if number != self._number:
            self._jobs.put(playing.close)
            return
        self._playing = playing
        self._timer.start()

    @Slot(int, object)
    def _on_refused(self, number: int, error: DictationError) -> None:
        if number == self._number:
            self._let_go()
            self.changed.emit()
            self.failed.emit(error)

    @Slot(int)
    def _on_ended(self, number: int) -> None:
        if number == self._number:
            self._let_go()
            self._position_s = 0.0
            self.changed.emit()

    @Slot()
    def _on_tick(self) -> None:
        self.changed.emit()

    # --- on the player's thread

    def _run(self) -> None:
        while True:
            try:
                self._jobs.get()()
            except Exception:  # the thread's boundary: the next recording is tried again
                logger.exception("the player failed")

    def _open(self, number: int, file: Path, start_s: float) -> None:
        if number != self._number:  # somebody drags the slider, and is further on by now
            return
        try:
            samples = np.concatenate(list(AudioFile(file).chunks()))
            playing = self._play(samples, start_s, partial(self._ended.emit, number))
        except AudioMissing:
            self._refused.emit(number, RecordingGone())
        except DictationError as error:
            self._refused.emit(number, error)
        else:
            self._opened.emit(number, playing)
