"""Listens to a microphone for no other end than to see how loud it is."""

from __future__ import annotations

import logging
import threading
from collections import deque

from dictation.audio import microphone
from dictation.audio.microphone import Block, OpenStream, Stream
from dictation.errors import AudioError

logger = logging.getLogger(__name__)

_RETRY_S = 1.0
_END_WAIT_S = 0.1
_MOST_BLOCKS = 50  # a second; whoever looks more rarely needs no more


class Listening:
    """From its construction until ``end``; a microphone that cannot be opened is tried again.

    It stands back for dictations: where one of them needs the sound system to be looked at anew,
    this stream is closed, and opened again later.

    Attributes:
        trouble: why nothing is heard at the moment; None: the microphone is open, or is about to.
    """

    def __init__(self, device: str, open_stream: OpenStream = microphone.open_beside) -> None:
        """device: as the system lists it; empty: the system's default."""
        self.trouble: AudioError | None = None
        self._device = device
        self._open_stream = open_stream
        self._blocks: deque[Block] = deque(maxlen=_MOST_BLOCKS)
        self._ending = False
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)
        self._thread.start()

    def heard(self) -> list[Block]:
        """What has come since this was last asked, the last second of it at most."""
        blocks: list[Block] = []
        while self._blocks:
            blocks.append(self._blocks.popleft())
        return blocks

    def end(self) -> None:
        """Closes the microphone; one that hangs in the sound system is left to itself."""
        self._ending = True
        self._woken.set()
        self._thread.join(_END_WAIT_S)
        if self._thread.is_alive():
            microphone.abandon()

    # --- on the thread

    def _run(self) -> None:
        while not self._ending:
            try:
                self._listen()
            except Exception:  # the thread's boundary: a meter is never worth more than a line
                logger.exception("nothing is measured any more")
                return

    def _listen(self) -> None:
        self._woken.clear()
        try:
            stream = self._open_stream(self._device, self._blocks.append, self._woken.set)
        except AudioError as error:
            self.trouble = error
            self._pause()
            return
        self.trouble = None
        self._until_woken(stream)
        self._pause()  # its stream ended: not at once again

    def _until_woken(self, stream: Stream) -> None:
        try:
            if not self._ending:
                self._woken.wait()
        finally:
            stream.close()

    def _pause(self) -> None:
        self._woken.clear()
        if not self._ending:
            self._woken.wait(_RETRY_S)
