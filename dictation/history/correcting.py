"""Another text in the place of the one that was recognised, which is kept beside it."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from dictation.history.entries import put_segments, recognised
from dictation.speech import Transcript

_KEEP = """
INSERT OR IGNORE INTO originals (take, changed_at, text, language, emotion, event, packed)
SELECT takes.take, ?, text, language, emotion, event, packed
FROM takes LEFT JOIN segments ON segments.take = takes.take WHERE takes.take = ?
"""
_GIVE_BACK = """
UPDATE takes SET (text, language, emotion, event) =
    (SELECT text, language, emotion, event FROM originals WHERE originals.take = takes.take)
WHERE take = ?
"""


def correct(database: sqlite3.Connection, take: int, text: str, now: datetime) -> None:
    """By the user's hand. The text as it was recognised takes away what is kept beside it."""
    original = database.execute("SELECT text FROM originals WHERE take = ?", (take,)).fetchone()
    if original is not None and original[0] == text:
        go_back(database, take)
        return
    _keep(database, take, now)
    database.execute("UPDATE takes SET text = ? WHERE take = ?", (text, take))


def hear_again(database: sqlite3.Connection, take: int, heard: Transcript, now: datetime) -> None:
    """What the recogniser makes of the recording when it is asked in another way."""
    if database.execute("SELECT 1 FROM takes WHERE take = ?", (take,)).fetchone() is None:
        return  # it was deleted meanwhile
    _keep(database, take, now)
    told = {key: value for key, value in recognised(heard).items() if key != "error"}
    changes = ", ".join(f"{column} = ?" for column in told)
    database.execute(f"UPDATE takes SET {changes} WHERE take = ?", (*told.values(), take))
    put_segments(database, take, heard.segments)


def go_back(database: sqlite3.Connection, take: int) -> None:
    """To what was recognised at first."""
    row = database.execute("SELECT packed FROM originals WHERE take = ?", (take,)).fetchone()
    if row is None:
        return
    database.execute(_GIVE_BACK, (take,))
    database.execute("DELETE FROM segments WHERE take = ?", (take,))
    if row[0] is not None:
        database.execute("INSERT INTO segments (take, packed) VALUES (?, ?)", (take, row[0]))
    database.execute("DELETE FROM originals WHERE take = ?", (take,))


def _keep(database: sqlite3.Connection, take: int, now: datetime) -> None:
    database.execute(_KEEP, (now.isoformat(), take))
