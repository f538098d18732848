"""Writes takes into files, on a thread of its own, however many they are."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal

from dictation.audio.take_file import reason
from dictation.errors import ExportFailed
from dictation.history import Entry, History, documents
from dictation.history.entries import entries_of, segments_of
from dictation.speech import Segment
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_AT_ONCE = 200
_ANSWER_S = 30.0

_Told = tuple[Entry, tuple[Segment, ...]]


class Form(StrEnum):
    """What takes are written as; each value is the ending of its files."""

    TEXT = "txt"
    JSON = "json"
    SUBTITLES = "srt"


class Exporting(QObject):
    """Exports, one after the other.

    Signals:
        advanced(int, int): so many takes of so many are written.
        done(Path): all are; the file or, of several subtitles, the folder.
        failed(DictationError)
    """

    advanced = Signal(int, int)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, history: History, parent: QObject) -> None:
        super().__init__(parent)
        self._history = history
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def begin(self, takes: Sequence[int], form: Form, to: Path) -> None:
        """to: a file, or for subtitles of several takes a folder. Oldest first."""
        self._pool.start(partial(self._run, sorted(takes), form, to))

    # --- on the thread

    def _run(self, takes: Sequence[int], form: Form, to: Path) -> None:
        try:
            if form is Form.SUBTITLES and len(takes) > 1:
                self._write_folder(takes, to)
            else:
                self._write_file(takes, form, to)
        except TimeoutError:  # an OSError too, and one that says nothing
            no_answer = Phrase("the history does not answer")
            self.failed.emit(ExportFailed(file=to, reason=no_answer))
        except OSError as error:
            self.failed.emit(ExportFailed(file=to, reason=reason(error)))
        except Exception as error:  # the thread's boundary: the user is told
            logger.exception("the export failed")
            self.failed.emit(ExportFailed(file=to, reason=str(error) or type(error).__name__))
        else:
            self.done.emit(to)

    def _write_file(self, takes: Sequence[int], form: Form, to: Path) -> None:
        """The file is there as a whole or not at all."""
        part = to.with_name(f".{to.name}.part")
        try:
            with part.open("w", encoding="utf-8") as written:
                for piece in _WRITERS[form](self._each(takes), len(takes)):
                    written.write(piece)
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)

    def _write_folder(self, takes: Sequence[int], to: Path) -> None:
        to.mkdir(exist_ok=True)
        for entry, segments in self._each(takes):
            name = f"{entry.started_at.astimezone():%Y-%m-%d %H.%M.%S} {entry.take}.srt"
            (to / name).write_text(documents.subtitles(entry, segments), encoding="utf-8")

    def _each(self, takes: Sequence[int]) -> Iterator[_Told]:
        for first in range(0, len(takes), _AT_ONCE):
            some = takes[first : first + _AT_ONCE]
            found = self._history.ask(partial(entries_of, takes=some)).result(_ANSWER_S)
            for entry in reversed(found):
                segments = self._history.ask(partial(segments_of, take=entry.take))
                yield entry, segments.result(_ANSWER_S)
            self.advanced.emit(min(first + _AT_ONCE, len(takes)), len(takes))


def _text(told: Iterable[_Told], count: int) -> Iterator[str]:
    for entry, _ in told:
        yield documents.text([entry]) if count == 1 else documents.dated(entry)


def _json(told: Iterable[_Told], _count: int) -> Iterator[str]:
    before = "[\n"
    for entry, segments in told:
        yield before + json.dumps(documents.as_json(entry, segments), ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def _subtitles(told: Iterable[_Told], _count: int) -> Iterator[str]:
    for entry, segments in told:
        yield documents.subtitles(entry, segments)


_WRITERS: dict[Form, Callable[[Iterable[_Told], int], Iterator[str]]] = {
    Form.TEXT: _text,
    Form.JSON: _json,
    Form.SUBTITLES: _subtitles,
}
