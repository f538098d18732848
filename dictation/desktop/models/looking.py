"""Looks at the files: which model there is, how large, and what computes it here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dictation import paths
from dictation.desktop.models.standing import Chosen, Computing, Kind
from dictation.errors import DictationError
from dictation.recognition import model_store
from dictation.recognition.backends import prepared
from dictation.recognition.model_folder import read_folder
from dictation.recognition.model_store.pins import Model
from dictation.recognition.model_store.states import ModelState
from dictation.recognition.setup import DEMO
from dictation.settings import BackendName


@dataclass(frozen=True, slots=True)
class Found:
    """What there is."""

    chosen: Chosen
    published: ModelState
    computing: Computing | None


def look(model: Model, used: str, backend: BackendName) -> Found:
    """model: the published one. used, backend: as in the settings. Reads no large file."""
    state = model_store.state(model)
    chosen = _chosen(used)
    return Found(chosen, state, _computing(chosen.folder or state.folder, backend))


def _chosen(used: str) -> Chosen:
    if used == "":
        return Chosen(Kind.PUBLISHED)
    if used == DEMO:
        return Chosen(Kind.DEMO, paths.resource("demo_model"))
    folder = Path(used).expanduser()
    return Chosen(Kind.OWN, folder, _size_bytes(folder))


def _size_bytes(folder: Path) -> int:
    try:
        return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    except OSError:  # it is gone; that it cannot be loaded is told elsewhere
        return 0


def _computing(folder: Path, backend: BackendName) -> Computing | None:
    """None: the first use will tell."""
    if backend not in (BackendName.AUTO, BackendName.INT8):
        return Computing(backend, is_chosen=True)
    try:
        record = prepared.read(prepared.folder_of(read_folder(folder)))
    except (DictationError, OSError):
        return None
    if record is None:
        return None
    used = record.chosen if backend is BackendName.AUTO else backend
    trials = {trial.backend: trial for trial in record.trials}
    return Computing(used, backend is not BackendName.AUTO, trials.get(used))
