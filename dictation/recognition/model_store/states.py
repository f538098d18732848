"""Where the models are on this machine, and in what state."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dictation import paths
from dictation.errors import ModelDamaged, ModelFileMissing, ModelMissing
from dictation.recognition.model_store.checking import FileReport, Finding, HashRecord, look, read
from dictation.recognition.model_store.pins import (
    MODELS,
    Model,
    OnProgress,
    PinnedFile,
    Progress,
    ignore_progress,
    readable_size,
)
from dictation.translation import Words

PARTIAL_SUFFIX = ".incomplete"
"""What modelscope appends to the name of a file that has not come wholly."""


@dataclass(frozen=True, slots=True)
class ModelState:
    """What is known of a model without reading its files; one of the five below."""

    model: Model
    folder: Path
    size_bytes: int
    """Of its pinned files, and of what has come of those."""


@dataclass(frozen=True, slots=True)
class Absent(ModelState):
    """No file of it is there; ``folder`` is where a download would put them."""


@dataclass(frozen=True, slots=True)
class Partial(ModelState):
    """Some files are there, none of them wrong."""

    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unverified(ModelState):
    """All files are there with the right sizes; at least one was not read since it changed."""


@dataclass(frozen=True, slots=True)
class Verified(ModelState):
    """Every file is, byte for byte, the published one."""


@dataclass(frozen=True, slots=True)
class Damaged(ModelState):
    """At least one file is not the published one."""

    file: str
    reason: Words


# The best first: with several folders for one model, the best is the one that counts.
_RANKS = (Verified, Unverified, Damaged, Partial, Absent)


def state(model: Model) -> ModelState:
    """The state of a model in its best folder; no file is read."""
    return _best_states(model, HashRecord())[0]


def state_in(folder: Path, model: Model) -> ModelState:
    """The state of a model in that one folder; no file is read."""
    return _state_in(folder, model, HashRecord())


def locate(model: Model, on_progress: OnProgress = ignore_progress) -> Path:
    """The folder of a model whose every byte is verified; read now if that was not done yet.

    Raises ModelMissing, ModelFileMissing or ModelDamaged.
    """
    record = HashRecord()
    checked = []
    for each in _best_states(model, record):
        now = _read_state(each, record, on_progress) if isinstance(each, Unverified) else each
        if isinstance(now, Verified):
            return now.folder
        checked.append(now)
    best = min(checked, key=_rank)
    match best:
        case Damaged():
            raise ModelDamaged(folder=best.folder, reason=best.reason)
        case Partial():
            raise ModelFileMissing(folder=best.folder, file=best.missing[0])
    raise ModelMissing(name=model.name, size=readable_size(model.size_bytes))


def verify(
    models: Sequence[Model] = MODELS, on_progress: OnProgress = ignore_progress
) -> tuple[ModelState, ...]:
    """Reads every file of the models again, whatever was known of it."""
    record = HashRecord()
    states = []
    for model in models:
        found = _best_states(model, record)[0]
        for file in model.files:
            record.forget(found.folder / file.name)
        states.append(_read_state(found, record, on_progress))
    return tuple(states)


def faulty_files(
    model: Model, folder: Path, on_progress: OnProgress = ignore_progress
) -> tuple[FileReport, ...]:
    """Those files of a model that are missing in a folder or wrong; what is unread is read."""
    record = HashRecord()
    reports = read(folder, model.files, record, _Counter(model, on_progress))
    return tuple(report for report in reports if report.finding is not Finding.GOOD)


def cache_root() -> Path:
    """The folder that modelscope keeps everything in."""
    named = os.environ.get("MODELSCOPE_CACHE")
    folder = Path(named).expanduser() if named else Path.home() / ".cache" / "modelscope"
    return folder.resolve()


def home(model: Model) -> Path:
    """The folder in modelscope's cache where a new copy of a model belongs."""
    repository = cache_root() / "models" / model.hub_id.replace("/", "--")
    return repository / "snapshots" / model.revision


def working_folder(model: Model) -> Path:
    """Where a download goes: the cached folder that lacks least, or ``home``."""
    record = HashRecord()
    states = [_state_in(folder, model, record) for folder in cached_folders(model)]
    return min(states, key=_rank).folder


def _best_states(model: Model, record: HashRecord) -> list[ModelState]:
    folders = list(cached_folders(model))
    if model.bundled is not None:
        folders.append(paths.resource(model.bundled))
    return sorted((_state_in(folder, model, record) for folder in folders), key=_rank)


def _rank(each: ModelState) -> int:
    return _RANKS.index(type(each))


def cached_folders(model: Model) -> Iterator[Path]:
    """Every place where a release of modelscope puts a model, the present one first.

    As modelscope_hub 0.5 (``_find_legacy_repo_dir``) and modelscope 1.40
    (``find_reusable_legacy_repo_dir``) look for them: releases up to 1.37 had no revisions, wrote
    a dot in the name as ``___``, and put ``hub`` in between unless MODELSCOPE_CACHE was set.
    """
    yield home(model)
    yield from _other_revisions(home(model))
    owner, name = model.hub_id.split("/")
    root = cache_root()
    for base in (root / "models", root / "hub" / "models", root, root / "hub"):
        for spelt in dict.fromkeys((name.replace(".", "___"), name)):
            yield base / owner / spelt


def _other_revisions(folder: Path) -> list[Path]:
    try:
        found = sorted(each for each in folder.parent.iterdir() if each.is_dir())
    except OSError:
        # What may not be listed is told of as unreadable when its files are looked at.
        return []
    return [each for each in found if each != folder]


def _state_in(folder: Path, model: Model, record: HashRecord) -> ModelState:
    return _summary(folder, model, [look(folder, file, record) for file in model.files])


def _read_state(found: ModelState, record: HashRecord, on_progress: OnProgress) -> ModelState:
    counter = _Counter(found.model, on_progress)
    reports = read(found.folder, found.model.files, record, counter)
    return _summary(found.folder, found.model, reports)


def _summary(folder: Path, model: Model, reports: Sequence[FileReport]) -> ModelState:
    partial = [_size(folder / f"{file.name}{PARTIAL_SUFFIX}") for file in model.files]
    size = sum(report.size_bytes for report in reports) + sum(partial)
    missing = tuple(each.file.name for each in reports if each.finding is Finding.MISSING)
    wrong = [each for each in reports if each.finding is Finding.WRONG]
    if wrong:
        return Damaged(model, folder, size, wrong[0].file.name, wrong[0].reason)
    if len(missing) == len(reports) and not any(partial):
        return Absent(model, folder, size)
    if missing:
        return Partial(model, folder, size, missing)
    if all(report.finding is Finding.GOOD for report in reports):
        return Verified(model, folder, size)
    return Unverified(model, folder, size)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class _Counter:
    """Turns the blocks of one model's files into progress."""

    def __init__(self, model: Model, on_progress: OnProgress) -> None:
        self._model = model
        self._on_progress = on_progress
        self._bytes_done = 0

    def __call__(self, file: PinnedFile, size_bytes: int) -> None:
        self._bytes_done += size_bytes
        self._on_progress(
            Progress(self._model.name, file.name, self._bytes_done, self._model.size_bytes)
        )
