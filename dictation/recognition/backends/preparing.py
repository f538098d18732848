"""Prepares a model in a process of its own, so that what it took is free afterwards.

    python -m dictation.recognition.backends.preparing FOLDER VOCABULARY THREADS

Each line that it prints is the part of the work that is done, from 0 to 1.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
from pathlib import Path

from dictation.recognition.backends import prepared
from dictation.recognition.backends.contract import OnProgress
from dictation.recognition.backends.prepared import Record
from dictation.recognition.backends.trials import prepare
from dictation.recognition.model_folder import ModelFolder, read_folder

logger = logging.getLogger(__name__)


def prepare_apart(
    model: ModelFolder, vocabulary: int, threads: int, on_progress: OnProgress
) -> Record | None:
    """None: it could not be done; the log, which is our standard error, says why."""
    command = [sys.executable, "-m", __name__, str(model.folder), str(vocabulary), str(threads)]
    # It must find the same packages, however they came to be found here.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment
    ) as preparation:
        for line in preparation.stdout or ():
            with contextlib.suppress(ValueError):  # a library's word among our numbers
                on_progress(float(line))
    record = prepared.read(prepared.folder_of(model))
    if record is None:
        logger.error("the model could not be prepared, exit code %s", preparation.returncode)
    return record


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    folder, vocabulary, threads = sys.argv[1:]
    prepare(read_folder(Path(folder)), int(vocabulary), int(threads), _tell)


def _tell(part: float) -> None:
    sys.stdout.write(f"{part:.2f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
