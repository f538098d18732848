"""Records takes: from the microphone into the journal, and on to whoever listens."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from dictation.audio import microphone
from dictation.audio.journal import Journal
from dictation.audio.line import Line, Standby
from dictation.audio.microphone import Block, OpenStream, Stream
from dictation.audio.recording import CaptureListener, Recording, guarded
from dictation.audio.sound_thread import Look, SoundThread
from dictation.audio.watch import WAIT_S, IdleWatch, Step
from dictation.errors import AudioError, MicrophoneLost, MicrophoneSilent

logger = logging.getLogger(__name__)

_CLOSE_WAIT_S = 0.9


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A block, or with None the end of the stream."""

    line: Line
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
        self._recording: Recording | None = None
        self._line: Line | None = None
        self._standby = Standby()
        self._is_substituted = False
        """The last microphone that was opened stood in for the one that was asked for."""
        self._idle = IdleWatch()
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

    def stand_by(self, standby: Standby) -> None:
        """What becomes of the microphone between takes, from now on; returns at once.

        A take that is being recorded goes on as it is.
        """
        self._inbox.put(partial(self._stand_by, standby))

    def close(self) -> None:
        """Ends whatever is being recorded and the thread, within a second at most."""
        self._inbox.put(self._close)
        self._thread.join(_CLOSE_WAIT_S)

    # --- on the capture's thread

    def _run(self) -> None:
        while not self._is_closing:
            guarded(self._next)

    def _next(self) -> None:
        if self._postponed:
            self._handle(self._postponed.popleft())
            return
        is_asleep = self._recording is None and self._line is None and not self._standby.keep_open
        try:
            message = self._inbox.get(timeout=None if is_asleep else WAIT_S)
        except queue.Empty:
            self._waited()
        else:
            self._handle(message)

    def _handle(self, message: _Message) -> None:
        if not isinstance(message, _Arrived):
            message()
        elif message.line is not self._line:  # of a stream that is closed
            return
        elif message.block is None:
            self._stream_ended()
        else:
            self._block(message.line, message.block)

    # --- takes

    def _start(self, take: int, device: str) -> None:
        if self._recording is not None:
            self._end(self._recording)
        writer = self._journal.begin(take)
        now_s = time.monotonic()
        if self._line is not None and not self._line.fits(device, now_s):
            self._close_line()
        self._recording = recording = Recording(take, device, writer, self._listener)
        if self._line is None:
            self._open(device, Look.IF_NEEDED)
        else:
            self._line.begin(recording, now_s)

    def _stop(self, take: int) -> None:
        if self._recording is not None and self._recording.take == take:
            self._end(self._recording)

    def _close(self) -> None:
        self._is_closing = True
        self._standby = Standby()
        if self._recording is not None:
            self._end(self._recording)
        self._close_line()
        self._sound.end()

    def _do(self, recording: Recording, step: Step) -> None:
        match step:
            case Step.TELL:
                recording.lost(MicrophoneSilent())
            case Step.OPEN:
                self._open(recording.device, Look.NEVER)
            case Step.LOOK_AND_OPEN:
                self._open(recording.device, Look.FIRST)
            case Step.GIVE_UP:
                self._give_up(recording, MicrophoneLost())

    def _give_up(self, recording: Recording, error: AudioError) -> None:
        recording.lost(error)
        self._end(recording)

    def _end(self, recording: Recording) -> None:
        line = self._line
        if line is not None and line.stays(self._standby):
            # What waits in the inbox came later, and may be of the next take already.
            line.finish(recording)
        else:
            self._close_line()
        self._recording = None
        recording.end()
        if not self._is_closing:
            self._rest(Look.NEVER)

    # --- the microphone

    def _open(self, device: str, look: Look) -> None:
        """Asks for the stream; that it is open is news later."""
        if self._line is not None and self._line.opening is not None:  # the sound system hangs
            return
        line = Line(device, look)
        self._line = line
        put = self._inbox.put
        opening = self._sound.open(
            device,
            lambda block: put(_Arrived(line, block)),
            lambda: put(_Arrived(line, None)),
            look,
        )
        line.opening = opening
        opening.add_done_callback(lambda _: put(partial(self._opened, line, opening)))

    def _opened(self, line: Line, opening: Future[Stream]) -> None:
        """The stream is open, or cannot be opened."""
        if line is not self._line or line.opening is not opening:  # the take has ended
            return
        line.opening = None
        error = opening.exception()
        if error is None:
            self._use(line, opening.result())
            if self._recording is None:
                self._rest(Look.NEVER)
            return
        self._line = None
        if not isinstance(error, AudioError):
            raise error
        recording = self._recording
        if recording is None or recording.last_block_s is not None:
            logger.info("the microphone is not open: %s", error)
        elif line.look is Look.NEVER and not recording.watch.attempts:
            # It was opened for no take, and less thoroughly than for one.
            self._open(recording.device, Look.IF_NEEDED)
        else:  # there was nothing yet that could come back
            self._give_up(recording, error)

    def _use(self, line: Line, stream: Stream) -> None:
        self._is_substituted = stream.is_substitute
        for block in line.use(stream, time.monotonic()):
            self._block(line, block)

    def _block(self, line: Line, block: Block) -> None:
        line.last_s = now_s = time.monotonic()
        if line.converter is None:
            line.early.append(block)
        elif self._recording is not None:
            self._recording.block(block, line.converter, now_s)
        else:
            self._idle.block()
            if self._standby.keep_open:
                line.keep(block, now_s)
            elif line.is_cold(now_s):
                self._close_line()

    def _waited(self) -> None:
        recording, line = self._recording, self._line
        if recording is not None:
            has_stream = line is not None and line.stream is not None
            self._do(recording, recording.watch.waited(has_stream=has_stream))
            return
        if line is not None:
            line.pre_roll.forget_stale(time.monotonic())
        is_dead = self._idle.waited() and (line is None or line.opening is None)
        if line is not None and (is_dead or line.is_cold(time.monotonic())):
            self._close_line()
        if is_dead:
            self._rest(Look.NEVER)

    def _stream_ended(self) -> None:
        logger.warning("the microphone's stream ended by itself")
        self._close_line()
        if self._recording is not None:
            self._do(self._recording, self._recording.watch.stream_ended())

    def _stand_by(self, standby: Standby) -> None:
        self._standby = standby
        self._is_substituted = False
        if self._recording is None:
            self._rest(Look.IF_NEEDED)

    def _rest(self, look: Look) -> None:
        """Nothing is recorded: the microphone is opened, left open or closed, as is wished."""
        wished = self._standby
        if self._line is not None and not self._line.may_rest(wished):
            self._close_line()
        if self._line is not None:
            self._line.rest(wished, time.monotonic())
        elif wished.keep_open and not self._is_substituted:
            self._open(wished.device, look)

    def _close_line(self) -> None:
        """Closes the stream and keeps all that came from it for the take, if there is one."""
        line = self._line
        if line is None:
            return
        opening, line.opening = line.opening, None
        if opening is not None and (late := self._sound.settled(opening)) is not None:
            self._use(line, late)
        if line.stream is not None:
            stream, line.close_s = line.stream, None
            self._sound.close(stream)
            self._take_in_blocks()
        if self._recording is not None:
            line.finish(self._recording)
        self._line = None  # what else it has to tell is no news

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
