"""What was prepared for a model on this machine, and where it lies."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from dictation import paths
from dictation.recognition.backends import processor
from dictation.recognition.backends.self_test import Result
from dictation.recognition.model_folder import ModelFolder
from dictation.settings import BackendName

_RECORD = "record.json"
_FORMAT = 3  # of what is prepared; another number makes all of it anew
_MATTERS = ("dictation", "onnxruntime", "torch")  # whose versions what was measured depends on


@dataclass(frozen=True, slots=True)
class Trial:
    """How one backend did on this machine."""

    backend: BackendName
    result: Result | None
    """None: it could not be tried."""
    why: str = ""
    """What kept it from being tried, for a reader of English."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was found for one model; of the prepared files, those that are there are whole."""

    weights: str
    """The file for which it was made."""
    processor: str
    """For which it was made, as ``processor.identity`` has it."""
    chosen: BackendName
    trials: tuple[Trial, ...]


def folder_of(model: ModelFolder) -> Path:
    """Where it lies for this model, this machine and these versions; it need not be there."""
    stat = model.weights.stat()
    known_by = [
        str(_FORMAT),
        str(model.weights.resolve()),
        str(stat.st_size),
        str(stat.st_mtime_ns),
        processor.identity(),
        *(_version(package) for package in _MATTERS),
    ]
    name = hashlib.sha256("\n".join(known_by).encode()).hexdigest()[:20]
    return all_of_them() / name


def read(folder: Path) -> Record | None:
    """None: nothing was prepared, or it can no longer be read."""
    try:
        stored = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        trials = tuple(
            Trial(
                backend=BackendName(trial["backend"]),
                result=None if trial["result"] is None else Result(**trial["result"]),
                why=trial["why"],
            )
            for trial in stored["trials"]
        )
        return Record(stored["weights"], stored["processor"], BackendName(stored["chosen"]), trials)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(record: Record, folder: Path) -> None:
    """Raises OSError."""
    (folder / _RECORD).write_text(json.dumps(dataclasses.asdict(record)), encoding="utf-8")


def forget(folder: Path) -> None:
    """So that it is prepared anew."""
    shutil.rmtree(folder, ignore_errors=True)


def publish(unfinished: Path, folder: Path, made: Record) -> None:
    """Puts a finished folder in its place, where another process may have been faster.

    What was made for the same weights and processor by an older version goes: it is a quarter of a
    gigabyte. What was made for another processor, which the bench shows to libraries, stays.
    """
    if read(folder) is None:
        forget(folder)  # what lies there, if anything, is of no use to anybody
    try:
        unfinished.rename(folder)
    except OSError:
        forget(unfinished)
    for other in all_of_them().iterdir():
        record = read(other)
        if other == folder or record is None:
            continue
        if (record.weights, record.processor) == (made.weights, made.processor):
            forget(other)


def unfinished_folder(folder: Path) -> Path:
    """A new folder beside it, private to this process."""
    import tempfile

    paths.private_folder(folder.parent)
    return Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))


def all_of_them() -> Path:
    """The folder in which each prepared model has one."""
    return paths.cache_folder() / "backends"


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
