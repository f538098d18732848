"""Holds files against their pins, and reads each of them only once.

The hash of a file is remembered with its size and time of change, so that the next start only asks
the file system. What is remembered is the hash, not a verdict: new pins need no new reading.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from dictation import paths
from dictation.recognition.model_store.pins import PinnedFile
from dictation.translation import Phrase, Words

logger = logging.getLogger(__name__)

_BLOCK_BYTES = 1 << 20


class Finding(Enum):
    """What is known of one file."""

    MISSING = "missing"
    UNREAD = "unread"
    GOOD = "good"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One pinned file in one folder."""

    file: PinnedFile
    finding: Finding
    size_bytes: int = 0
    reason: Words = ""
    """Why it is WRONG, as the end of a sentence; else empty."""


class HashRecord:
    """The remembered hashes. An unreadable record is an empty one; an unwritable one is forgotten.

    Two processes that write at once lose one another's news, which costs a second reading.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or paths.cache_folder() / "model-hashes.json"
        self._entries = _read_entries(self._file)
        self._changed = False

    def known(self, path: Path, status: os.stat_result) -> str | None:
        """The hash of a file that is as it was when it was read."""
        match self._entries.get(str(path)):
            case {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": str(sha256)}:
                return sha256
        return None

    def remember(self, path: Path, status: os.stat_result, sha256: str) -> None:
        """``status`` must be from before the reading, or a change during it would go unnoticed."""
        self._entries[str(path)] = {
            "size": status.st_size,
            "mtime_ns": status.st_mtime_ns,
            "sha256": sha256,
        }
        self._changed = True

    def forget(self, path: Path) -> None:
        self._entries.pop(str(path), None)

    def save(self) -> None:
        """Writes what was remembered since it was read."""
        if not self._changed:
            return
        self._changed = False
        try:
            folder = paths.private_folder(self._file.parent)
            # mkstemp makes the file with mode 0600.
            handle, written = tempfile.mkstemp(dir=folder, prefix=self._file.name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    json.dump({"files": self._entries}, stream, indent=1)
                Path(written).replace(self._file)
            except BaseException:
                Path(written).unlink(missing_ok=True)
                raise
        except OSError as error:
            logger.warning("hash record not written, the files will be read again: %s", error)


def look(folder: Path, file: PinnedFile, record: HashRecord) -> FileReport:
    """What can be told of a file without reading it."""
    path = folder / file.name
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return FileReport(file, Finding.MISSING)
    except OSError as error:
        return FileReport(file, Finding.WRONG, reason=_unreadable(file, error))
    size = status.st_size
    if reason := _wrong_at_sight(file, status):
        return FileReport(file, Finding.WRONG, size, reason)
    sha256 = record.known(path, status)
    if sha256 is None:
        return FileReport(file, Finding.UNREAD, size)
    if not file.is_content(size, sha256):
        return FileReport(
            file, Finding.WRONG, size, Phrase("{file} has the wrong content", file=file.name)
        )
    return FileReport(file, Finding.GOOD, size)


def read(
    folder: Path,
    files: Iterable[PinnedFile],
    record: HashRecord,
    on_block: Callable[[PinnedFile, int], None],
) -> tuple[FileReport, ...]:
    """Reads every file that nothing is known of, and tells of all; the record is saved.

    on_block(file, size_bytes): after each block that was read, and once for a file that was not.
    """
    reports = []
    for file in files:
        report = look(folder, file, record)
        if report.finding is Finding.UNREAD:
            report = _read_one(folder, file, record, on_block)
        else:
            on_block(file, report.size_bytes)
        reports.append(report)
    record.save()
    return tuple(reports)


def _read_one(
    folder: Path,
    file: PinnedFile,
    record: HashRecord,
    on_block: Callable[[PinnedFile, int], None],
) -> FileReport:
    path = folder / file.name
    digest = hashlib.sha256()
    try:
        status = path.stat()
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                digest.update(block)
                on_block(file, len(block))
    except OSError as error:
        return FileReport(file, Finding.WRONG, reason=_unreadable(file, error))
    record.remember(path, status, digest.hexdigest())
    return look(folder, file, record)


def _wrong_at_sight(file: PinnedFile, status: os.stat_result) -> Words:
    if not stat.S_ISREG(status.st_mode):
        return Phrase("{file} is not a file", file=file.name)
    if not file.may_have_size(status.st_size):
        return Phrase(
            "{file} has {found} bytes instead of {wanted}",
            file=file.name,
            found=status.st_size,
            wanted=file.size_bytes,
        )
    return ""


def _unreadable(file: PinnedFile, error: OSError) -> Words:
    why = error.strerror or str(error)
    return Phrase("{file} cannot be read ({why})", file=file.name, why=why)


def _read_entries(file: Path) -> dict[str, object]:
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))["files"]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("hash record not readable, the files will be read again: %s", error)
        return {}
    return entries if isinstance(entries, dict) else {}
