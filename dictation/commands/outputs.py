"""Where the transcripts of files go: printed one after the other, or a file for each."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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

    def interrupted(self, done: int, count: int) -> str:
        """What became of all, when only some of them are done."""
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
        self._has_heads = form is Form.TXT and len(files) > 1

    def put(self, index: int, text: str) -> str:
        if self._has_heads:
            print(f"== {self._files[index].path}")
        sys.stdout.write(text)
        sys.stdout.flush()  # whoever reads it has it, whatever becomes of the next file
        return ""

    def interrupted(self, done: int, count: int) -> str:
        told = ngettext(
            "interrupted; {done} of {count} file is printed.",
            "interrupted; {done} of {count} files are printed.",
            count,
        )
        return told.format(done=done, count=count)


class _Written:
    def __init__(self, files: Sequence[Found], form: Form, folder: Path) -> None:
        self._files = files
        self._folder = folder
        self._names: list[PurePath] = output_names(files, f".{form.value}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputUnwritable(file=folder, reason=error.strerror) from error

    def put(self, index: int, text: str) -> str:
        file = self._folder / self._names[index]
        try:
            paths.replace_file(file, text)
        except OSError as error:
            raise OutputUnwritable(file=file, reason=error.strerror) from error
        return f"{self._files[index].path} → {file}"

    def interrupted(self, done: int, count: int) -> str:
        told = ngettext(
            "interrupted; {done} of {count} file is written to {folder}.",
            "interrupted; {done} of {count} files are written to {folder}.",
            count,
        )
        return told.format(done=done, count=count, folder=self._folder)
