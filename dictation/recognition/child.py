"""The operating system's side of the recogniser process: starts it, sends to it, ends it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Protocol

from dictation.errors import DictationError, RecogniserDied, RecogniserTooSlow
from dictation.recognition.backends.processor import thread_environment
from dictation.recognition.messages import Close, Down, Setup

_END_S = 2.0  # for the process to end by itself when it is closed


class Link(Protocol):
    """A recogniser that runs, and the way to it.

    Attributes:
        pid: its process; None where it is not on this machine.
        connection: what it sends; at its end it has died.
        started_s: when it was started.
        ready: whether it has said that its models are loaded; kept by whoever listens.
    """

    pid: int | None
    connection: Connection
    started_s: float
    ready: bool

    def send(self, message: Down) -> None:
        """Returns at once."""

    def close(self) -> None:
        """Ends it in order."""

    def kill(self) -> object:
        """Ends it now. Of what it died, if it had ended by itself."""


class Place(Protocol):
    """Where recognisers run."""

    def begin(self, now_s: float) -> Link:
        """Starts one; returns at once."""

    def died(self, of: object, attempts: int) -> DictationError:
        """What the user is told when takes are given up. of: what ``kill`` gave."""

    def too_slow(self, deadline_s: float) -> DictationError:
        """… because no answer came in this time."""


class OwnProcess:
    """Each in a process of our own."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    def begin(self, now_s: float) -> Link:
        return Child(self._setup, now_s)

    def died(self, of: object, attempts: int) -> DictationError:  # the log has the code
        return RecogniserDied(attempts=attempts, log=self._setup.log_file)

    def too_slow(self, deadline_s: float) -> DictationError:
        return RecogniserTooSlow(deadline_s=round(deadline_s), log=self._setup.log_file)


class Child:
    """One recogniser process and the pipe to it.

    Attributes:
        pid: the process.
        connection: what it sends; at its end the process has died.
        started_s: when it was started.
        ready: whether it has said that its models are loaded; kept by whoever listens.
    """

    def __init__(self, setup: Setup, now_s: float) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_run_worker, args=(theirs, setup), name="recogniser", daemon=True
        )
        with _environment(thread_environment(setup.threads)):
            self._process.start()
        theirs.close()
        self.pid = self._process.pid
        self.started_s = now_s
        self.ready = False
        self._messages: queue.SimpleQueue[Down | None] = queue.SimpleQueue()
        threading.Thread(target=self._send_all, name="recogniser-sender", daemon=True).start()

    def send(self, message: Down) -> None:
        """Returns at once: a process that hangs with its pipe full must not hang us."""
        self._messages.put(message)

    def close(self) -> None:
        """Asks the process to end, and ends it if it does not."""
        self.send(Close())
        self._process.join(_END_S)
        self.kill()

    def kill(self) -> int | None:
        """Ends it now, if it has not ended by itself. Its exit code."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._messages.put(None)
        self.connection.close()
        exit_code = self._process.exitcode
        self._process.close()
        return exit_code

    def _send_all(self) -> None:
        while (message := self._messages.get()) is not None:
            try:
                self.connection.send(message)
            except OSError:  # it died; whoever listens sees the end of the pipe and tends to it
                return


@contextlib.contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _run_worker(connection: Connection, setup: Setup) -> None:
    # Imported in the child alone: the parent never loads a model.
    from dictation.recognition import worker

    worker.main(connection, setup)
