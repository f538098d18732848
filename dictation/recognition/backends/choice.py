"""The backend that this machine and the user's choice ask for, loaded."""

from __future__ import annotations

import logging

from dictation.errors import BackendUnfit, EngineMissing
from dictation.recognition.backends import loading, prepared
from dictation.recognition.backends.contract import OnProgress, Testable
from dictation.recognition.backends.prepared import Record
from dictation.recognition.model_folder import ModelFolder
from dictation.settings import BackendName

logger = logging.getLogger(__name__)


def load_chosen(
    wanted: BackendName,
    model: ModelFolder,
    vocabulary: int,
    threads: int,
    on_preparing: OnProgress = lambda _part: None,
) -> tuple[BackendName, Testable]:
    """Which one, and the backend itself.

    Its first use on this machine may prepare it, of which on_preparing is told. vocabulary: how
    many tokens it has. Raises a ModelError, EngineMissing or BackendUnfit.
    """
    if wanted not in (BackendName.AUTO, BackendName.INT8):
        return wanted, loading.load(wanted, model, vocabulary, threads)
    for _attempt in range(2):
        record = _record(model, vocabulary, threads, on_preparing)
        if record is None:
            break
        chosen = record.chosen if wanted is BackendName.AUTO else wanted
        try:
            return chosen, loading.load(chosen, model, vocabulary, threads)
        except (ValueError, RuntimeError, BackendUnfit, EngineMissing):
            # A damaged file, a GPU that is gone or full, another version of a library …
            logger.exception("what was prepared for %s cannot be used", chosen.value)
            prepared.forget(prepared.folder_of(model))
    # A full disk, or a broken library: slower, but it is right, and it needs nothing prepared.
    return BackendName.FP32, loading.load(BackendName.FP32, model, vocabulary, threads)


def _record(
    model: ModelFolder, vocabulary: int, threads: int, on_preparing: OnProgress
) -> Record | None:
    record = prepared.read(prepared.folder_of(model))
    if record is not None:
        return record
    on_preparing(0.0)
    # Only now: it brings what writes graphs, which a start that finds all prepared does not need.
    from dictation.recognition.backends.preparing import prepare_apart

    return prepare_apart(model, vocabulary, threads, on_preparing)
