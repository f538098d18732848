"""Asks the history, whose thread answers, without ever holding up the window."""

from __future__ import annotations

import logging
import sqlite3
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dictation.errors import HistoryUnreadable
from dictation.history import Entry, Facets, History, Query
from dictation.history.database import is_lasting
from dictation.history.entries import entries_of
from dictation.history.search import facets, found

logger = logging.getLogger(__name__)

_Then = Callable[[Any], None]
_Found = Callable[["array[int]"], None]
_First = Callable[["array[int]", Sequence[Entry]], None]
_Newest = tuple["array[int]", Sequence[Entry]]
PAGE = 100
"""So many takes are found before all are, and read at once: more than any window shows."""


class Archive(QObject):
    """The history, as the window sees it.

    Signals:
        changed(): there may be something new to see.
        failed(HistoryUnreadable): a question got no answer.
    """

    changed = Signal()
    failed = Signal(object)
    _answered = Signal(object, object)

    def __init__(self, history: History, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._wanted = 0  # the number of the newest search: older ones need no answer
        self._answered.connect(self._on_answered)
        history.watch(self.changed.emit)

    def search(self, query: Query, first: _First, then: _Found) -> None:
        """first: told the newest that are found, with what is known of them.

        then: told all; soon after, or at once where there are not more. Neither is told anything
        if another search was begun meanwhile.
        """
        self._wanted += 1
        number = self._wanted

        def newest(database: sqlite3.Connection) -> _Newest | None:
            if number != self._wanted:
                return None
            takes = found(database, query, PAGE)
            return takes, entries_of(database, takes)

        def every(database: sqlite3.Connection) -> array[int] | None:
            return found(database, query) if number == self._wanted else None

        def told_first(answer: _Newest | None) -> None:
            if answer is not None and number == self._wanted:
                first(*answer)
                if len(answer[0]) < PAGE:
                    then(answer[0])
                else:
                    self._ask(every, told_all)

        def told_all(takes: array[int] | None) -> None:
            if takes is not None and number == self._wanted:
                then(takes)

        self._ask(newest, told_first)

    def look_again(self, query: Query, then: _Found) -> None:
        """then: told all that is found, unless a search was begun meanwhile."""
        self._wanted += 1
        number = self._wanted

        def told(takes: array[int]) -> None:
            if number == self._wanted:
                then(takes)

        self._ask(partial(found, query=query), told)

    def count(self, query: Query, then: _Found) -> None:
        """then: told all that is found, whatever else is looked for."""
        self._ask(partial(found, query=query), then)

    def load(self, takes: Sequence[int], then: Callable[[Sequence[Entry]], None]) -> None:
        """then: told the entries of those that there are."""
        self._ask(partial(entries_of, takes=takes), then)

    def choices(self, then: Callable[[Facets], None]) -> None:
        """then: told what there is to filter by."""
        self._ask(facets, then)

    def lasting(self, then: Callable[[bool], None]) -> None:
        """then: told whether what is kept outlives the program."""
        self._ask(is_lasting, then)

    def delete(self, takes: Sequence[int], then: Callable[[None], None]) -> None:
        """then: called once nothing of them is left."""
        self._pass_on(self._history.delete(takes), then)

    def _ask(self, question: Callable[[sqlite3.Connection], Any], then: _Then) -> None:
        self._pass_on(self._history.ask(question), then)

    def _pass_on(self, answer: Future[Any], then: _Then) -> None:
        answer.add_done_callback(lambda done: self._answered.emit(then, done))

    @Slot(object, object)
    def _on_answered(self, then: _Then, answer: Future[Any]) -> None:
        error = answer.exception()
        if error is None:
            then(answer.result())
        else:
            logger.warning("the history gave no answer: %s", error)
            self.failed.emit(HistoryUnreadable(reason=str(error)))
