"""The weights to measure with: the published ones, else random ones of their size."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dictation import paths
from dictation.errors import ModelMissing
from dictation.lab.piped import PipedProgram
from dictation.recognition import model_store
from dictation.recognition.model_folder import read_folder
from dictation.recognition.model_store.disk_errors import disk_full, free_bytes
from dictation.recognition.setup import DEMO

_FOLDER = "SenseVoiceSmall-random-weights"
_SIZE_BYTES = 940_000_000


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder with a model, and what to say of it; empty where there is nothing to say."""

    folder: Path
    said: str


def find(chosen: str | None, say: Callable[[str], None]) -> Weights:
    """chosen: a folder, ``demo``, or None for the published model.

    Where that is not on this machine, a random one is made once and kept among what can be made
    again. Raises a ModelError, EngineMissing, or DiskFull.
    """
    if chosen == DEMO:
        return Weights(
            paths.resource("demo_model"),
            "The demonstration model: too small for its speed to count.",
        )
    if chosen is not None:
        return Weights(read_folder(Path(chosen).expanduser()).folder, "")
    try:
        return Weights(model_store.locate(model_store.SENSE_VOICE), "")
    except ModelMissing:
        return Weights(
            random_model(paths.cache_folder() / "bench", say),
            "The model is not on this machine: random weights of its size, for speed only.",
        )


def random_model(parent: Path, say: Callable[[str], None]) -> Path:
    """The folder of a model of the published size whose weights are random."""
    folder = parent / _FOLDER
    if folder.is_dir():
        return folder
    paths.private_folder(parent)
    if (free := free_bytes(parent)) < _SIZE_BYTES:
        raise disk_full(parent, _SIZE_BYTES, free)
    say(f"random weights of the published size are made in {folder} (1 GB) …")
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    with PipedProgram("random_model", "The maker of random weights", {}) as maker:
        maker.ask(unfinished)
        maker.ask(None)
    return unfinished.rename(folder)
