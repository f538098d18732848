"""Takes in what is told of takes, and answers questions about them, on a thread of its own."""

from __future__ import annotations

import itertools
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from dictation.errors import DictationError
from dictation.history.database import opened, replaced
from dictation.history.entries import Entry, Stage, Value, entries, highest_take, put, recognised
from dictation.speech import Outcome, Transcript, Verdict

logger = logging.getLogger(__name__)

ANSWER_S = 2.0
"""How long a question waits for the disk."""
NUMBER_S = 0.5
"""How long a new take waits for its number; speaking has begun by then."""
_CLOSE_WAIT_S = 0.5

T = TypeVar("T")


class History:
    """The takes of all runs, in an SQLite database that is readable for its owner alone.

    Nothing here raises or waits for the disk, but questions do wait, for two seconds at most. A
    damaged database is set aside as ``….bad``; where none can be written, takes are remembered
    until the program ends. Both are logged.
    """

    def __init__(self, file: Path, *, kept_takes: Iterable[int] = ()) -> None:
        """kept_takes: numbers that are in use elsewhere, as for recordings of earlier runs."""
        self.file = file
        self._highest_kept = max(kept_takes, default=0)
        self._numbers: itertools.count[int] | None = None
        self._numbering = threading.Lock()
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="history", daemon=True)
        self._thread.start()

    def next_take(self) -> int:
        """A number that no take of this or any other run has."""
        with self._numbering:
            if self._numbers is None:
                # Of a disk that does not answer: the seconds since 1970 are above every count.
                highest = self._asked(highest_take, instead=int(time.time()), within_s=NUMBER_S)
                self._numbers = itertools.count(max(highest, self._highest_kept) + 1)
            return next(self._numbers)

    def began(self, take: int) -> None:
        """It is being recorded."""
        self._tell(take, stage=Stage.RECORDING)

    def captured(self, take: int, duration_s: float) -> None:
        """Its recording is whole."""
        self._tell(take, stage=Stage.CAPTURED, duration_s=duration_s)

    def transcribed(self, transcript: Transcript) -> None:
        """Its text is known."""
        self._tell(transcript.take, stage=Stage.TRANSCRIBED, **recognised(transcript))

    def delivered(self, take: int, verdict: Verdict) -> None:
        """Its text was inserted, or, by the verdict, could not be."""
        has_failed = verdict.outcome is Outcome.FAILED
        self._tell(
            take,
            stage=Stage.FAILED if has_failed else Stage.DELIVERED,
            outcome=verdict.outcome,
            error=str(verdict.reason or ""),
        )

    def failed(self, take: int, error: DictationError) -> None:
        """It could not be recorded or recognised."""
        self._tell(take, stage=Stage.FAILED, error=str(error))

    def cancelled(self, take: int) -> None:
        """The user did not want it."""
        self._tell(take, stage=Stage.CANCELLED)

    def recovered(self, take: int, transcript: Transcript) -> None:
        """A take of an earlier run is transcribed now."""
        self._tell(take, stage=Stage.RECOVERED, **recognised(transcript))

    def recent(self, limit: int) -> tuple[Entry, ...]:
        """The newest takes, newest first; nothing if the disk does not answer in time."""
        return self._found("ORDER BY take DESC LIMIT ?", limit)

    def unfinished(self) -> tuple[Entry, ...]:
        """Takes whose words have reached nobody, oldest first: their recordings are still wanted.

        Those being recorded, captured or transcribed, and those that failed without a text.
        """
        stages = (Stage.RECORDING, Stage.CAPTURED, Stage.TRANSCRIBED, Stage.FAILED)
        condition = "WHERE stage IN (?, ?, ?) OR stage = ? AND text = '' ORDER BY take"
        return self._found(condition, *stages)

    def last_text(self) -> str | None:
        """The text of the newest take that has one and was not cancelled."""
        condition = "WHERE text != '' AND stage != ? ORDER BY take DESC LIMIT 1"
        found = self._found(condition, Stage.CANCELLED)
        return found[0].text if found else None

    def close(self) -> None:
        """Writes what was told and ends the thread; waits half a second for a slow disk."""
        self._jobs.put(None)
        self._thread.join(_CLOSE_WAIT_S)

    def _tell(self, take: int, **values: Value) -> None:
        now = datetime.now(UTC)
        self._jobs.put(lambda: self._done(lambda database: put(database, take, now, values)))

    def _found(self, condition: str, *values: Value) -> tuple[Entry, ...]:
        return self._asked(lambda database: entries(database, condition, *values), instead=())

    def _asked(
        self,
        question: Callable[[sqlite3.Connection], T],
        *,
        instead: T,
        within_s: float = ANSWER_S,
    ) -> T:
        answer: Future[T] = Future()
        self._jobs.put(lambda: self._answer(question, answer))
        try:
            return answer.result(within_s)
        except TimeoutError:
            logger.warning("the history did not answer within %s s", within_s)
        except (sqlite3.Error, ValueError) as error:
            logger.warning("the history cannot be read: %s", error)
        return instead

    # --- on the history's thread

    def _run(self) -> None:
        self._database = opened(self.file)
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:  # the thread's boundary: takes go on without their history
                logger.exception("the history failed")
        self._database.close()

    def _answer(self, question: Callable[[sqlite3.Connection], T], answer: Future[T]) -> None:
        try:
            result = self._done(question)
        except (sqlite3.Error, ValueError) as error:
            answer.set_exception(error)
        else:
            answer.set_result(result)

    def _done(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Does it in the database, or in a new one if this one cannot take it."""
        try:
            with self._database:
                return work(self._database)
        except sqlite3.DatabaseError as error:
            logger.warning("the history %s is not usable: %s", self.file, error)
            self._database = replaced(self._database, self.file, error)
        with self._database:
            return work(self._database)
