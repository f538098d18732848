"""Takes a published model off this machine, and what was prepared of it."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from pathlib import Path

from dictation.errors import ModelInUse
from dictation.recognition.backends import prepared
from dictation.recognition.in_use import is_held
from dictation.recognition.model_store.alone import alone
from dictation.recognition.model_store.disk_errors import disk_error
from dictation.recognition.model_store.pins import Model
from dictation.recognition.model_store.states import (
    PARTIAL_SUFFIX,
    Partial,
    cache_root,
    cached_folders,
    state_in,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removal:
    """What would go."""

    model: Model
    files: tuple[Path, ...]
    """Of the model, the largest first; nothing else that lies beside them."""
    prepared: tuple[Path, ...]
    """Folders with what was made of it for this machine."""
    size_bytes: int
    """What that frees. A file that has a second name elsewhere frees nothing."""


def removal_of(model: Model, own: Path | None = None) -> Removal:
    """Everything of a published model that can be fetched or made again.

    own: a folder that the user has chosen; nothing in it is touched, wherever it is.
    """
    folders = [folder for folder in cached_folders(model) if _is_ours(folder, own)]
    paths = [folder / name for folder in folders for name in _names(model)]
    files = sorted(filter(_is_there, paths), key=_freed, reverse=True)
    made = _prepared_of({file.resolve() for file in files})
    size = sum(map(_freed, files)) + sum(_freed(file) for each in made for file in each.iterdir())
    return Removal(model, tuple(files), made, size)


def remove(removal: Removal) -> None:
    """Raises ModelInUse while something computes with it, DownloadRuns, or FolderUnwritable."""
    with alone():
        for file in removal.files:
            if is_held(file):
                raise ModelInUse(name=removal.model.name)
        for file in removal.files:
            _unlink(file, removal.model)
    for folder in removal.prepared:
        prepared.forget(folder)
    for folder in {file.parent for file in removal.files}:
        _remove_empty(folder)
    logger.info("removed %s: %s files", removal.model.name, len(removal.files))


def _unlink(file: Path, model: Model) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        if getattr(error, "winerror", None):  # Windows has it so when a file is open
            raise ModelInUse(name=model.name) from error
        raise disk_error(file.parent, 0, error) from error


def _is_ours(folder: Path, own: Path | None) -> bool:
    """Whether it really lies in modelscope's cache, and is not what the user has chosen."""
    real = folder.resolve()
    return cache_root() in real.parents and (own is None or real != own.resolve())


def _names(model: Model) -> list[str]:
    return [f"{file.name}{suffix}" for file in model.files for suffix in ("", PARTIAL_SUFFIX)]


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def _freed(path: Path) -> int:
    try:
        status = path.lstat()
    except OSError:
        return 0
    return status.st_size if status.st_nlink == 1 else 0


def _prepared_of(weights: set[Path]) -> tuple[Path, ...]:
    try:
        folders = sorted(prepared.all_of_them().iterdir())
    except OSError:
        return ()
    records = [(folder, prepared.read(folder)) for folder in folders]
    return tuple(folder for folder, record in records if record and Path(record.weights) in weights)


def _remove_empty(folder: Path) -> None:
    """And those above it that are empty then, up to the cache."""
    with contextlib.suppress(OSError):  # something else lies there
        while folder != cache_root():
            folder.rmdir()
            folder = folder.parent


def discard(model: Model) -> None:
    """Takes away what has come of a download that was not finished.

    Raises DownloadRuns or FolderUnwritable.
    """
    with alone():
        for folder in cached_folders(model):
            if isinstance(state_in(folder, model), Partial) and _is_ours(folder, None):
                for name in _names(model):
                    _unlink(folder / name, model)
                _remove_empty(folder)
