"""The tables of the history, and how those of an older version become those of this one."""

from __future__ import annotations

import sqlite3

from dictation.history.spacing import spaced
from dictation.translation import Phrase

SCHEMA_VERSION = 2

LISTED = "(text != '' AND stage != 'cancelled' OR stage = 'failed')"
"""Which takes there is something to see of: those with a text, and those that failed."""

# AUTOINCREMENT keeps the highest number ever used, also after its row is gone.
_FIRST = """
CREATE TABLE takes (
    take INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at TEXT NOT NULL,
    stage TEXT NOT NULL,
    duration_s REAL,
    text TEXT NOT NULL DEFAULT '',
    language TEXT,
    emotion TEXT,
    event TEXT,
    outcome TEXT,
    error TEXT NOT NULL DEFAULT ''
);
"""

# What belongs to a take follows it by triggers, so that nothing of a deleted one stays behind. The
# trigram tokenizer of FTS5 finds no word of two Chinese characters; unicode61 finds them as a
# phrase, once each character stands by itself.
_SECOND = f"""
ALTER TABLE takes ADD COLUMN app TEXT NOT NULL DEFAULT '';
ALTER TABLE takes ADD COLUMN sound_bytes INTEGER NOT NULL DEFAULT 0;
CREATE TABLE segments (take INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE originals (
    take INTEGER PRIMARY KEY,
    changed_at TEXT NOT NULL,
    text TEXT NOT NULL,
    language TEXT,
    emotion TEXT,
    event TEXT,
    packed BLOB
);
CREATE VIRTUAL TABLE words USING fts5(
    spaced, tokenize = "unicode61 remove_diacritics 2", prefix = "1 2 3"
);
CREATE INDEX listed ON takes (take DESC, language, emotion, event, app, started_at)
    WHERE {LISTED};
CREATE INDEX sounding ON takes (take, sound_bytes, started_at) WHERE sound_bytes > 0;
CREATE TRIGGER words_added AFTER INSERT ON takes WHEN new.text != '' AND new.stage != 'cancelled'
BEGIN
    INSERT INTO words (rowid, spaced) VALUES (new.take, spaced(new.text));
END;
CREATE TRIGGER words_changed AFTER UPDATE OF text, stage ON takes
    WHEN old.text != new.text OR (old.stage = 'cancelled') != (new.stage = 'cancelled')
BEGIN
    DELETE FROM words WHERE rowid = new.take;
    INSERT INTO words (rowid, spaced)
        SELECT new.take, spaced(new.text) WHERE new.text != '' AND new.stage != 'cancelled';
END;
CREATE TRIGGER take_removed AFTER DELETE ON takes
BEGIN
    DELETE FROM words WHERE rowid = old.take;
    DELETE FROM segments WHERE take = old.take;
    DELETE FROM originals WHERE take = old.take;
END;
INSERT INTO words (rowid, spaced)
    SELECT take, spaced(text) FROM takes WHERE text != '' AND stage != 'cancelled';
"""

_STEPS = (_FIRST, _SECOND)
"""Each makes the next version of the one before it; the first begins with an empty file."""


def prepare(database: sqlite3.Connection) -> None:
    """Brings it to this version, all or nothing. Raises sqlite3.Error."""
    database.create_function("spaced", 1, spaced, deterministic=True)
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise sqlite3.OperationalError(
            Phrase("a newer version of this program wrote it ({version})", version=version)
        )
    if version < SCHEMA_VERSION:
        steps = "".join(_STEPS[version:])
        try:
            database.executescript(f"BEGIN;{steps}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")
        except sqlite3.Error:
            database.rollback()
            raise
