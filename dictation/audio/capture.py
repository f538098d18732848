"""Records takes: from the microphone into the journal, and on to whoever listens."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeAlias

import numpy as np

from dictation.audio import microphone
from dictation.audio.conversion import Converter
from dictation.audio.journal import Journal, Writer
from dictation.audio.microphone import Block, OpenStream, Stream
from dictation.audio.watch import WAIT_S, Step, Watch
from dictation.errors import AudioError, AudioSystemMissing, MicrophoneLost, MicrophoneSilent
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Samples

logger = logging.getLogger(__name__)

_CLOSE_WAIT_S = 0.5
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
    stream: Stream | None = None
    converter: Converter | None = None
    last_block_s: float | None = None
    """When the last block came; None before the first one."""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A block, or with None the end of the stream; ``recording`` tells whose."""

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
        self._open_stream = open_stream
        self._look_again = look_again
        self._inbox: queue.SimpleQueue[_Message] = queue.SimpleQueue()
        self._postponed: deque[_Message] = deque()
        self._recording: _Recording | None = None
        self._stream_number = 0
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
        """Ends whatever is being recorded and the thread, within a second at most.

        No listener is called after it returns, unless the sound system hangs.
        """
        self._inbox.put(self._close)
        self._thread.join(_CLOSE_WAIT_S)
        recording = self._recording
        if recording is not None:  # the thread hangs in the sound system
            logger.error("the sound system hangs; the take is sealed without it")
            recording.writer.seal()

    # --- on the capture's thread

    def _run(self) -> None:
        self._guarded(self._prepare)
        while not self._is_closing:
            self._guarded(self._next)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # the thread's boundary: a fault, the listener's too, must cost no word
            logger.exception("the capture failed")

    def _prepare(self) -> None:
        """Loads the sound system now, so that the first key press need not wait for it."""
        try:
            self._look_again()
        except AudioError as error:
            logger.warning("%s", error)

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
        elif message.block is not None:
            self._block(message.recording, message.block)
        elif message.recording is self._recording and message.stream_number == self._stream_number:
            self._stream_ended(message.recording)

    def _start(self, take: int, device: str) -> None:
        if self._recording is not None:
            self._end(self._recording)
        recording = _Recording(take, device, self._journal.begin(take))
        self._recording = recording
        try:
            try:
                self._open(recording)
            except AudioSystemMissing:
                raise
            except AudioError:  # devices may have come since PortAudio looked
                self._look_again()
                self._open(recording)
        except AudioError as error:
            self._give_up(recording, error)

    def _stop(self, take: int) -> None:
        if self._recording is not None and self._recording.take == take:
            self._end(self._recording)

    def _close(self) -> None:
        self._is_closing = True
        if self._recording is not None:
            self._end(self._recording)

    def _open(self, recording: _Recording) -> None:
        """Raises AudioError."""
        self._stream_number += 1
        arrived = partial(_Arrived, recording, self._stream_number)
        put = self._inbox.put
        stream = self._open_stream(
            recording.device, lambda block: put(arrived(block)), lambda: put(arrived(None))
        )
        recording.stream = stream
        recording.converter = Converter(stream.rate_hz)
        logger.info("take %s: the microphone gives %s Hz", recording.take, stream.rate_hz)

    def _block(self, recording: _Recording, block: Block) -> None:
        if recording is not self._recording or recording.converter is None:
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
                self._open_again(recording)
            case Step.LOOK_AND_OPEN:
                self._prepare()
                self._open_again(recording)
            case Step.GIVE_UP:
                self._give_up(recording, MicrophoneLost())

    def _open_again(self, recording: _Recording) -> None:
        try:
            self._open(recording)
        except AudioError as error:
            logger.info("take %s: %s", recording.take, error)

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
        stream, recording.stream = recording.stream, None
        if stream is None or recording.converter is None:
            return
        stream.close()
        self._stream_number += 1  # that it ended is no news now
        self._take_in_blocks()
        self._keep(recording, recording.converter.finish())
        if stream.overflows:
            logger.warning("take %s: %s overflows", recording.take, stream.overflows)
        if recording.converter.bad_samples:
            bad_samples = recording.converter.bad_samples
            logger.warning("take %s: %s samples were no numbers", recording.take, bad_samples)

    def _take_in_blocks(self) -> None:
        """Handles the blocks that wait in the inbox, and postpones the rest."""
        while True:
            try:
                message = self._inbox.get_nowait()
            except queue.Empty:
                return
            if isinstance(message, _Arrived) and message.block is not None:
                self._block(message.recording, message.block)
            else:
                self._postponed.append(message)
