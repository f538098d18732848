"""The recogniser process from inside: one thread reads, hears and cuts, others decode."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection

from dictation.errors import DictationError
from dictation.recognition.backends.processor import cores
from dictation.recognition.jobs import Jobs
from dictation.recognition.messages import Aim, Progress, Setup, Stage, Unusable
from dictation.recognition.model_thread import ModelThread
from dictation.recognition.reader import Link, Reader
from dictation.recognition.recogniser import Recogniser
from dictation.settings import BackendName

logger = logging.getLogger(__name__)


def main(connection: Connection, setup: Setup) -> None:
    """Runs until the parent says Close or is gone."""
    _prepare_process(setup)
    link = Link(connection)
    jobs = Jobs()
    reader = Reader(link, jobs, setup)
    threading.Thread(target=reader.run, name="reader", daemon=True).start()
    link.send(Progress(Stage.LOADING))
    try:
        recogniser = Recogniser(
            setup.model_folder,
            setup.vad_folder,
            setup.backend,
            1 if setup.aim is Aim.THROUGHPUT else setup.threads,
            on_preparing=lambda part: link.send(Progress(Stage.PREPARING, part)),
        )
    except DictationError as error:
        logger.error("models not loaded: %s", type(error).__name__)
        link.send(Unusable(error))
        return
    if setup.aim is Aim.THROUGHPUT:
        recogniser.prepare_for_many()
    logger.info("models loaded, backend %s", recogniser.backend.value)
    link.send(Progress(Stage.READY))
    jobs.decoders = _decoders(setup, recogniser.backend)
    reader.ready(recogniser)
    for _ in range(1, jobs.decoders):
        decoder = ModelThread(jobs, reader, link, setup, recogniser.most_at_once)
        threading.Thread(target=decoder.run, name="decoder", daemon=True).start()
    decoder = ModelThread(jobs, reader, link, setup, recogniser.most_at_once)
    decoder.run(recogniser.warm_ups())
    logger.info("recogniser process ends")
    logging.shutdown()
    os._exit(0)  # torch takes most of a second to leave in order, and nothing is left to do


def _decoders(setup: Setup, backend: BackendName) -> int:
    """How many takes are decoded side by side.

    Two threads on one decode take three quarters of the time of one; on two decodes, half. A GPU
    decodes several units as one, and FunASR's classes are for one thread.
    """
    side_by_side = (BackendName.INT8, BackendName.AMX, BackendName.FP32)
    if setup.aim is Aim.WAIT or backend not in side_by_side:
        return 1
    return setup.threads or cores()


def _prepare_process(setup: Setup) -> None:
    # It would let a damaged or foreign weights file run code.
    os.environ.pop("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", None)
    # Ctrl-C on a terminal reaches the whole process group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    setup.log_file.parent.mkdir(parents=True, exist_ok=True)
    log = os.open(setup.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    os.close(log)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s",
        force=True,
    )
    logger.info("recogniser process started, %s thread(s)", setup.threads)
