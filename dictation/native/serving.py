"""A thread that answers the desktop's events, and does jobs for others in between."""

from __future__ import annotations

import contextlib
import logging
import queue
import select
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

from dictation.errors import DesktopGone
from dictation.native.waker import Waker
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

T = TypeVar("T")


class _File(Protocol):
    def fileno(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Source:
    """A connection to the desktop."""

    file: _File
    """Readable when events have come."""
    is_pending: Callable[[], bool]
    """Whether events wait that were read already: those wake no select."""
    serve: Callable[[], None]
    """Answers all events that have come."""
    close: Callable[[], None]
    lost: tuple[type[Exception], ...]
    """What it raises when the connection has ended."""


class ServingThread:
    """Runs until ``end`` or until the connection is lost; then ``done`` raises DesktopGone."""

    def __init__(self, name: str, source: Source) -> None:
        self._name = name
        self._source = source
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._waker = Waker()
        self._lock = threading.Lock()
        self._running = True
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def done(self, job: Callable[[], T]) -> T:
        """What the job returned or raised, once the thread has done it."""
        future: Future[T] = Future()

        def do() -> None:
            try:
                future.set_result(job())
            except self._source.lost as failure:
                future.set_exception(DesktopGone(reason=str(failure)))
                raise
            except Exception as failure:  # noqa: BLE001 - it is the caller's
                future.set_exception(failure)

        with self._lock:
            if not self._running:
                raise DesktopGone(reason=Phrase("the connection to the desktop has ended"))
            self._jobs.put(do)
        self._waker.wake()
        return future.result()

    def end(self) -> None:
        """Waits for the jobs so far, and closes the connection."""
        with contextlib.suppress(DesktopGone):
            self.done(self._stop)
        self._thread.join()

    def _stop(self) -> None:
        self._running = False

    def _run(self) -> None:
        source = self._source
        try:
            while self._running:
                if not source.is_pending() and self._jobs.empty():
                    select.select([source.file, self._waker], [], [])
                    self._waker.hear()
                source.serve()
                while self._running and not self._jobs.empty():
                    self._jobs.get()()
        except source.lost as failure:
            logger.warning("%s: the desktop has gone: %s", self._name, failure)
        except Exception:  # the thread's boundary: nobody else would ever hear of it
            logger.exception("%s has ended", self._name)
        finally:
            self._give_up()

    def _give_up(self) -> None:
        with self._lock:
            self._running = False
        self._source.close()
        while not self._jobs.empty():
            with contextlib.suppress(*self._source.lost):  # each tells its caller so
                self._jobs.get()()
        self._waker.close()
