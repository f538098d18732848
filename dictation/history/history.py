"""Takes in what is told of takes, and answers questions about them, on a thread of its own."""

from __future__ import annotations

import itertools
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from dictation.errors import DictationError
from dictation.history import correcting, forgetting
from dictation.history.database import opened, replaced
from dictation.history.entries import (
    Entry,
    Stage,
    Value,
    entries,
    highest_take,
    put,
    put_segments,
    recognised,
)
from dictation.history.sound import SoundFiles
from dictation.settings import HistorySettings
from dictation.speech import Outcome, Samples, Transcript, Verdict

logger = logging.getLogger(__name__)

ANSWER_S = 2.0
"""How long a question waits for the disk."""
NUMBER_S = 0.5
"""How long a new take waits for its number; speaking has begun by then."""
_CLOSE_WAIT_S = 0.5

T = TypeVar("T")


def _now() -> datetime:
    return datetime.now(UTC)


def _nobody() -> None:
    pass


class History:
    """The takes of all runs, in an SQLite database that is readable for its owner alone.

    Nothing here raises or waits for the disk, but questions do wait, for two seconds at most. A
    damaged database is set aside as ``….bad``; where none can be written, takes are remembered
    until the program ends. Both are logged.
    """

    def __init__(
        self,
        file: Path,
        *,
        kept_takes: Iterable[int] = (),
        kept: HistorySettings | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """kept_takes: numbers that are in use elsewhere, as for recordings of earlier runs.

        kept: what is kept, and for how long; None: no recording is added, and nothing is deleted
        that another process keeps.
        """
        self.file = file
        self._kept = kept
        self._clock = clock
        self._on_change: Callable[[], None] = _nobody
        self._sounds = SoundFiles(file.with_name(f"{file.stem}-audio"), self._sound_kept)
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

    def began(self, take: int, app: str = "") -> None:
        """It is being recorded, for that program."""
        self._tell(take, stage=Stage.RECORDING, app=app)

    def captured(self, take: int, duration_s: float) -> None:
        """Its recording is whole."""
        self._tell(take, stage=Stage.CAPTURED, duration_s=duration_s)

    def transcribed(self, transcript: Transcript) -> None:
        """Its text is known."""
        self._tell_text(Stage.TRANSCRIBED, transcript)

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
        self._tell_text(Stage.RECOVERED, replace(transcript, take=take))

    def recent(self, limit: int) -> tuple[Entry, ...]:
        """The newest takes, newest first; nothing if the disk does not answer in time."""
        return self._found("ORDER BY takes.take DESC LIMIT ?", limit)

    def unfinished(self) -> tuple[Entry, ...]:
        """Takes whose words have reached nobody, oldest first: their recordings are still wanted.

        Those being recorded, captured or transcribed, and those that failed without a text.
        """
        stages = (Stage.RECORDING, Stage.CAPTURED, Stage.TRANSCRIBED, Stage.FAILED)
        condition = "WHERE stage IN (?, ?, ?) OR stage = ? AND takes.text = '' ORDER BY 1"
        return self._found(condition, *stages)

    def last_text(self) -> str | None:
        """The text of the newest take that has one and was not cancelled."""
        condition = "WHERE takes.text != '' AND stage != ? ORDER BY takes.take DESC LIMIT 1"
        found = self._found(condition, Stage.CANCELLED)
        return found[0].text if found else None

    # --- what the user makes of it

    def ask(self, question: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Asks without waiting. The answer, or a sqlite3.Error or ValueError, comes on the
        history's thread."""
        answer: Future[T] = Future()
        self._jobs.put(lambda: self._answer(question, answer))
        return answer

    def watch(self, on_change: Callable[[], None]) -> None:
        """on_change: called on the history's thread whenever there is something new to see."""
        self._on_change = on_change

    def correct(self, take: int, text: str) -> None:
        """The user puts another text in the place of the one that was recognised."""
        self._change(lambda database: correcting.correct(database, take, text, self._clock()))

    def hear_again(self, take: int, heard: Transcript) -> None:
        """Its recording was recognised in another way, and the user wants that text."""
        self._change(lambda database: correcting.hear_again(database, take, heard, self._clock()))

    def go_back(self, take: int) -> None:
        """To the text that was recognised at first."""
        self._change(lambda database: correcting.go_back(database, take))

    def delete(self, takes: Sequence[int]) -> Future[None]:
        """For good, with their recordings. The future is done once nothing of them is left."""
        gone: Future[None] = Future()
        self._sounds.drop(takes)
        self._jobs.put(partial(self._delete, list(takes), gone))
        return gone

    def sound_file(self, take: int) -> Path:
        """Where its recording is, if it is kept: a FLAC file."""
        return self._sounds.file(take)

    def keep_sound(
        self, take: int, audio: Callable[[], Iterable[Samples]], done: Callable[[], None]
    ) -> None:
        """Keeps the recording of a take that is over, if that is wanted.

        audio: read on a thread of its own. done: called there, once it is not needed any more.
        """
        if self._kept is None or self._kept.private or not self._kept.audio_mb:
            done()
        else:
            self._sounds.keep(take, audio, done)

    @property
    def is_private(self) -> bool:
        """Whether nothing new is kept."""
        return self._kept is not None and self._kept.private

    def keep(self, kept: HistorySettings) -> None:
        """What is kept from now on."""
        self._kept = kept
        self.tidy()

    def tidy(self) -> None:
        """Drops what is older than it shall be; to be called every day."""
        self._jobs.put(self._tidy)

    def close(self) -> None:
        """Writes what was told and ends the threads; waits for slow disks, but not for long."""
        self._sounds.close()
        self._jobs.put(None)
        self._thread.join(_CLOSE_WAIT_S)

    def _tell(self, take: int, **values: Value) -> None:
        now = self._clock()
        self._change_unless_private(lambda database: put(database, take, now, values))

    def _tell_text(self, stage: Stage, transcript: Transcript) -> None:
        now, take = self._clock(), transcript.take
        values: dict[str, Value] = {"stage": stage, **recognised(transcript)}

        def told(database: sqlite3.Connection) -> None:
            put(database, take, now, values)
            put_segments(database, take, transcript.segments)

        self._change_unless_private(told)

    def _change_unless_private(self, work: Callable[[sqlite3.Connection], None]) -> None:
        if not self.is_private:
            self._change(work)

    def _change(self, work: Callable[[sqlite3.Connection], None]) -> None:
        def changed() -> None:
            self._done(work)
            self._on_change()

        self._jobs.put(changed)

    def _found(self, condition: str, *values: Value) -> tuple[Entry, ...]:
        return self._asked(lambda database: entries(database, condition, *values), instead=())

    def _asked(
        self,
        question: Callable[[sqlite3.Connection], T],
        *,
        instead: T,
        within_s: float = ANSWER_S,
    ) -> T:
        answer = self.ask(question)
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
        self._jobs.put(self._tidy)
        if self._kept is not None:
            self._jobs.put(self._sweep)
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

    def _sound_kept(self, take: int, size_bytes: int) -> None:
        """On the thread of sounds."""
        self._jobs.put(partial(self._enter_sound, take, size_bytes))

    def _enter_sound(self, take: int, size_bytes: int) -> None:
        sql = "UPDATE takes SET sound_bytes = ? WHERE take = ?"
        if self._done(lambda database: database.execute(sql, (size_bytes, take)).rowcount):
            self._drop_sounds()
            self._on_change()
        else:
            self._sounds.drop([take])  # the take was deleted meanwhile

    def _delete(self, takes: list[int], gone: Future[None]) -> None:
        """Some at a time: what others ask meanwhile comes between."""
        some, rest = takes[: forgetting.BATCH], takes[forgetting.BATCH :]
        try:
            self._done(lambda database: forgetting.delete(database, some))
        except sqlite3.Error as error:
            gone.set_exception(error)
            return
        self._sounds.drop(some)  # once more: one may have been on its way to the disk
        if rest:
            self._jobs.put(partial(self._delete, rest, gone))
        else:
            self._jobs.put(partial(self._wipe, gone))
            self._on_change()

    def _wipe(self, gone: Future[None]) -> None:
        try:
            if self._done(forgetting.wipe):
                self._jobs.put(partial(self._wipe, gone))
                return
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            gone.set_exception(error)
        else:
            gone.set_result(None)

    def _tidy(self) -> None:
        kept, now = self._kept, self._clock()
        if kept is None:
            return
        old = self._done(lambda database: forgetting.too_old(database, kept, now))
        if old:
            logger.info("%s takes are old enough to be forgotten", len(old))
            self.delete(old)
        self._drop_sounds()

    def _sweep(self) -> None:
        # A history that has just been begun, in the place of a damaged one, knows of no recording.
        if self._done(highest_take):
            self._sounds.drop_others(self._done(forgetting.sounding))

    def _drop_sounds(self) -> None:
        kept, now = self._kept, self._clock()
        if kept is None:
            return
        takes = self._done(lambda database: forgetting.sounds_to_drop(database, kept, now))
        if takes:
            logger.info("%s recordings are kept no longer", len(takes))
            self._sounds.drop(takes)
            self._done(lambda database: forgetting.forget_sounds(database, takes))

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
