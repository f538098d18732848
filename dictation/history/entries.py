"""What is known of one take, and how that is put into the database and found again."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from dictation.history.packing import packed, unpacked
from dictation.speech import Emotion, Event, Language, Outcome, Segment, Transcript

Value: TypeAlias = "str | float | None"
_COLUMNS = """
    takes.take, started_at, stage, duration_s, takes.text, takes.language, takes.emotion,
    takes.event, outcome, error, app, sound_bytes, originals.text
"""
_AT_ONCE = 10_000  # SQLite takes 32,766 values at most
_TABLES = "takes LEFT JOIN originals ON originals.take = takes.take"


class Stage(StrEnum):
    """How far a take has come."""

    RECORDING = "recording"
    CAPTURED = "captured"
    TRANSCRIBED = "transcribed"
    DELIVERED = "delivered"
    """Its text was inserted, or sent to a window that cannot be asked."""
    FAILED = "failed"
    """It could not be recorded, recognised or inserted; ``error`` says why."""
    CANCELLED = "cancelled"
    RECOVERED = "recovered"
    """Transcribed after the run that recorded it had ended early; never typed by itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one take."""

    take: int
    started_at: datetime
    """In UTC."""
    stage: Stage
    duration_s: float | None
    """None until it is captured."""
    text: str
    language: Language | None
    """As its emotion and event: that of most of the take, None before it is transcribed."""
    emotion: Emotion | None
    event: Event | None
    outcome: Outcome | None
    error: str
    """What went wrong, as a sentence for the user; empty if nothing did."""
    app: str = ""
    """The program that it was spoken into, as native names it; empty if that is not known."""
    has_sound: bool = False
    """Whether its recording is kept."""
    original: str | None = None
    """What was recognised at first, where the user has put another text in its place."""


def put(
    database: sqlite3.Connection, take: int, now: datetime, values: Mapping[str, Value]
) -> None:
    database.execute(
        "INSERT INTO takes (take, started_at, stage) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (take, now.isoformat(), values["stage"]),
    )
    changes = ", ".join(f"{column} = ?" for column in values)
    database.execute(f"UPDATE takes SET {changes} WHERE take = ?", (*values.values(), take))


def highest_take(database: sqlite3.Connection) -> int:
    row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'takes'").fetchone()
    return int(row[0]) if row else 0


def put_segments(database: sqlite3.Connection, take: int, segments: Sequence[Segment]) -> None:
    row = (take, packed(segments))
    database.execute("INSERT OR REPLACE INTO segments (take, packed) VALUES (?, ?)", row)


def entries(database: sqlite3.Connection, condition: str, *values: Value) -> tuple[Entry, ...]:
    """condition: with ``takes.`` before take, text, language, emotion and event."""
    rows = database.execute(f"SELECT {_COLUMNS} FROM {_TABLES} {condition}", values)
    return tuple(_entry(*row) for row in rows)


def entries_of(database: sqlite3.Connection, takes: Sequence[int]) -> tuple[Entry, ...]:
    """Those that there are, newest first."""
    found: list[Entry] = []
    for first in range(0, len(takes), _AT_ONCE):
        some = takes[first : first + _AT_ONCE]
        found += entries(database, f"WHERE takes.take IN ({', '.join('?' * len(some))})", *some)
    return tuple(sorted(found, key=lambda entry: -entry.take))


def segments_of(database: sqlite3.Connection, take: int) -> tuple[Segment, ...]:
    """None of takes that an older version of this program has kept. Raises ValueError."""
    row = database.execute("SELECT packed FROM segments WHERE take = ?", (take,)).fetchone()
    return unpacked(row[0]) if row else ()


def _entry(take: int, started_at: str, stage: str, duration_s: float | None, *rest: Any) -> Entry:
    text, language, emotion, event, outcome, error, app, sound_bytes, original = rest
    return Entry(
        take,
        datetime.fromisoformat(started_at),
        Stage(stage),
        duration_s,
        text,
        Language(language) if language else None,
        Emotion(emotion) if emotion else None,
        Event(event) if event else None,
        Outcome(outcome) if outcome else None,
        error,
        app,
        sound_bytes > 0,
        original,
    )


def recognised(transcript: Transcript) -> dict[str, Value]:
    segments = transcript.segments
    return {
        "text": transcript.text,
        "language": _prevailing(segments, lambda segment: segment.language),
        "emotion": _prevailing(segments, lambda segment: segment.emotion),
        "event": _prevailing(segments, lambda segment: segment.event),
        "error": "",
    }


def _prevailing(segments: Iterable[Segment], tag: Callable[[Segment], str]) -> str | None:
    """The tag that holds for the longest time."""
    lasting_s: defaultdict[str, float] = defaultdict(float)
    for segment in segments:
        lasting_s[tag(segment)] += segment.end_s - segment.start_s
    return max(lasting_s, key=lasting_s.__getitem__, default=None)
