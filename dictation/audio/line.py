"""One microphone on its way: asked for, then open, for a take or between takes."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field

from dictation.audio.conversion import Converter
from dictation.audio.microphone import Block, Stream
from dictation.audio.pre_roll import PreRoll
from dictation.audio.recording import Recording
from dictation.audio.sound_thread import Look

logger = logging.getLogger(__name__)

STALE_S = 0.5  # an open one that gave nothing for so long is opened anew for the next take


@dataclass(frozen=True, slots=True)
class Standby:
    """What becomes of the microphone while nothing is recorded."""

    device: str = ""
    """By its name; empty for the default one."""
    keep_open: bool = False
    """It listens all the time, and the last 300 ms are put in front of the next take."""
    keep_warm_s: int = 0
    """After a take it stays open for so long, and what comes from it is thrown away."""


@dataclass(slots=True, eq=False)
class Line:
    """For the capture's thread."""

    device: str
    look: Look
    opening: Future[Stream] | None = None
    """The stream that is being opened."""
    early: list[Block] = field(default_factory=list)
    """Blocks that came before the news that their stream is open."""
    stream: Stream | None = None
    converter: Converter | None = None
    """Of the stream."""
    last_s: float = 0.0
    """When it was opened, or the last block came."""
    close_s: float | None = None
    """When it is closed if no take has begun by then; None: never."""
    pre_roll: PreRoll = field(default_factory=PreRoll)
    overflows: int = 0
    """Those that were told."""

    def use(self, stream: Stream, now_s: float) -> list[Block]:
        """It is open; what came early."""
        self.stream = stream
        self.converter = Converter(stream.rate_hz)
        self.last_s = now_s
        logger.info("the microphone gives %s Hz", stream.rate_hz)
        early, self.early = self.early, []
        return early

    def fits(self, device: str, now_s: float) -> bool:
        """Whether a take from that microphone can go on with it."""
        is_alive = self.stream is not None and now_s - self.last_s < STALE_S
        return self.device == device and (self.opening is not None or is_alive)

    def stays(self, standby: Standby) -> bool:
        """Whether it is left open at the end of a take."""
        return (
            self.stream is not None
            and not self.stream.is_substitute
            and self.device == standby.device
            and (standby.keep_open or standby.keep_warm_s > 0)
        )

    def may_rest(self, standby: Standby) -> bool:
        """The same between takes; what is still being opened cannot be closed yet."""
        return self.opening is not None or self.stays(standby)

    def rest(self, standby: Standby, now_s: float) -> None:
        """No take needs it."""
        self.close_s = None if standby.keep_open else now_s + standby.keep_warm_s
        if not standby.keep_open:
            self.pre_roll.clear()

    def keep(self, block: Block, now_s: float) -> None:
        """A take may begin soon."""
        if self.stream is not None:
            self.pre_roll.add(block, self.stream.rate_hz, now_s)

    def begin(self, recording: Recording, now_s: float) -> None:
        """A take begins, with what was kept."""
        self.close_s = None
        for block in self.pre_roll.taken(now_s):
            if self.converter is not None:
                recording.block(block, self.converter, now_s)

    def is_cold(self, now_s: float) -> bool:
        """Whether it has been open for long enough without a take."""
        return self.close_s is not None and now_s >= self.close_s

    def finish(self, recording: Recording) -> None:
        """The take ends; what comes from now on is no part of it."""
        if self.stream is None or self.converter is None:
            return
        recording.finish(self.converter)
        self.converter = Converter(self.stream.rate_hz)
        if more := self.stream.overflows - self.overflows:
            logger.warning("take %s: %s overflows", recording.take, more)
        self.overflows = self.stream.overflows
