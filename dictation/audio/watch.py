"""Decides what to do about a microphone that gives nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

WAIT_S = 0.1
SILENT_AFTER_WAITS = 5  # 0.5 s; the slowest start that was measured is 0.08 s
WAITS_PER_ATTEMPT = 10  # to open the microphone again: at once, then each second
LOOK_AGAIN_ATTEMPT = 3  # costs 50 ms, and helps only where devices have other numbers by now
IDLE_WAITS = 50  # 5 s without a block, or without a microphone that is to be kept open
LAST_ATTEMPT = 5  # 4 s after the stream ended; another second later the microphone is lost


class Step(Enum):
    """What is due when nothing comes."""

    WAIT = auto()
    TELL = auto()
    """The user, that the microphone gives nothing."""
    OPEN = auto()
    """The microphone again, as its stream has ended."""
    LOOK_AND_OPEN = auto()
    """The same after a new look at which devices there are."""
    GIVE_UP = auto()


@dataclass(slots=True)
class Watch:
    """Over one take.

    Time is counted in waits of 0.1 s that passed without a block, not by a clock: a process that
    was stopped for an hour, or a machine that slept, has a microphone like any other.
    """

    waits: int = 0
    """Since the last block."""
    waits_without_stream: int = 0
    """Since the stream ended, unless a block came since."""
    attempts: int = 0
    """To open the microphone again, since the last block."""

    def block(self) -> None:
        """One came."""
        self.waits = self.waits_without_stream = self.attempts = 0

    def stream_ended(self) -> Step:
        """By itself. One that ends as soon as it is opened is not opened in a hurry."""
        return self._attempt() if self.attempts == 0 else Step.WAIT

    def waited(self, *, has_stream: bool) -> Step:
        """Nothing came for another 0.1 s."""
        self.waits += 1
        if not has_stream:
            self.waits_without_stream += 1
            if self.waits_without_stream % WAITS_PER_ATTEMPT == 0:
                return self._attempt()
        return Step.TELL if self.waits == SILENT_AFTER_WAITS else Step.WAIT

    def _attempt(self) -> Step:
        if self.attempts == LAST_ATTEMPT:
            return Step.GIVE_UP
        self.attempts += 1
        return Step.LOOK_AND_OPEN if self.attempts == LOOK_AGAIN_ATTEMPT else Step.OPEN


@dataclass(slots=True)
class IdleWatch:
    """Between takes, while a microphone is open or should be. Time is counted as above."""

    waits: int = 0

    def block(self) -> None:
        """One came."""
        self.waits = 0

    def waited(self) -> bool:
        """Whether it is time to open it anew."""
        self.waits = (self.waits + 1) % IDLE_WAITS
        return self.waits == 0
