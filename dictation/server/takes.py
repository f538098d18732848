"""The recogniser process for many clients at once: each take is told of by its number alone."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Self

from dictation.errors import DictationError
from dictation.recognition.loop import RecogniserLoop
from dictation.recognition.messages import (
    Failed,
    Final,
    Progress,
    Setup,
    Stage,
    Substituted,
    Unusable,
    Up,
)
from dictation.recognition.options import Options
from dictation.recognition.process import Limits, RecogniserProcess
from dictation.server.errors import ServerEnds, TooLong
from dictation.server.limits import Budget, ServerLimits
from dictation.server.metrics import Metrics
from dictation.server.recording import Recording, Steps, as_samples
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Samples, Transcript

logger = logging.getLogger(__name__)


class Takes:
    """All that are being recognised. Belongs to the event loop in which it is entered.

    Attributes:
        ready: whether the models are loaded.
        trouble: why they cannot be, if so.
    """

    def __init__(
        self, find_setup: Callable[[], Setup], limits: ServerLimits, metrics: Metrics
    ) -> None:
        """find_setup: called on a thread; may raise a DictationError."""
        self.ready = False
        self.trouble: DictationError | None = None
        self._limits = limits
        self._metrics = metrics
        self._numbers = itertools.count(1)
        self._open: dict[int, Take] = {}
        self._places = Budget(limits.takes)
        self._seconds = Budget(limits.audios_s)
        self._recogniser = RecogniserLoop(
            lambda: RecogniserProcess(find_setup(), Limits()), self._tell
        )

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._recogniser.run, name="recogniser")
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for number in list(self._open):
            self._dispatch(Failed(number, ServerEnds()))
        self._recogniser.end()
        await asyncio.to_thread(self._thread.join)

    def submit(self, recording: Recording, options: Options) -> Take:
        """A take whose audio is all there. Raises ServerBusy."""
        take = self._new()
        try:
            take.count(recording.duration_s)
        except DictationError:
            take.drop()
            raise
        self._recogniser.submit(take.number, options, recording.chunks)
        return take

    def open(self, options: Options) -> LiveTake:
        """A take whose audio comes piece by piece. Raises ServerBusy."""
        take = LiveTake(self._recogniser, *self._place())
        self._open[take.number] = take
        self._recogniser.open(take.number, options, take.replay)
        return take

    def _new(self) -> Take:
        take = Take(self._recogniser, *self._place())
        self._open[take.number] = take
        return take

    def _place(self) -> tuple[int, ServerLimits, Budget, Callable[[Take], None]]:
        self._places.take(1)
        self._metrics.takes_open += 1
        return next(self._numbers), self._limits, self._seconds, self._closed

    def _closed(self, take: Take) -> None:
        del self._open[take.number]
        self._places.give_back(1)
        self._metrics.takes_open -= 1
        self._metrics.audio_s += take.seconds
        self._metrics.waited(time.monotonic() - take.began_s)

    def _tell(self, message: Up) -> None:
        """On the recogniser's thread."""
        try:
            self._loop.call_soon_threadsafe(self._dispatch, message)
        except RuntimeError:  # the event loop has ended, and nobody waits for anything
            logger.info("a message came after the end")

    def _dispatch(self, message: Up) -> None:
        match message:
            case Progress(stage):
                self.ready = stage is Stage.READY
                if self.ready:
                    self.trouble = None
            case Unusable(error):
                self.ready, self.trouble = False, error
            case Substituted():  # a process of our own has no substitute
                pass
            case _ if message.take in self._open:
                self._open[message.take].tell(message)


class Take:
    """One of them. Left as a context, it is over: what is not recognised by then is not wanted.

    Attributes:
        number: it has no other name.
        seconds: of audio, so far.
        began_s: when it began, by ``time.monotonic``.
    """

    def __init__(
        self,
        recogniser: RecogniserLoop[RecogniserProcess],
        number: int,
        limits: ServerLimits,
        seconds: Budget,
        on_closed: Callable[[Take], None],
    ) -> None:
        self.number = number
        self.seconds = 0.0
        self.began_s = time.monotonic()
        self._recogniser = recogniser
        self._limits = limits
        self._budget = seconds
        self._on_closed = on_closed
        self._is_over = False
        self._told: asyncio.Queue[Up] = asyncio.Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()

    def tell(self, message: Up) -> None:
        """A message about it has come."""
        self._told.put_nowait(message)

    async def messages(self) -> AsyncIterator[Up]:
        """All up to its Final. Raises what it fails with."""
        while True:
            message = await self._told.get()
            if isinstance(message, Failed):
                raise message.error
            yield message
            if isinstance(message, Final):
                return

    async def transcript(self) -> Transcript:
        """Raises what it fails with."""
        async for message in self.messages():
            if isinstance(message, Final):
                return message.transcript
        raise AssertionError("messages end with a Final")

    def count(self, seconds: float) -> None:
        """So much more of its audio is there. Raises TooLong, ServerBusy."""
        if self.seconds + seconds > self._limits.audio_s:
            raise TooLong(most_s=self._limits.audio_s)
        self._budget.take(seconds)
        self.seconds += seconds

    def drop(self) -> None:
        """Nobody wants it any more."""
        if not self._is_over:
            self._is_over = True
            self._recogniser.drop(self.number)
            self._budget.give_back(self.seconds)
            self._on_closed(self)


class LiveTake(Take):
    """One whose audio comes piece by piece; it is kept, for a recogniser that dies."""

    def __init__(
        self,
        recogniser: RecogniserLoop[RecogniserProcess],
        number: int,
        limits: ServerLimits,
        seconds: Budget,
        on_closed: Callable[[Take], None],
    ) -> None:
        super().__init__(recogniser, number, limits, seconds, on_closed)
        self._pieces: list[Steps] = []

    def hear(self, steps: Steps) -> None:
        """More audio. Raises TooLong, ServerBusy."""
        if len(steps):
            self.count(len(steps) / SAMPLE_RATE_HZ)
            self._pieces.append(steps)
            for first in range(0, len(steps), SAMPLE_RATE_HZ):
                piece = as_samples(steps[first : first + SAMPLE_RATE_HZ])
                self._recogniser.hear(AudioChunk(self.number, piece))

    def finish(self) -> None:
        """There is no more."""
        self._recogniser.finish(self.number)

    def replay(self) -> Iterator[Samples]:
        """From its start; on the recogniser's thread."""
        return map(as_samples, list(self._pieces))
