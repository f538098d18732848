"""The reading thread of the recogniser process: hears what comes, and cuts it into units."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from multiprocessing.connection import Connection

from dictation.errors import DictationError, RecogniserFault
from dictation.recognition.backlog import Backlog
from dictation.recognition.jobs import Decode, Deliver, Jobs, Report
from dictation.recognition.messages import (
    Cancel,
    Close,
    Down,
    Failed,
    Finish,
    Open,
    Sent,
    Setup,
    Voice,
)
from dictation.recognition.recogniser import Recogniser, Utterance
from dictation.speech import AudioChunk

logger = logging.getLogger(__name__)

# While the models load, the pipe is drained this often, so that the parent never waits to send.
_DRAIN_S = 0.05


class Link:
    """The pipe up, shared by all threads."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._lock = threading.Lock()

    def send(self, message: Sent) -> None:
        # A parent that has gone needs no answer; the reader sees the end of the pipe and ends us.
        with self._lock, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send(message)


class Reader:
    """Drains the pipe at all times, and cuts takes into units once the models are there."""

    def __init__(self, link: Link, jobs: Jobs, setup: Setup) -> None:
        self._link = link
        self._jobs = jobs
        self._setup = setup
        self._backlog = Backlog()
        self._recogniser: Recogniser | None = None
        self._open: dict[int, Utterance] = {}
        self._wanted: set[int] = set()
        self._speaking: set[int] = set()
        self._heard: dict[int, int] = {}  # samples, by take that is not live

    def ready(self, recogniser: Recogniser) -> None:
        """Called once, by the first model thread."""
        self._recogniser = recogniser

    @property
    def listens(self) -> bool:
        """Whether a take is open. For the model threads."""
        return bool(self._open)

    def wants(self, take: int) -> bool:
        """Whether anybody still waits for this take. For the model threads."""
        return take in self._wanted

    def delivered(self, take: int) -> None:
        """The take needs nothing more. For the model threads."""
        self._wanted.discard(take)

    def run(self) -> None:
        """The thread."""
        while self._receive() and self._work_off():
            pass
        self._jobs.end()
        if self._recogniser is None:
            os._exit(0)  # the model thread is deep in loading, and nobody waits for it any more

    def _receive(self) -> bool:
        """False: the parent has gone."""
        idle = self._recogniser is not None and not self._backlog
        try:
            # While the models load, it wakes up now and then to see whether they are there.
            # While there is work, only what has come already is taken: it may go first.
            waits_s = 0 if self._recogniser is not None else _DRAIN_S
            while idle or self._link.connection.poll(waits_s):
                self._backlog.put(self._link.connection.recv())
                idle, waits_s = False, 0
        except (EOFError, OSError):
            return False
        return True

    def _work_off(self) -> bool:
        """One message. False: it was the last."""
        if self._recogniser is None or not self._backlog:
            return True
        return self._take(self._recogniser, self._backlog.next())

    def _take(self, recogniser: Recogniser, message: Down) -> bool:
        """False: it was the last."""
        match message:
            case Close():
                return False
            case Open(take, options):
                self._wanted.add(take)
                self._open[take] = recogniser.open(take, options)
                self._count_live()
            case Cancel(take):
                self._wanted.discard(take)
                self._close(take)
                self._jobs.withdraw(take)
            case AudioChunk(take) | Finish(take):
                if take in self._open:
                    self._hear(self._open[take], message)
        return True

    def _hear(self, utterance: Utterance, message: AudioChunk | Finish) -> None:
        take = message.take
        try:
            if isinstance(message, AudioChunk):
                units = utterance.cut(message.samples)
            else:
                units = utterance.cut_rest()
                self._close(take)
        except Exception as error:  # the thread's boundary: the take fails, the loop goes on
            logger.exception("take %s could not be cut", take)
            self._close(take)
            self._wanted.discard(take)
            self._jobs.withdraw(take)
            self._link.send(Failed(take, fault_of(error, self._setup)))
            return
        if units or isinstance(message, Finish):
            self._jobs.withdraw(take)
        for unit in units:
            self._jobs.put(Decode(utterance, unit))
        if utterance.is_live and utterance.speaking != (take in self._speaking):
            self._speaking ^= {take}
            self._link.send(Voice(take, utterance.speaking))
        if isinstance(message, Finish):
            self._jobs.put(Deliver(utterance))
        elif utterance.is_live:
            self._look_ahead(utterance)
        else:
            heard = self._heard.get(take, 0) + len(message.samples)
            self._heard[take] = heard
            self._jobs.put(Report(utterance, heard))

    def _close(self, take: int) -> None:
        self._open.pop(take, None)
        self._heard.pop(take, None)
        self._count_live()

    def _count_live(self) -> None:
        self._jobs.are_live(sum(utterance.is_live for utterance in self._open.values()))

    def _look_ahead(self, utterance: Utterance) -> None:
        ahead = utterance.ahead()
        if ahead is None:
            self._jobs.withdraw(utterance.take)
        elif not self._jobs.is_offered(utterance.take, ahead) and self._caught_up():
            self._jobs.offer(utterance, ahead)

    def _caught_up(self) -> bool:
        """Whether nothing waits in the pipe that would make what was heard last old."""
        return not (self._backlog.has_live or self._link.connection.poll(0))


def fault_of(error: Exception, setup: Setup) -> DictationError:
    """What the user is told of whatever went wrong with a take."""
    if isinstance(error, DictationError):
        return error
    return RecogniserFault(reason=type(error).__name__, log=setup.log_file)
