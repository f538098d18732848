"""The loop of the one thread that owns a recogniser; others hand it their takes."""

from __future__ import annotations

import logging
import multiprocessing
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from dictation import paths
from dictation.errors import DictationError, RecogniserFault
from dictation.recognition.contract import TakeRecogniser
from dictation.recognition.messages import Cancel, Failed, Finish, Unusable, Up
from dictation.recognition.options import Options
from dictation.speech import AudioChunk, Samples

logger = logging.getLogger(__name__)

_FOREVER_S = 3_600.0


@dataclass(frozen=True, slots=True)
class _Opening:
    take: int
    options: Options
    replay: Callable[[], Iterable[Samples]]


@dataclass(frozen=True, slots=True)
class _Submitting(_Opening):
    """A take whose audio is all there."""


_Recogniser = TypeVar("_Recogniser", bound=TakeRecogniser)
# A function: what is to be done with the recogniser. None: look whether to end.
_Job = _Opening | AudioChunk | Finish | Cancel | Callable[[_Recogniser], None] | None


class RecogniserLoop(Generic[_Recogniser]):
    """``run`` belongs to a thread of its own; the rest may be called from any, and returns at once.

    Each take is told of by exactly one Final or Failed, unless it is dropped.
    """

    def __init__(
        self,
        begin: Callable[[], _Recogniser],
        tell: Callable[[Up], None],
    ) -> None:
        """begin: called by ``run``; may take long, and may raise a DictationError.

        tell: called by ``run`` with each message.
        """
        self._begin = begin
        self._tell = tell
        self._jobs: queue.SimpleQueue[_Job[_Recogniser]] = queue.SimpleQueue()
        self._woken, self._waker = multiprocessing.Pipe(duplex=False)
        self._wake_lock = threading.Lock()
        self._is_woken = False  # one byte at most is in the pipe, so that nobody waits to write
        self._ending = False

    def open(self, take: int, options: Options, replay: Callable[[], Iterable[Samples]]) -> None:
        """A take begins; replay gives its audio anew, as far as it was heard."""
        self._put(_Opening(take, options, replay))

    def submit(self, take: int, options: Options, audio: Callable[[], Iterable[Samples]]) -> None:
        """A take whose audio is all there: a file, or what was spoken before.

        audio: read on the thread, a little at a time; may be called again.
        """
        self._put(_Submitting(take, options, audio))

    def hear(self, chunk: AudioChunk) -> None:
        """More audio of an open take."""
        self._put(chunk)

    def finish(self, take: int) -> None:
        """The take has no more audio."""
        self._put(Finish(take))

    def drop(self, take: int) -> None:
        """Nobody wants the take any more; no message about it follows."""
        self._put(Cancel(take))

    def ask(self, do: Callable[[_Recogniser], None]) -> None:
        """Does this with the recogniser, on its thread."""
        self._put(do)

    def end(self) -> None:
        """Makes ``run`` end the recogniser and return."""
        self._ending = True
        self._put(None)

    def run(self) -> None:
        """The thread."""
        recogniser: _Recogniser | None = None
        is_first = True
        while not self._ending:
            try:
                if recogniser is None:
                    job, is_first = None if is_first else self._jobs.get(), False
                    recogniser = self._begun(job)
                else:
                    self._go_on(recogniser)
            except Exception:  # the thread's boundary: told in the log, and the loop goes on
                logger.exception("recogniser thread")
        if recogniser is not None:
            recogniser.close()

    def _begun(self, job: _Job[_Recogniser]) -> _Recogniser | None:
        """Starts the recogniser with the first job; a take fails with the reason if that cannot be.

        The next take tries anew: the model may have come meanwhile.
        """
        if job is not None and not isinstance(job, _Opening):
            return None  # of a take that has failed already
        try:
            recogniser = self._begin()
            recogniser.start()
        except DictationError as error:
            logger.error("no recogniser: %s", type(error).__name__)
            self._unusable(job, error)
            return None
        except Exception as error:  # such as a system that starts no more processes
            logger.exception("no recogniser")
            fault = RecogniserFault(reason=type(error).__name__, log=paths.log_folder())
            self._unusable(job, fault)
            return None
        self._do(recogniser, job)
        return recogniser

    def _unusable(self, job: _Opening | None, error: DictationError) -> None:
        self._tell(Unusable(error))
        if job is not None:
            self._tell(Failed(job.take, error))

    def _go_on(self, recogniser: _Recogniser) -> None:
        with self._wake_lock:
            if self._is_woken:
                self._woken.recv_bytes()
                self._is_woken = False
        while not self._jobs.empty():
            self._do(recogniser, self._jobs.get())
        if not self._ending:
            message = recogniser.receive(_FOREVER_S, self._woken)
            if message is not None:
                self._tell(message)

    @staticmethod
    def _do(recogniser: _Recogniser, job: _Job[_Recogniser]) -> None:
        match job:
            case _Submitting(take, options, audio):
                recogniser.submit(take, options, audio)
            case _Opening(take, options, replay):
                recogniser.open(take, options, replay)
            case AudioChunk():
                recogniser.send(job)
            case Finish(take):
                recogniser.finish(take)
            case Cancel(take):
                recogniser.cancel(take)
            case None:
                pass
            case _:
                job(recogniser)

    def _put(self, job: _Job[_Recogniser]) -> None:
        self._jobs.put(job)
        with self._wake_lock:
            if not self._is_woken:
                self._waker.send_bytes(b"!")
                self._is_woken = True
