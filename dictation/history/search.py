"""Which takes are looked for, and how they are found."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from dictation.history.schema import LISTED
from dictation.history.spacing import phrases
from dictation.speech import Emotion, Event, Language

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Query:
    """Takes that fit all of this; None: whichever."""

    words: str = ""
    """As they are typed: all of them, in any order, each as the beginning of a word."""
    app: str | None = None
    language: Language | None = None
    emotion: Emotion | None = None
    event: Event | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before it, not at it."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is to choose from, each the most frequent first."""

    apps: tuple[str, ...]
    languages: tuple[Language, ...]
    emotions: tuple[Emotion, ...]
    events: tuple[Event, ...]


def found(database: sqlite3.Connection, query: Query, most: int | None = None) -> array[int]:
    """Numbers of the takes, newest first; all of 100,000 are found in some 30 ms.

    most: no more than the newest of them, which takes hardly any time.
    """
    conditions, values = _filters(query)
    asked = phrases(query.words)
    if asked:
        # Every take in the index is listed; looking each up only for that would take twice as long.
        joined = " JOIN takes ON takes.take = words.rowid" if conditions else ""
        where = " AND ".join(["words MATCH ?", *conditions])
        sql = f"SELECT words.rowid AS take FROM words{joined} WHERE {where}"
        values = [asked, *values]
    else:
        if query.words.strip():  # signs alone, which no index has
            conditions.append("instr(text, ?) > 0")
            values.append(query.words.strip())
        where = " AND ".join([LISTED, *conditions])
        sql = f"SELECT take FROM takes INDEXED BY listed WHERE {where}"
    if most is not None:
        sql += f" ORDER BY {'words.rowid' if asked else 'take'} DESC LIMIT {most}"
    # As one text, which takes half the time of 100,000 rows.
    (told,) = database.execute(f"SELECT group_concat(take) FROM ({sql})", values).fetchone()
    return array("q", sorted(json.loads(f"[{told or ''}]"), reverse=True))


def facets(database: sqlite3.Connection) -> Facets:
    rows = database.execute(
        "SELECT app, language, emotion, event, count(*) FROM takes INDEXED BY listed "
        f"WHERE {LISTED} GROUP BY 1, 2, 3, 4"
    ).fetchall()
    return Facets(
        _frequent(rows, 0, str),
        _frequent(rows, 1, Language),
        _frequent(rows, 2, Emotion),
        _frequent(rows, 3, Event),
    )


def _filters(query: Query) -> tuple[list[str], list[str]]:
    wanted = {
        "app = ?": query.app,
        "language = ?": query.language,
        "emotion = ?": query.emotion,
        "event = ?": query.event,
        "started_at >= ?": _as_kept(query.since),
        "started_at < ?": _as_kept(query.until),
    }
    chosen = {condition: value for condition, value in wanted.items() if value is not None}
    return list(chosen), list(chosen.values())


def _as_kept(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _frequent(rows: list[tuple[Any, ...]], column: int, kind: Callable[[str], T]) -> tuple[T, ...]:
    counts: Counter[T] = Counter()
    for row in rows:
        if row[column]:
            counts[kind(row[column])] += row[-1]
    return tuple(value for value, _ in counts.most_common())
