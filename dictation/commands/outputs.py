"""Where the transcripts of files go: printed one after the other, or a file for each."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import Protocol

from dictation import paths
from dictation.audio.finding import Found, output_names
from dictation.errors import FolderNeeded, OutputUnwritable
from dictation.settings import Form
from dictation.translation import ngettext


class Output(Protocol):
    """Takes the transcripts of all files, each by its place among them."""

    def put(self, index: int, text: str) -> str:
        """What to tell a person about it; empty if they see it anyway. Raises OutputUnwritable."""
        ...

    def interrupted(self, count: int) -> str:
        """What became of all, so many, when only some of them are done."""
        ...


def output_for(files: Sequence[Found], form: Form, folder: Path | None) -> Output:
    """folder None: printed. Raises FolderNeeded or OutputUnwritable."""
    if folder is not None:
        return _Written(files, form, folder)
    if len(files) > 1 and form not in (Form.TXT, Form.JSON):
        raise FolderNeeded(form=form.value)
    return _Printed(files, form)


class _Printed:
    def __init__(self, files: Sequence[Found], form: Form) -> None:
        self._files = files
        self._done = 0
        self._has_heads = form is Form.TXT and len(files) > 1

    def put(self, index: int, text: str) -> str:
        if self._has_heads:
            print(f"== {self._files[index].path}")
        sys.stdout.write(text)
        sys.stdout.flush()  # whoever reads it has it, whatever becomes of the next file
        self._done += 1
        return ""

    def interrupted(self, count: int) -> str:
        told = ngettext(
            "interrupted; {done} of {count} file is printed.",
            "interrupted; {done} of {count} files are printed.",
            count,
        )
        return told.format(done=self._done, count=count)


class _Written:
    def __init__(self, files: Sequence[Found], form: Form, folder: Path) -> None:
        self._files = files
        self._done = 0
        self._folder = folder
        self._names: list[PurePath] = output_names(files, f".{form.value}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputUnwritable(file=folder, reason=error.strerror) from error

    def put(self, index: int, text: str) -> str:
        file = self._folder / self._names[index]
        try:
            with _whole():
                paths.replace_file(file, text)
                self._done += 1
        except OSError as error:
            raise OutputUnwritable(file=file, reason=error.strerror) from error
        return f"{self._files[index].path} → {file}"

    def interrupted(self, count: int) -> str:
        told = ngettext(
            "interrupted; {done} of {count} file is written to {folder}.",
            "interrupted; {done} of {count} files are written to {folder}.",
            count,
        )
        return told.format(done=self._done, count=count, folder=self._folder)


@contextlib.contextmanager
def _whole() -> Iterator[None]:
    """Ctrl-C waits until this is done, so that what is there and what is counted are the same."""
    if threading.current_thread() is not threading.main_thread():  # it meets no signals
        yield
        return
    came = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: came.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came.is_set():  # also when it failed
            raise KeyboardInterrupt
