"""Asks where takes are to be written, and tells how far that is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from dictation.desktop.history_window import wording
from dictation.desktop.history_window.exporting import Exporting, Form
from dictation.history import History
from dictation.translation import N_, _

_FILTERS = {Form.TEXT: N_("Text"), Form.JSON: "JSON", Form.SUBTITLES: N_("SubRip subtitles")}
_EXPORT_TO_FOLDER = N_("Folder for the subtitles of {dictations}")
_EXPORT_TO = N_("Export {dictations}")
_FILE_NAME = "dictation"
_EXPORTING = N_("Exporting {done} of {all}…")
_EXPORTED = N_("Exported to {to}")


class Exports(QObject):
    """The dialog, and what comes of it.

    Signals:
        told(str): how far it is, for people.
        failed(DictationError)
    """

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, history: History, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._exporting = Exporting(history, self)
        self._exporting.advanced.connect(self._on_advanced)
        self._exporting.done.connect(self._on_done)
        self._exporting.failed.connect(self.failed)

    def ask(self, form: Form, takes: Sequence[int]) -> None:
        """Asks where to, and goes on to write them."""
        if not takes:
            return
        dialog = QFileDialog(self._window)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        named = wording.dictations(len(takes))
        if form is Form.SUBTITLES and len(takes) > 1:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
            dialog.setWindowTitle(_(_EXPORT_TO_FOLDER).format(dictations=named))
        else:
            dialog.setWindowTitle(_(_EXPORT_TO).format(dictations=named))
            dialog.setNameFilter(f"{_(_FILTERS[form])} (*.{form.value})")
            dialog.setDefaultSuffix(form.value)
            dialog.selectFile(f"{_FILE_NAME}.{form.value}")
        dialog.fileSelected.connect(
            lambda path: self._exporting.begin(list(takes), form, Path(path))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(int, int)
    def _on_advanced(self, done: int, every: int) -> None:
        locale = self._window.locale()
        told = _(_EXPORTING).format(done=locale.toString(done), all=locale.toString(every))
        self.told.emit(told)

    @Slot(object)
    def _on_done(self, to: Path) -> None:
        self.told.emit(_(_EXPORTED).format(to=to))
