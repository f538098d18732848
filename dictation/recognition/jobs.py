"""What the model thread is to do next: what is due, in order; else what may be done ahead."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from dictation.recognition.ahead import Ahead
from dictation.recognition.recogniser import Utterance
from dictation.recognition.units import Unit


@dataclass(frozen=True, slots=True)
class Decode:
    """A unit has closed."""

    utterance: Utterance
    unit: Unit


@dataclass(frozen=True, slots=True)
class Deliver:
    """All units of a take are decoded."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class DecodeAhead:
    """A unit that is still open may be worth decoding."""

    utterance: Utterance
    ahead: Ahead


Due = Decode | Deliver | None  # None: nothing more will come
Job = Due | DecodeAhead


class Jobs:
    """Filled by one thread, emptied by another."""

    def __init__(self) -> None:
        self._due: deque[Due] = deque()
        self._offered: dict[int, DecodeAhead] = {}  # by take, those that were not begun
        self._newest: dict[int, Ahead] = {}  # by take, what was offered last
        self._changed = threading.Condition()

    def put(self, job: Due) -> None:
        """Something that must be done, after all that was put before."""
        with self._changed:
            self._due.append(job)
            self._changed.notify()

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
            return bool(self._due or self._offered)

    def next(self) -> Job:
        """Waits for something to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._due or self._offered)
            return self._due.popleft() if self._due else self._offered.popitem()[1]
