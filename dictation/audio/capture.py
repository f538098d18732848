"""Records takes: from the microphone into the journal, and on to whoever listens."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeAlias

import numpy as np

from dictation.audio import microphone
from dictation.audio.conversion import Converter
from dictation.audio.journal import Journal, Writer
from dictation.audio.microphone import Block, OpenStream, Stream
from dictation.audio.sound_thread import Look, SoundThread
from dictation.audio.watch import WAIT_S, Step, Watch
from dictation.errors import AudioError, MicrophoneLost, MicrophoneSilent
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Samples

logger = logging.getLogger(__name__)

_CLOSE_WAIT_S = 0.9
_LONGEST_PAUSE_S = 5.0  # put into a take for the time in which its microphone was away


class CaptureListener(Protocol):
    """Hears about takes on the capture's thread. Every method returns at once."""

    def began(self, take: int) -> None:
        """The first block has arrived: what is said from now on is kept."""
        ...

    def heard(self, chunk: AudioChunk) -> None:
        """The next piece of the take, about 20 ms long. It is in the journal already."""
        ...

    def lost(self, take: int, error: AudioError) -> None:
        """With MicrophoneSilent the take goes on, and more may be heard; else ``ended`` follows."""
        ...

    def ended(self, take: int) -> None:
        """Once for every take, and the last of it: all that was captured is heard and kept."""
        ...


@dataclass(slots=True)
class _Recording:
    """The take that is being recorded."""

    take: int
    device: str
    writer: Writer
    watch: Watch = field(default_factory=Watch)
    opening: Future[Stream] | None = None
    """The stream that is being opened."""
    early: list[Block] = field(default_factory=list)
    """Blocks that came before the news that their stream is open."""
    stream: Stream | None = None
    converter: Converter | None = None
    """Of the stream."""
    last_block_s: float | None = None
    """When the last block came; None before the first one."""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A block, or with None the end of the stream."""

    recording: _Recording
    stream_number: int
    block: Block | None


_Message: TypeAlias = _Arrived | Callable[[], None]


class Capture:
    """Records one take at a time, on a thread of its own."""

    def __init__(
        self,
        journal: Journal,
        listener: CaptureListener,
        *,
        open_stream: OpenStream = microphone.open_stream,
        look_again: Callable[[], None] = microphone.look_again,
    ) -> None:
        """look_again: called first of all, and for a microphone that cannot be opened."""
        self._journal = journal
        self._listener = listener
        self._inbox: queue.SimpleQueue[_Message] = queue.SimpleQueue()
        self._postponed: deque[_Message] = deque()
        self._recording: _Recording | None = None
        self._stream_number = 0
        self._sound = SoundThread(open_stream, look_again)
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._thread.start()

    def start(self, take: int, device: str = "") -> None:
        """Begins a take with the microphone of that name, "" for the default; returns at once.

        A take that is still being recorded ends first.
        """
        self._inbox.put(partial(self._start, take, device))

    def stop(self, take: int) -> None:
        """Ends the take if it is being recorded; returns at once, ``ended`` follows."""
        self._inbox.put(partial(self._stop, take))

    def close(self) -> None:
        """Ends whatever is being recorded and the thread, within a second at most."""
        self._inbox.put(self._close)
        self._thread.join(_CLOSE_WAIT_S)

    # --- on the capture's thread

    def _run(self) -> None:
        while not self._is_closing:
            self._guarded(self._next)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # the thread's boundary: a fault, the listener's too, must cost no word
            logger.exception("the capture failed")

    def _next(self) -> None:
        if self._postponed:
            self._handle(self._postponed.popleft())
            return
        try:
            message = self._inbox.get(timeout=None if self._recording is None else WAIT_S)
        except queue.Empty:
            self._waited()
        else:
            self._handle(message)

    def _handle(self, message: _Message) -> None:
        if not isinstance(message, _Arrived):
            message()
        elif message.stream_number != self._stream_number:  # of a stream that is closed
            return
        elif message.block is None:
            self._stream_ended(message.recording)
        else:
            self._block(message.recording, message.block)

    def _start(self, take: int, device: str) -> None:
        if self._recording is not None:
            self._end(self._recording)
        recording = _Recording(take, device, self._journal.begin(take))
        self._recording = recording
        self._open(recording, Look.IF_NEEDED)

    def _stop(self, take: int) -> None:
        if self._recording is not None and self._recording.take == take:
            self._end(self._recording)

    def _close(self) -> None:
        self._is_closing = True
        if self._recording is not None:
            self._end(self._recording)
        self._sound.end()

    def _open(self, recording: _Recording, look: Look) -> None:
        """Asks for the stream; that it is open is news later."""
        if recording.opening is not None:  # the sound system hangs
            return
        self._stream_number += 1
        arrived = partial(_Arrived, recording, self._stream_number)
        put = self._inbox.put
        opening = self._sound.open(
            recording.device, lambda block: put(arrived(block)), lambda: put(arrived(None)), look
        )
        recording.opening = opening
        opening.add_done_callback(lambda _: put(partial(self._opened, recording, opening)))

    def _opened(self, recording: _Recording, opening: Future[Stream]) -> None:
        """The stream is open, or cannot be opened."""
        if recording.opening is not opening:  # the take has ended
            return
        recording.opening = None
        error = opening.exception()
        if error is None:
            self._use(recording, opening.result())
        elif not isinstance(error, AudioError):
            raise error
        elif recording.last_block_s is None:  # there was nothing yet that could come back
            self._give_up(recording, error)
        else:
            logger.info("take %s: %s", recording.take, error)

    def _use(self, recording: _Recording, stream: Stream) -> None:
        recording.stream = stream
        recording.converter = Converter(stream.rate_hz)
        logger.info("take %s: the microphone gives %s Hz", recording.take, stream.rate_hz)
        early, recording.early = recording.early, []
        for block in early:
            self._block(recording, block)

    def _block(self, recording: _Recording, block: Block) -> None:
        if recording.converter is None:
            recording.early.append(block)
            return
        now_s = time.monotonic()
        if recording.last_block_s is None:
            self._guarded(partial(self._listener.began, recording.take))
        elif recording.watch.attempts:
            missing_s = min(now_s - recording.last_block_s, _LONGEST_PAUSE_S)
            logger.warning("take %s: %.1f s are missing", recording.take, missing_s)
            # A pause in the take too, so that the words around it are not taken for one.
            self._keep(recording, np.zeros(round(missing_s * SAMPLE_RATE_HZ), np.float32))
        recording.last_block_s = now_s
        recording.watch.block()
        self._keep(recording, recording.converter.convert(block))

    def _keep(self, recording: _Recording, samples: Samples) -> None:
        if samples.size:
            recording.writer.append(samples)
            self._guarded(partial(self._listener.heard, AudioChunk(recording.take, samples)))

    def _waited(self) -> None:
        recording = self._recording
        if recording is not None:
            has_stream = recording.stream is not None
            self._do(recording, recording.watch.waited(has_stream=has_stream))

    def _stream_ended(self, recording: _Recording) -> None:
        logger.warning("take %s: the microphone's stream ended by itself", recording.take)
        self._close_stream(recording)
        self._do(recording, recording.watch.stream_ended())

    def _do(self, recording: _Recording, step: Step) -> None:
        match step:
            case Step.TELL:
                logger.warning("take %s: nothing comes from the microphone", recording.take)
                self._guarded(partial(self._listener.lost, recording.take, MicrophoneSilent()))
            case Step.OPEN:
                self._open(recording, Look.NEVER)
            case Step.LOOK_AND_OPEN:
                self._open(recording, Look.FIRST)
            case Step.GIVE_UP:
                self._give_up(recording, MicrophoneLost())

    def _give_up(self, recording: _Recording, error: AudioError) -> None:
        logger.error("take %s: %s", recording.take, error)
        self._guarded(partial(self._listener.lost, recording.take, error))
        self._end(recording)

    def _end(self, recording: _Recording) -> None:
        self._close_stream(recording)
        recording.writer.seal()
        self._recording = None
        self._guarded(partial(self._listener.ended, recording.take))

    def _close_stream(self, recording: _Recording) -> None:
        """Closes the stream and keeps all that came from it."""
        opening, recording.opening = recording.opening, None
        if opening is not None and (late := self._sound.settled(opening)) is not None:
            self._use(recording, late)
        stream, recording.stream = recording.stream, None
        if stream is not None:
            self._sound.close(stream)
            self._take_in_blocks()
        self._stream_number += 1  # what else it has to tell is no news
        converter, recording.converter = recording.converter, None
        if stream is None or converter is None:
            return
        self._keep(recording, converter.finish())
        if stream.overflows:
            logger.warning("take %s: %s overflows", recording.take, stream.overflows)
        if converter.bad_samples:
            bad_samples = converter.bad_samples
            logger.warning("take %s: %s samples were no numbers", recording.take, bad_samples)

    def _take_in_blocks(self) -> None:
        """Handles the blocks that wait in the inbox, and postpones the rest."""
        while True:
            try:
                message = self._inbox.get_nowait()
            except queue.Empty:
                return
            if isinstance(message, _Arrived) and message.block is not None:
                self._handle(message)
            else:
                self._postponed.append(message)
