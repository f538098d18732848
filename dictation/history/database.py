"""The history's database: opened, and replaced where it is damaged or cannot be written."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from dictation.history.schema import prepare
from dictation.paths import private_folder

logger = logging.getLogger(__name__)

_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def opened(file: Path) -> sqlite3.Connection:
    """The database of that file, a new one if it is damaged, in memory if it cannot be written."""
    try:
        return _connected(file)
    except (OSError, sqlite3.Error) as error:
        logger.warning("the history %s is not usable: %s", file, error)
        return replaced(None, file, error)


def replaced(
    database: sqlite3.Connection | None, file: Path, error: Exception
) -> sqlite3.Connection:
    """What to go on with after this error: a new one for a damaged one, else one in memory."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the upper bytes tell finer kinds
    if code not in _CORRUPT:
        return _in_memory(database)
    if database is not None:
        database.close()
    try:
        _set_aside(file)
        return _connected(file)
    except (OSError, sqlite3.Error) as second:
        logger.warning("no new history can be begun: %s", second)
        return _in_memory(None)


def _connected(file: Path) -> sqlite3.Connection:
    """Raises OSError or sqlite3.Error, among them DatabaseError for a damaged file."""
    private_folder(file.parent)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite's own files get this mode too
    database = sqlite3.connect(file)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA secure_delete = ON")  # what is deleted is not left in the file
        (health,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if health != "ok":
            raise _damage(health)
        prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _in_memory(old: sqlite3.Connection | None) -> sqlite3.Connection:
    """With the takes of the old one, as far as they can be read."""
    logger.warning("takes are remembered only until the program ends")
    database = sqlite3.connect(":memory:")
    if old is not None:
        with suppress(sqlite3.Error):
            old.backup(database)
        old.close()
    prepare(database)
    return database


def _damage(told: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(told)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _set_aside(file: Path) -> None:
    """Raises OSError."""
    aside = file.with_name(file.name + ".bad")
    for ending in ("", "-wal", "-shm"):  # what SQLite keeps beside it belongs to it
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).replace(file.with_name(aside.name + ending))
    logger.warning("the damaged history is kept as %s", aside)


def is_lasting(database: sqlite3.Connection) -> bool:
    """Whether it is on a disk."""
    (_, _, file), *_ = database.execute("PRAGMA database_list").fetchall()
    return bool(file)
