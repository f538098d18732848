"""Transcribes the files that the user chose: one after the other, beside all else."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QThreadPool, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from dictation import paths
from dictation.audio.files import AudioFile
from dictation.audio.finding import SUFFIXES, found
from dictation.desktop import file_notices, notices
from dictation.desktop.choices import Choices
from dictation.desktop.file_notices import Batch, FileResult, Saved
from dictation.desktop.insertion_thread import InsertionThread, Way
from dictation.desktop.notifications import Notifier
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.tray import Tray
from dictation.errors import DictationError
from dictation.native.copied_files import ReadClipboard, copied_files
from dictation.recognition.options import FILE
from dictation.settings import Form
from dictation.speech import Transcript, Verdict
from dictation.text.documents import document
from dictation.text.rich import Detail
from dictation.translation import N_, _

logger = logging.getLogger(__name__)

_BATCHES_KEPT = 20
_TITLE = N_("Transcribe files")
_FILTER = N_("Audio and video ({patterns});;All files (*)")


class FileDesk(QObject):
    """Holds the files that wait, and what came of those before them.

    Nothing of a file is touched on the GUI thread. Signals, from the pool's threads:
        found(list[Path] | None): those on the clipboard; None: Qt is to be asked for them.
        opened(list[FileResult | AudioFile]): those that were chosen.
        saved(int, Saved): the texts of that batch.
    """

    found = Signal(object)
    opened = Signal(object)
    saved = Signal(int, object)

    def __init__(
        self,
        recogniser: RecogniserThread,
        insertion: InsertionThread,
        notifier: Notifier,
        tray: Tray,
        choices: Choices,
        *,
        next_number: Callable[[], int],
        read_clipboard: ReadClipboard | None,
    ) -> None:
        """next_number: one that no take has. read_clipboard None: Qt's own is good enough here."""
        super().__init__()
        self._recogniser = recogniser
        self._insertion = insertion
        self._notifier = notifier
        self._tray = tray
        self._choices = choices
        self._next_number = next_number
        self._read_clipboard = read_clipboard
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)
        self._dialog: QFileDialog | None = None
        self._waiting: deque[AudioFile] = deque()
        self._current: AudioFile | None = None
        self._take = 0
        self._done_s = 0.0
        self._batch = 0
        self._results: list[FileResult] = []
        self._ended: dict[int, Batch] = {}  # by number, for the buttons of their bubbles
        self._connect()

    def _connect(self) -> None:
        self.found.connect(self._on_found)
        self.opened.connect(self._on_opened)
        self.saved.connect(self._on_saved)
        self._tray.files_asked.connect(self._on_choose)
        self._tray.clipboard_asked.connect(self._on_clipboard)
        self._tray.files_cancelled.connect(self.cancel)
        self._recogniser.advanced.connect(self._on_advanced)
        self._recogniser.recognised.connect(self._on_recognised)
        self._recogniser.failed.connect(self._on_failed)
        self._insertion.inserted.connect(self._on_copied)
        self._notifier.acted.connect(self._on_acted)

    def end(self) -> None:
        """Nothing more is begun; what is being saved is saved."""
        self._waiting.clear()
        self._pool.waitForDone()

    def transcribe(self, chosen: Sequence[Path]) -> None:
        """These, behind those that wait already."""
        self._pool.start(partial(_open, list(chosen), self.opened.emit))

    @Slot()
    def cancel(self) -> None:
        """What is done stays done; the rest is forgotten."""
        self._waiting.clear()
        if self._current is not None:
            self._recogniser.drop(self._take)
            self._current = None
            if self._results:
                self._finish()
            else:
                self._notifier.show(self._batch, file_notices.cancelled())
            self._show(0.0)

    # --- which files

    @Slot()
    def _on_choose(self) -> None:
        if self._dialog is None:
            patterns = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
            filters = _(_FILTER).format(patterns=patterns)
            self._dialog = QFileDialog(None, _(_TITLE), _first_folder(), filters)
            self._dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
            self._dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
            self._dialog.filesSelected.connect(self._on_chosen)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    @Slot(list)
    def _on_chosen(self, names: list[str]) -> None:
        self.transcribe([Path(name) for name in names])

    @Slot()
    def _on_clipboard(self) -> None:
        if self._read_clipboard is None:
            self._on_found(None)
        else:
            self._pool.start(partial(_look, self._read_clipboard, self.found.emit))

    @Slot(object)
    def _on_found(self, files: list[Path] | None) -> None:
        if files is None:
            urls: list[QUrl] = QGuiApplication.clipboard().mimeData().urls()
            files = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if files:
            self.transcribe(files)
        else:
            self._notifier.show(self._next_number(), file_notices.nothing_copied())

    # --- one after the other

    @Slot(object)
    def _on_opened(self, files: list[FileResult | AudioFile]) -> None:
        if self._current is None:
            self._batch = self._next_number()
            self._results = []
        self._results += [file for file in files if isinstance(file, FileResult)]
        self._waiting += [file for file in files if isinstance(file, AudioFile)]
        names = [file.path.name for file in (self._current, *self._waiting) if file is not None]
        if names:
            self._notifier.show(self._batch, file_notices.begun(names))
        if self._current is None:
            self._go_on()
        else:
            self._show(self._done_s)

    def _go_on(self) -> None:
        self._current = self._waiting.popleft() if self._waiting else None
        if self._current is None:
            self._finish()
        else:
            self._take = self._next_number()
            self._done_s = 0.0
            options = self._choices.options(FILE)
            self._recogniser.submit(self._take, options, self._current.chunks)
        self._show(0.0)

    def _show(self, done_s: float) -> None:
        if self._current is None:
            self._tray.show_files("")
        else:
            part = min(1.0, done_s / (self._current.duration_s or float("inf")))
            name, behind = self._current.path.name, len(self._waiting)
            self._tray.show_files(file_notices.progress(name, part, behind))

    @Slot(int, float)
    def _on_advanced(self, take: int, done_s: float) -> None:
        if self._current is not None and take == self._take:
            self._done_s = done_s
            self._show(done_s)

    @Slot(object)
    def _on_recognised(self, transcript: Transcript) -> None:
        if self._current is not None and transcript.take == self._take:
            file = self._current
            self._results.append(
                FileResult(file.path, transcript, damage=file.damage, duration_s=file.duration_s)
            )
            self._go_on()

    @Slot(int, object)
    def _on_failed(self, take: int, error: DictationError) -> None:
        if self._current is not None and take == self._take:
            logger.warning("a file was not transcribed: %s", type(error).__name__)
            self._results.append(FileResult(self._current.path, error=error))
            self._go_on()

    # --- what becomes of their texts

    def _finish(self) -> None:
        batch = self._ended[self._batch] = Batch(self._batch, self._results)
        while len(self._ended) > _BATCHES_KEPT:
            del self._ended[next(iter(self._ended))]
        if not batch.text:
            self._tell(batch)
        elif self._choices.settings.files.beside:
            self._save(batch)
        else:
            self._copy(batch)

    def _save(self, batch: Batch) -> None:
        form = self._choices.settings.files.format
        self._pool.start(
            partial(_save, batch.results, form, partial(self.saved.emit, batch.number))
        )

    def _copy(self, batch: Batch) -> None:
        self._insertion.insert(batch.number, batch.text, None, Way.COPY)

    def _tell(self, batch: Batch) -> None:
        self._notifier.show(batch.number, file_notices.ended(batch))

    @Slot(int, object)
    def _on_saved(self, number: int, saved: Saved) -> None:
        batch = self._ended.get(number)
        if batch is None:
            return
        batch.saved = saved
        if batch.is_copied:  # it was asked for in the bubble
            self._notifier.show(number, file_notices.saved_now(saved))
        else:
            self._copy(batch)

    @Slot(int, object)
    def _on_copied(self, number: int, verdict: Verdict) -> None:
        batch = self._ended.get(number)
        if batch is not None:
            batch.is_copied, batch.not_copied = True, verdict.reason
            self._tell(batch)

    @Slot(int, str)
    def _on_acted(self, number: int, action: str) -> None:
        batch = self._ended.get(number)
        if batch is None:
            if action == file_notices.CANCEL.key and number == self._batch:
                self.cancel()
        elif action == file_notices.SAVE.key:
            self._save(batch)
        elif action == notices.COPY.key:
            self._copy(batch)


def _first_folder() -> str:
    """Where recordings may be; later the dialog stays where it was."""
    music = QStandardPaths.StandardLocation.MusicLocation
    there = [folder for folder in QStandardPaths.standardLocations(music) if Path(folder).is_dir()]
    return there[0] if there else str(Path.home())


def _look(read: ReadClipboard, tell: Callable[[list[Path]], None]) -> None:
    try:
        offer = read()
    except DictationError as error:
        logger.warning("the clipboard cannot be read: %s", error)
        offer = None
    tell([] if offer is None else copied_files(offer))


def _open(chosen: Sequence[Path], tell: Callable[[list[AudioFile | FileResult]], None]) -> None:
    files, errors = found(chosen)
    opened: list[AudioFile | FileResult] = [FileResult(chosen[0], error=error) for error in errors]
    for file in files:
        try:
            opened.append(AudioFile(file.path))
        except DictationError as error:
            opened.append(FileResult(file.path, error=error))
    tell(opened)


def _save(results: Sequence[FileResult], form: Form, tell: Callable[[Saved], None]) -> None:
    files: list[Path] = []
    try:
        for result in results:
            if result.transcript is not None and result.transcript.text:
                text = document(
                    result.transcript, form, Detail.PLAIN, result.path.name, result.duration_s
                )
                files.append(free_name(result.path.with_suffix(f".{form.value}")))
                paths.replace_file(files[-1], text)
    except OSError as error:
        tell(Saved(tuple(files[:-1]), error.strerror or type(error).__name__))
    else:
        tell(Saved(tuple(files)))


def free_name(file: Path) -> Path:
    """The name itself, or with a number: what lies beside a user's file may be their own."""
    number, free = 2, file
    while free.exists():
        free = file.with_name(f"{file.stem} ({number}){file.suffix}")
        number += 1
    return free
