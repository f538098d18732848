"""Finds what the recogniser process is to be started with, from what the user chose."""

from __future__ import annotations

import os
from pathlib import Path

from dictation import paths
from dictation.recognition import model_store
from dictation.recognition.messages import Setup
from dictation.settings import RecognitionSettings

DEMO = "demo"
"""What stands for the bundled demonstration model where a folder could."""


def find_setup(chosen: RecognitionSettings) -> Setup:
    """Verifies the published model before its first use, which may take seconds.

    Raises a ModelError.
    """
    return Setup(
        model_folder=chosen_folder(chosen.model),
        vad_folder=model_store.locate(model_store.FSMN_VAD),
        log_file=_log_file(),
        threads=chosen.threads,
        backend=chosen.backend,
    )


def chosen_folder(model: str) -> Path:
    """model: as in the settings. Raises a ModelError."""
    if model == DEMO:
        return paths.resource("demo_model")
    if model:
        return Path(model).expanduser()
    return model_store.locate(model_store.SENSE_VOICE)


def _log_file() -> Path:
    try:
        return paths.private_folder(paths.log_folder()) / "recogniser.log"
    except OSError:  # a log that cannot be written must not stop anybody from dictating
        return Path(os.devnull)
