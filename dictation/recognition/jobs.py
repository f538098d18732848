"""What the model thread is to do next: what is due, in order; else what may be done ahead."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

from dictation.recognition.ahead import Ahead
from dictation.recognition.recogniser import Utterance
from dictation.recognition.turns import Turns
from dictation.recognition.units import Unit


@dataclass(frozen=True, slots=True)
class Decode:
    """A unit has closed."""

    utterance: Utterance
    unit: Unit


@dataclass(frozen=True, slots=True)
class Report:
    """All units that close within so much of a take are decoded."""

    utterance: Utterance
    samples: int


@dataclass(frozen=True, slots=True)
class Deliver:
    """All units of a take are decoded."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class DecodeAhead:
    """A unit that is still open may be worth decoding."""

    utterance: Utterance
    ahead: Ahead


Due = Decode | Report | Deliver
Job = Due | DecodeAhead | None  # None: nothing more will come


class Jobs:
    """Filled by one thread, emptied by another.

    What is due for live takes goes first, then what may be decoded ahead for them, then files.
    """

    def __init__(self) -> None:
        self._due: deque[Due] = deque()
        self._due_later: deque[Due] = deque()  # of files
        self._offered: dict[int, DecodeAhead] = {}  # by take, those that were not begun
        self._newest: dict[int, Ahead] = {}  # by take, what was offered last
        self._live = 0
        self._turns = Turns()
        self._ended = False
        self._changed = threading.Condition()

    def put(self, job: Due) -> None:
        """Something that must be done, after all that was put for this take before."""
        with self._changed:
            (self._due if job.utterance.is_live else self._due_later).append(job)
            self._changed.notify()

    def end(self) -> None:
        """Nobody waits for anything any more."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def are_live(self, takes: int) -> None:
        """So many dictations are going on."""
        with self._changed:
            self._live = takes
            self._changed.notify()

    def note(self, began_s: float, ended_s: float) -> None:
        """A unit of a file was decoded, in times of ``time.monotonic``."""
        with self._changed:
            self._turns.note(began_s, ended_s)

    def is_offered(self, take: int, ahead: Ahead) -> bool:
        """Whether this was offered last for this take. For the thread that offers."""
        return self._newest.get(take) is ahead

    def offer(self, utterance: Utterance, ahead: Ahead) -> None:
        """What may be decoded ahead, in place of what was offered for this take before."""
        with self._changed:
            self._newest[utterance.take] = ahead
            self._offered[utterance.take] = DecodeAhead(utterance, ahead)
            self._changed.notify()

    def withdraw(self, take: int) -> None:
        """What was offered for this take is worth nothing any more."""
        with self._changed:
            self._newest.pop(take, None)
            self._offered.pop(take, None)

    def are_waiting(self) -> bool:
        """Whether there is something to do."""
        with self._changed:
            return bool(self._ended or self._due or self._offered or self._due_later)

    def next(self) -> Job:
        """Waits for something to do."""
        with self._changed:
            while True:
                if self._ended:
                    return None
                if self._due:
                    return self._due.popleft()
                if self._offered:
                    return self._offered.popitem()[1]
                wait_s = self._turns.wait_s(time.monotonic(), live=self._live)
                if self._due_later and not wait_s:
                    return self._due_later.popleft()
                self._changed.wait(wait_s if self._due_later else None)
