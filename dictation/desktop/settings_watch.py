"""Reads the settings file again when somebody else has changed it."""

from __future__ import annotations

import logging

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Slot

from dictation import paths, settings
from dictation.desktop.choices import Choices
from dictation.errors import DictationError

logger = logging.getLogger(__name__)

_SETTLE_MS = 150  # an editor may write in several goes


class SettingsWatch(QObject):
    """What is in the file holds at once; with a mistake in it, what held before.

    The folder is watched as well: many editors put a new file in the place of the old one.
    """

    def __init__(self, choices: Choices) -> None:
        super().__init__()
        self._choices = choices
        self._file = paths.settings_file()
        self._told = ""
        self._settled = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settled.timeout.connect(self._look)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_changed)
        self._watcher.directoryChanged.connect(self._on_changed)
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            logger.exception("the settings file is not watched")
        self._watch()

    def _watch(self) -> None:
        for path in (self._file.parent, self._file):
            if path.exists() and str(path) not in (
                *self._watcher.files(),
                *self._watcher.directories(),
            ):
                self._watcher.addPath(str(path))

    @Slot()
    def _on_changed(self) -> None:
        self._settled.start()

    @Slot()
    def _look(self) -> None:
        self._watch()
        if not self._choices.are_saved:  # the change is ours, or is written over
            self._settled.start()
            return
        try:
            written = settings.load(self._file)
        except DictationError as error:
            if str(error) != self._told:
                logger.warning("%s", type(error).__name__)
                self._told = str(error)
                self._choices.mistaken.emit(error)
        else:
            if self._told:
                self._told = ""
                self._choices.mistaken.emit(None)
            self._choices.adopt(written)
