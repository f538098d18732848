"""The thread on which text is inserted: one at a time, in the order in which it was asked for."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QThread, Signal

from dictation.errors import InsertionFault
from dictation.native.contracts import Target, Typist
from dictation.speech import Outcome, Verdict

logger = logging.getLogger(__name__)

NOBODYS = 0
"""What concerns no take goes by this number."""


class Way(StrEnum):
    """What is to be done with a text."""

    INSERT = "insert"
    COPY = "copy"
    UNDO = "undo"
    """Takes the last one away again; the text does not matter."""


@dataclass(frozen=True, slots=True)
class _Errand:
    take: int
    text: str
    way: Way
    target: Target | None


class InsertionThread(QThread):
    """Owns the typist; ``insert``, ``copy`` and ``end`` may be called from any thread.

    Signals:
        inserted(int, Verdict): once for each ``insert``.
    """

    inserted = Signal(int, object)

    def __init__(self, find_typist: Callable[[], Typist], parent: QObject | None = None) -> None:
        """find_typist: called on the thread, which is the only one to use what it returns."""
        super().__init__(parent)
        self._find_typist = find_typist
        self._errands: queue.SimpleQueue[_Errand | None] = queue.SimpleQueue()

    def insert(self, take: int, text: str, target: Target | None, way: Way) -> None:
        """Puts a take's text where it is meant; ``inserted`` tells what became of it."""
        self._errands.put(_Errand(take, text, way, target))

    def end(self) -> None:
        """Finishes what was asked for, and waits for it."""
        self._errands.put(None)
        self.wait()

    def run(self) -> None:
        """The thread."""
        # Now, for the desktop may have to ask the user, who should not wait for that later.
        typist = self._found_early()
        while (errand := self._errands.get()) is not None:
            try:
                typist = typist or self._find_typist()
                verdict = self._carried_out(typist, errand)
            except Exception as error:  # the thread's boundary: the text is in the history
                logger.exception("take %s could not be inserted", errand.take)
                reason = InsertionFault(reason=type(error).__name__)
                verdict = Verdict(Outcome.FAILED, "none", reason)
            logger.info(
                "take %s: %s characters %s by %s",
                errand.take,
                len(errand.text),
                verdict.outcome,
                verdict.method,
            )
            self.inserted.emit(errand.take, verdict)
        if typist is not None:
            typist.close()

    def _found_early(self) -> Typist | None:
        try:
            return self._find_typist()
        except Exception:  # the thread's boundary: the first text tries again, and tells of it
            logger.exception("no way to insert text was found yet")
            return None

    @staticmethod
    def _carried_out(typist: Typist, errand: _Errand) -> Verdict:
        match errand.way:
            case Way.INSERT:
                return typist.insert(errand.text, errand.target)
            case Way.COPY:
                return typist.copy(errand.text)
            case Way.UNDO:
                return typist.undo()
