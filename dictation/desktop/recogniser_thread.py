"""The Qt shell of the recogniser process: keeps it loaded, feeds it, emits what it tells."""

from __future__ import annotations

import logging
import multiprocessing
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThread, Signal

from dictation.errors import DictationError
from dictation.recognition.messages import (
    Advanced,
    Cancel,
    Failed,
    Final,
    Finish,
    Progress,
    Setup,
    Unusable,
    Up,
    Voice,
)
from dictation.recognition.options import Options
from dictation.recognition.process import Limits, RecogniserProcess
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Hypothesis, Samples

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


_Job = _Opening | AudioChunk | Finish | Cancel | None  # None: look whether to end


class RecogniserThread(QThread):
    """Owns the recogniser process.

    ``open``, ``hear``, ``finish``, ``drop`` and ``end`` may be called from any thread, and return
    at once.

    Signals:
        recognised(Transcript): once per take, unless failed was emitted for it.
        failed(int, DictationError): the take got no text.
        hypothesis(Hypothesis): what is known of a take so far.
        voice(int, bool): the voice of the take has risen or fallen.
        advanced(int, float): of a submitted take, how many seconds are recognised.
        stage(Stage | Unusable): how far the process has come with its start.
        prepared(part): how much of PREPARING is done, from 0 to 1; before its stage.
    """

    recognised = Signal(object)
    failed = Signal(int, object)
    hypothesis = Signal(object)
    voice = Signal(int, bool)
    advanced = Signal(int, float)
    stage = Signal(object)
    prepared = Signal(float)

    def __init__(
        self,
        find_setup: Callable[[], Setup],
        limits: Limits,
        parent: QObject | None = None,
    ) -> None:
        """find_setup: called on the thread; may take long, and may raise a DictationError."""
        super().__init__(parent)
        self._find_setup = find_setup
        self._limits = limits
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
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
        """Nobody wants the take any more; no signal about it follows."""
        self._put(Cancel(take))

    def end(self) -> None:
        """Ends the process and the thread, and waits for both."""
        self._ending = True
        self._put(None)
        self.wait()

    def run(self) -> None:
        """The thread."""
        process = self._begun(None)
        while not self._ending:
            try:
                if process is None:
                    process = self._begun(self._jobs.get())
                else:
                    self._go_on(process)
            except Exception:  # the thread's boundary: told in the log, and the loop goes on
                logger.exception("recogniser thread")
        if process is not None:
            process.close()

    def _begun(self, job: _Job) -> RecogniserProcess | None:
        """Starts the process with the first job; a take fails with the reason if that cannot be.

        The next take tries anew: the model may have come meanwhile.
        """
        if job is not None and not isinstance(job, _Opening):
            return None  # of a take that has failed already
        try:
            process = RecogniserProcess(self._find_setup(), self._limits)
        except DictationError as error:
            logger.error("no recogniser: %s", type(error).__name__)
            self.stage.emit(Unusable(error))
            if job is not None:
                self.failed.emit(job.take, error)
            return None
        process.start()
        self._do(process, job)
        return process

    def _go_on(self, process: RecogniserProcess) -> None:
        with self._wake_lock:
            if self._is_woken:
                self._woken.recv_bytes()
                self._is_woken = False
        while not self._jobs.empty():
            self._do(process, self._jobs.get())
        if not self._ending:
            message = process.receive(_FOREVER_S, self._woken)
            if message is not None:
                self._emit(message)

    @staticmethod
    def _do(process: RecogniserProcess, job: _Job) -> None:
        match job:
            case _Submitting(take, options, audio):
                process.submit(take, options, audio)
            case _Opening(take, options, replay):
                process.open(take, options, replay)
            case AudioChunk():
                process.send(job)
            case Finish(take):
                process.finish(take)
            case Cancel(take):
                process.cancel(take)

    def _emit(self, message: Up) -> None:
        match message:
            case Final(transcript):
                self.recognised.emit(transcript)
            case Failed(take, error):
                self.failed.emit(take, error)
            case Hypothesis():
                self.hypothesis.emit(message)
            case Voice(take, speaking):
                self.voice.emit(take, speaking)
            case Advanced(take, samples):
                self.advanced.emit(take, samples / SAMPLE_RATE_HZ)
            case Progress(stage, part):
                if part is not None:
                    self.prepared.emit(part)
                self.stage.emit(stage)
            case Unusable():
                self.stage.emit(message)

    def _put(self, job: _Job) -> None:
        self._jobs.put(job)
        with self._wake_lock:
            if not self._is_woken:
                self._waker.send_bytes(b"!")
                self._is_woken = True
