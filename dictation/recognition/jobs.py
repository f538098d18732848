"""What the model thread is to do next: what is due, in order; else what may be done ahead."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from dictation.recognition.ahead import Ahead
from dictation.recognition.calling_off import CallOff
from dictation.recognition.recogniser import Utterance
from dictation.recognition.spans import Ending
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
    call_off: CallOff = field(default_factory=CallOff, compare=False)
    """Called when its time is better spent."""


Due = Decode | Report | Deliver
Job = Due | DecodeAhead

_ByClient = dict[int, deque[Due]]
"""Whoever's turn it is comes first."""


class Jobs:
    """Filled by one thread, emptied by others.

    What is due for live takes goes first, then what may be decoded ahead for them, then files.
    Among equals, clients get their turns one after the other. The jobs of one take are done in
    order, one at a time: whoever took one says when it is ``done``.

    Attributes:
        decoders: how many threads empty it; set before anything is put.
    """

    def __init__(self) -> None:
        self.decoders = 1
        self._due_live: _ByClient = {}
        self._due_later: _ByClient = {}  # of files
        self._offered: dict[int, DecodeAhead] = {}  # by take, those that were not begun
        self._newest: dict[int, Ahead] = {}  # by take, what was offered last
        self._busy: dict[int, Utterance] = {}  # takes of which a job is being done
        self._doing_ahead: dict[int, DecodeAhead] = {}  # by take
        self._gave_way: set[int] = set()  # takes whose last decode ahead was called off for a newer
        self._live = 0
        self._turns = Turns()
        self._ended = False
        self._changed = threading.Condition()

    def put(self, job: Due) -> None:
        """Something that must be done, after all that was put for this take before."""
        utterance = job.utterance
        with self._changed:
            clients = self._due_live if utterance.is_live else self._due_later
            clients.setdefault(utterance.options.client, deque()).append(job)
            if isinstance(job, Decode):
                self._call_off(utterance.take, job.unit)
            self._changed.notify()

    def end(self) -> None:
        """Nobody waits for anything any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

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
            self._let_pass(utterance.take, ahead)
            self._changed.notify()

    def withdraw(self, take: int) -> None:
        """What was offered for this take is worth nothing any more."""
        with self._changed:
            self._newest.pop(take, None)
            self._offered.pop(take, None)

    def are_waiting(self) -> bool:
        """Whether there is something to do."""
        with self._changed:
            return bool(self._ended or self._due_live or self._offered or self._due_later)

    def next(self) -> Job | None:
        """Waits for something to do. None: nothing more will come."""
        with self._changed:
            while not self._ended:
                job = self._first(self._due_live) or self._first_offered()
                wait_s = self._files_wait_s()
                if job is None and wait_s == 0:
                    job = self._first(self._due_later)
                if job is not None:
                    self._busy[job.utterance.take] = job.utterance
                    if isinstance(job, DecodeAhead):
                        self._doing_ahead[job.utterance.take] = job
                    return job
                self._changed.wait(wait_s if wait_s and self._due_later else None)
            return None

    def more(self, like: Decode, most: int) -> list[Decode]:
        """Up to so many units that are due too, of other takes: to be decoded with this one.

        Of live takes, if that is one.
        """
        clients = self._due_live if like.utterance.is_live else self._due_later
        found: list[Decode] = []
        with self._changed:
            while len(found) < most and not self._ended:
                job = self._first(clients, Decode)
                if not isinstance(job, Decode):
                    break
                self._busy[job.utterance.take] = job.utterance
                found.append(job)
        return found

    def done(self, job: Job) -> None:
        """A job that was taken is over."""
        with self._changed:
            self._busy.pop(job.utterance.take, None)
            self._doing_ahead.pop(job.utterance.take, None)
            was_given_up = isinstance(job, DecodeAhead) and job.call_off.called
            if not was_given_up:
                self._gave_way.discard(job.utterance.take)
            self._changed.notify()

    def _let_pass(self, take: int, newer: Ahead) -> None:
        """What may be the end of a take does not wait for what cannot be it any more.

        Not twice in a row: on a slow machine nothing would ever be seen while one speaks.
        """
        may_be_the_end = newer.ending is not Ending.SPEAKING
        if may_be_the_end and take not in self._gave_way and self._call_off(take, newer.unit):
            self._gave_way.add(take)

    def _call_off(self, take: int, needed: Unit) -> bool:
        """Calls off what is being decoded ahead, unless it is what is needed."""
        doing = self._doing_ahead.get(take)
        if doing is None or doing.ahead.unit.key == needed.key:
            return False
        doing.call_off.call()
        return True

    def _files_wait_s(self) -> float | None:
        """How long files have no turn; None: until something changes."""
        if self.decoders == 1 or not self._live:
            return self._turns.wait_s(time.monotonic(), live=self._live)
        # One of several decoders is kept for those who dictate.
        of_files = sum(not utterance.is_live for utterance in self._busy.values())
        return 0.0 if of_files < self.decoders - 1 else None

    def _first(self, clients: _ByClient, kind: type[Decode] | None = None) -> Due | None:
        for client, jobs in clients.items():
            at = self._first_free(jobs)
            if at is None or (kind is not None and not isinstance(jobs[at], kind)):
                continue
            job = jobs[at]
            del jobs[at]
            if isinstance(job, Decode) or not jobs:  # what takes no time costs no turn
                del clients[client]
                if jobs:
                    clients[client] = jobs
            return job
        return None

    def _first_free(self, jobs: deque[Due]) -> int | None:
        """The place of the first job of a take that nothing is being done for."""
        for at, job in enumerate(jobs):
            if job.utterance.take not in self._busy:
                return at
        return None

    def _first_offered(self) -> DecodeAhead | None:
        for take in reversed(self._offered):
            if take not in self._busy:
                return self._offered.pop(take)
        return None
