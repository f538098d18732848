"""One take while it is recorded: into the journal, and on to whoever listens."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np

from dictation.audio.conversion import Converter
from dictation.audio.journal import Writer
from dictation.audio.microphone import Block
from dictation.audio.watch import Watch
from dictation.errors import AudioError
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Samples

logger = logging.getLogger(__name__)

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
class Recording:
    """For the capture's thread. A listener that fails costs no sample."""

    take: int
    device: str
    writer: Writer
    listener: CaptureListener
    watch: Watch = field(default_factory=Watch)
    last_block_s: float | None = None
    """When the last block came; None before the first one."""

    def block(self, block: Block, converter: Converter, now_s: float) -> None:
        """The next one; the first ones may be from just before the take."""
        if self.last_block_s is not None and self.watch.attempts:
            missing_s = min(now_s - self.last_block_s, _LONGEST_PAUSE_S)
            logger.warning("take %s: %.1f s are missing", self.take, missing_s)
            # A pause in the take too, so that the words around it are not taken for one.
            self._keep(np.zeros(round(missing_s * SAMPLE_RATE_HZ), np.float32))
        if self.last_block_s is None:
            guarded(partial(self.listener.began, self.take))
        self.last_block_s = now_s
        self.watch.block()
        self._keep(converter.convert(block))

    def finish(self, converter: Converter) -> None:
        """The last that it holds; the microphone is closed, or goes on for others."""
        self._keep(converter.finish())
        if converter.bad_samples:
            bad_samples = converter.bad_samples
            logger.warning("take %s: %s samples were no numbers", self.take, bad_samples)

    def lost(self, error: AudioError) -> None:
        logger.warning("take %s: %s", self.take, error)
        guarded(partial(self.listener.lost, self.take, error))

    def end(self) -> None:
        self.writer.seal()
        guarded(partial(self.listener.ended, self.take))

    def _keep(self, samples: Samples) -> None:
        if samples.size:
            self.writer.append(samples)
            guarded(partial(self.listener.heard, AudioChunk(self.take, samples)))


def guarded(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:  # the thread's boundary: a fault, the listener's too, must cost no word
        logger.exception("the capture failed")
