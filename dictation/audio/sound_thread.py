"""Opens and closes microphones where a sound system that hangs holds up nothing else."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import Enum, auto
from functools import partial
from typing import TypeVar

from dictation.audio import microphone
from dictation.audio.microphone import Block, OpenStream, Stream
from dictation.errors import AudioError, AudioSystemMissing

logger = logging.getLogger(__name__)

HANG_S = 0.3  # opening and closing take 10 ms, unless the sound system hangs
_END_WAIT_S = 0.1

T = TypeVar("T")


class Look(Enum):
    """When to look which devices there are now; that takes 50 ms."""

    NEVER = auto()
    FIRST = auto()
    IF_NEEDED = auto()
    """Only where the microphone cannot be opened without it."""


class SoundThread:
    """A thread that alone deals with the sound system, one thing after the other.

    A sound server that does not answer holds it up for as long as that lasts; what is asked of it
    meanwhile waits.
    """

    def __init__(self, open_stream: OpenStream, look_again: Callable[[], None]) -> None:
        """Looks for devices at once, so that the first key press need not wait for that."""
        self._open_stream = open_stream
        self._look_again = look_again
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._thread.start()
        self._do(self._look)

    def open(
        self, device: str, on_block: Callable[[Block], None], on_end: Callable[[], None], look: Look
    ) -> Future[Stream]:
        """Returns at once. The future's error is an AudioError, unless there is a fault in here."""
        return self._do(partial(self._opened, device, on_block, on_end, look))

    def settled(self, opening: Future[Stream]) -> Stream | None:
        """The stream if it is open within 0.3 s; one that opens later is closed at once."""
        try:
            error = opening.exception(HANG_S)
        except TimeoutError:
            logger.warning("the sound system hangs; its stream is not waited for")
            opening.add_done_callback(_close_late)
            return None
        if error is not None:
            logger.info("the microphone could not be opened: %s", error)
            return None
        return opening.result()

    def close(self, stream: Stream) -> None:
        """Returns when it is closed, or after 0.3 s; it is closed as soon as that is possible."""
        try:
            error = self._do(stream.close).exception(HANG_S)
        except TimeoutError:
            logger.warning("the sound system hangs; its stream is left to itself")
        else:
            if error is not None:
                logger.warning("the microphone could not be closed: %s", error)

    def end(self) -> None:
        """After what was asked so far; a sound system that hangs does not keep the program."""
        self._jobs.put(None)
        self._thread.join(_END_WAIT_S)
        if self._thread.is_alive():
            logger.warning("the sound system hangs; the program ends without it")
            microphone.abandon()

    def _do(self, work: Callable[[], T]) -> Future[T]:
        done: Future[T] = Future()
        self._jobs.put(partial(_settle, done, work))
        return done

    # --- on the thread

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _look(self) -> None:
        try:
            self._look_again()
        except AudioError as error:
            logger.warning("%s", error)

    def _opened(
        self, device: str, on_block: Callable[[Block], None], on_end: Callable[[], None], look: Look
    ) -> Stream:
        if look is Look.FIRST:
            self._look_again()
        try:
            return self._open_stream(device, on_block, on_end)
        except AudioSystemMissing:
            raise
        except AudioError:
            if look is not Look.IF_NEEDED:
                raise
            return self._opened(device, on_block, on_end, Look.FIRST)


def _settle(done: Future[T], work: Callable[[], T]) -> None:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001 - the thread's boundary: whoever asked is told
        done.set_exception(error)
    else:
        done.set_result(result)


def _close_late(opening: Future[Stream]) -> None:
    if opening.exception() is None:
        opening.result().close()
