"""What is not kept any longer: whole takes, or their recordings alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from dictation.settings import HistorySettings

BATCH = 500
"""So many takes are deleted at once, so that nothing else waits for long."""
_MERGED_PAGES = 200
_BYTES_PER_MB = 1_000_000

# Of the others, the words have reached nobody yet: their recordings in the journal are wanted.
_OVER = "stage NOT IN ('recording', 'captured')"


def delete(database: sqlite3.Connection, takes: Sequence[int]) -> None:
    marks = ", ".join("?" * len(takes))
    database.execute(f"DELETE FROM takes WHERE take IN ({marks})", takes)


def too_old(database: sqlite3.Connection, kept: HistorySettings, now: datetime) -> list[int]:
    """Takes whose texts are kept no longer."""
    if not kept.text_days:
        return []
    before = (now - timedelta(days=kept.text_days)).isoformat()
    rows = database.execute(f"SELECT take FROM takes WHERE {_OVER} AND started_at < ?", (before,))
    return [take for (take,) in rows]


def sounds_to_drop(database: sqlite3.Connection, kept: HistorySettings, now: datetime) -> list[int]:
    """Takes whose recordings are too old, or for which there is no room beside newer ones."""
    before = (now - timedelta(days=kept.audio_days)).isoformat() if kept.audio_days else ""
    room_bytes = kept.audio_mb * _BYTES_PER_MB
    dropped = []
    rows = database.execute(
        "SELECT take, sound_bytes, started_at FROM takes INDEXED BY sounding "
        "WHERE sound_bytes > 0 ORDER BY take DESC"
    )
    for take, sound_bytes, started_at in rows:
        room_bytes -= sound_bytes
        if room_bytes < 0 or started_at < before:
            dropped.append(take)
    return dropped


def sounding(database: sqlite3.Connection) -> list[int]:
    """Takes whose recordings are kept."""
    rows = database.execute("SELECT take FROM takes INDEXED BY sounding WHERE sound_bytes > 0")
    return [take for (take,) in rows]


def forget_sounds(database: sqlite3.Connection, takes: Sequence[int]) -> None:
    one_by_one = ((take,) for take in takes)  # a statement takes so many values and no more
    database.executemany("UPDATE takes SET sound_bytes = 0 WHERE take = ?", one_by_one)


def wipe(database: sqlite3.Connection) -> bool:
    """Takes deleted words out of the index, a little at a time. Whether there may be more.

    FTS5 only marks what is deleted, until it merges.
    """
    before = database.total_changes
    # A negative number lets it merge whatever there is, not only what is worth it.
    database.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (-_MERGED_PAGES,))
    return database.total_changes - before >= 2
