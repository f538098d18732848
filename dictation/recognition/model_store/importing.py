"""Takes a model from files that the user already has."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

from dictation.errors import ModelFolderMissing, ModelImportIncomplete, ModelImportWrong
from dictation.recognition.model_store.checking import Finding
from dictation.recognition.model_store.disk_errors import disk_error
from dictation.recognition.model_store.pins import (
    SENSE_VOICE,
    Model,
    OnProgress,
    ignore_progress,
)
from dictation.recognition.model_store.states import faulty_files, home, locate

logger = logging.getLogger(__name__)


def import_folder(
    folder: Path,
    model: Model = SENSE_VOICE,
    on_progress: OnProgress = ignore_progress,
) -> Path:
    """Verifies a folder's files, then puts them where ``locate`` finds them; returns that folder.

    Files that are no part of the model stay out; links are followed. Raises ModelFolderMissing,
    ModelImportIncomplete or ModelImportWrong, all before anything is written, DiskFull or
    FolderUnwritable.
    """
    if not folder.is_dir():
        raise ModelFolderMissing(folder=folder)
    _check(folder, model, on_progress)
    target = home(model)
    try:
        if not (target.is_dir() and target.samefile(folder)):
            _put(folder.absolute(), target, model)
            logger.info("imported %s into %s", model.name, target)
    except OSError as error:
        raise disk_error(target, model.size_bytes, error) from error
    return locate(model)


def _check(folder: Path, model: Model, on_progress: OnProgress) -> None:
    faults = faulty_files(model, folder.absolute(), on_progress)
    missing = [fault.file.name for fault in faults if fault.finding is Finding.MISSING]
    if missing:
        raise ModelImportIncomplete(folder=folder, name=model.name, files=", ".join(missing))
    if faults:
        fault = faults[0]
        raise ModelImportWrong(
            folder=folder, name=model.name, file=fault.file.name, reason=fault.reason
        )


def _put(folder: Path, target: Path, model: Model) -> None:
    """All files come together beside the target first; only then do they get their names."""
    staging = target.parent.parent / ".import"
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True)
        for file in model.files:
            _link_or_copy((folder / file.name).resolve(), staging / file.name)
        target.mkdir(parents=True, exist_ok=True)
        for file in model.files:
            (staging / file.name).replace(target / file.name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _link_or_copy(source: Path, copy: Path) -> None:
    try:
        os.link(source, copy)
    except OSError:
        # Another disk, a file of another user, or a file system without links.
        shutil.copyfile(source, copy)
