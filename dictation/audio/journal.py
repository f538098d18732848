"""Keeps what is spoken on disk from the first block on, so that no crash loses a word."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from dictation.audio.take_file import (
    BYTES_PER_SAMPLE,
    HEADER,
    PIECE_BYTES,
    decoded,
    encoded,
    reason,
    sound_bytes,
)
from dictation.errors import JournalUnreadable, JournalUnwritable
from dictation.paths import private_folder
from dictation.speech import SAMPLE_RATE_HZ, Samples

logger = logging.getLogger(__name__)

FLUSH_S = 1.0
"""How often a take is flushed to the disk itself; a write that failed is tried again as often."""
_SEAL_WAIT_S = 0.1  # a write takes microseconds, unless the disk is just flushing
_CLOSE_WAIT_S = 0.5
_NAME = re.compile(r"take-(\d+)\.pcm")

_flush = getattr(os, "fdatasync", os.fsync)  # macOS and Windows have the latter alone


class Writer:
    """One take on its way to disk. What is not in the file yet is held here, so none is missing.

    ``append`` and ``seal`` are for the recording thread, the rest is the journal's.
    """

    def __init__(self, file: Path, wake: Callable[[Writer], None]) -> None:
        """wake: asks the journal's thread for ``store``."""
        self.file = file
        self.has_file = False
        self._wake = wake
        self._lock = threading.Lock()
        self._unwritten = bytearray()
        self._written_bytes = 0
        self._is_sealed = False
        self._is_dropped = False
        self._stored = threading.Event()
        self._handle: int | None = None
        self._is_flushed = True

    def append(self, samples: Samples) -> None:
        """Takes the samples over and returns at once."""
        with self._lock:
            self._unwritten += encoded(samples)
        self._wake(self)

    def seal(self, *, wait_s: float = _SEAL_WAIT_S) -> None:
        """Nothing more comes. Returns when all is in the file, or after the time without that."""
        self._is_sealed = True
        self._wake(self)
        self._stored.wait(wait_s)

    def drop(self) -> None:
        """The take is not wanted any more: nothing of it is written from now on."""
        self._is_dropped = True

    def content(self) -> tuple[int, bytes]:
        """How many bytes of sound are in the file, and those that come after them."""
        with self._lock:
            return self._written_bytes, bytes(self._unwritten)

    def size_bytes(self) -> int:
        """Of the sound so far."""
        with self._lock:
            return self._written_bytes + len(self._unwritten)

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing left to do for it."""
        return self._handle is None and (self._is_dropped or self._stored.is_set())

    # --- on the journal's thread

    def store(self) -> bool:
        """Writes what is there, and ends the file once all is in it. Whether it wrote anything.

        Raises OSError; what could not be written is kept for the next time.
        """
        is_last = self._is_sealed  # asked first: what was appended before the seal is then written
        has_written = False
        while piece := self._next_piece():
            written_bytes = os.write(self._opened(), piece)
            with self._lock:
                del self._unwritten[:written_bytes]
                self._written_bytes += written_bytes
            self._is_flushed = False
            has_written = True
        if is_last:
            self._stored.set()
            self.flush()
            self.release()
        return has_written

    def flush(self) -> None:
        """Makes what is written outlive a power cut. Raises OSError."""
        if self._handle is not None and not self._is_flushed:
            self._is_flushed = True
            _flush(self._handle)

    def release(self) -> None:
        """Closes the file, whatever it holds."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            os.close(handle)

    def _next_piece(self) -> bytes:
        with self._lock:
            return b"" if self._is_dropped else bytes(self._unwritten[:PIECE_BYTES])

    def _opened(self) -> int:
        """The file, made anew: that of another take is never touched."""
        if self._handle is not None:
            return self._handle
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(self.file, flags, 0o600)
        try:
            if os.write(handle, HEADER) != len(HEADER):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            os.close(handle)
            self.file.unlink()
            raise
        self._handle = handle
        self.has_file = True
        _flush_folder(self.file.parent)
        return handle


class Journal:
    """The takes of this run, and those that earlier runs left.

    No method waits for the disk but ``read``, ``duration_s``, ``leftovers`` and ``close``. A disk
    that takes nothing costs no word: the take stays in memory, is read from there, and goes to its
    file as soon as that is possible.
    """

    def __init__(
        self, folder: Path, *, on_trouble: Callable[[JournalUnwritable], None] | None = None
    ) -> None:
        """on_trouble: told on the journal's thread, once until something could be written again."""
        self.folder = folder
        self._on_trouble = on_trouble
        self._is_troubled = False
        self._writers: dict[int, Writer] = {}
        self._removed: set[int] = set()
        self._unfinished: set[Writer] = set()  # the journal's thread alone uses it
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._is_ended = False
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def begin(self, take: int) -> Writer:
        """Begins a take; its file is made when the first samples come."""
        writer = Writer(self._file(take), self._wake)
        self._writers[take] = writer
        return writer

    def read(self, take: int) -> Iterator[Samples]:
        """What there is of a take now, a second at a time, also while more is being added.

        A take of which nothing was captured is empty. Raises JournalUnreadable.
        """
        file, writer = self._file(take), self._writers.get(take)
        in_file_bytes, in_memory = writer.content() if writer else (sound_bytes(file), b"")
        try:
            yield from decoded(file, in_file_bytes, in_memory)
        except JournalUnreadable:
            if take not in self._removed:  # else nobody wants it any more
                raise

    def duration_s(self, take: int) -> float:
        """How long the take is by now. Raises JournalUnreadable."""
        writer = self._writers.get(take)
        size_bytes = writer.size_bytes() if writer else sound_bytes(self._file(take))
        return size_bytes // BYTES_PER_SAMPLE / SAMPLE_RATE_HZ

    def leftovers(self) -> list[int]:
        """The takes of earlier runs that are still kept, oldest first."""
        try:
            names = [file.name for file in self.folder.iterdir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            logger.warning("takes of earlier runs cannot be looked for: %s", reason(error))
            return []
        takes = {int(found[1]) for name in names if (found := _NAME.fullmatch(name))}
        return sorted(takes - self._writers.keys() - self._removed)

    def remove(self, take: int) -> None:
        """Forgets the take for good. Returns at once, on any thread."""
        self._removed.add(take)
        writer = self._writers.pop(take, None)
        if writer is not None:
            writer.drop()
        self._jobs.put(partial(self._remove, take, writer))

    def close(self) -> None:
        """Writes what is there and ends the thread; waits half a second for a slow disk."""
        for writer in list(self._writers.values()):
            writer.seal(wait_s=0)
        self._jobs.put(self._end)
        self._thread.join(_CLOSE_WAIT_S)

    def _file(self, take: int) -> Path:
        return self.folder / f"take-{take:06d}.pcm"

    def _wake(self, writer: Writer) -> None:
        self._jobs.put(partial(self._store, writer))

    # --- on the journal's thread

    def _run(self) -> None:
        self._attempt(self._make_folder)
        next_flush_s = time.monotonic() + FLUSH_S
        while not self._is_ended:
            with contextlib.suppress(queue.Empty):
                self._attempt(self._jobs.get(timeout=FLUSH_S if self._unfinished else None))
            if self._unfinished and time.monotonic() >= next_flush_s:
                for writer in list(self._unfinished):
                    self._attempt(partial(self._store, writer))
                    self._attempt(writer.flush)
                next_flush_s = time.monotonic() + FLUSH_S
        for writer in self._unfinished:
            writer.release()

    def _attempt(self, job: Callable[[], None]) -> None:
        try:
            job()
        except OSError as error:
            self._tell(error)
        except Exception:  # the thread's boundary: a fault here must not end the saving of takes
            logger.exception("the journal failed")

    def _make_folder(self) -> None:
        private_folder(self.folder).chmod(0o700)

    def _store(self, writer: Writer) -> None:
        self._unfinished.add(writer)
        if writer.store():
            self._is_troubled = False
        if writer.is_finished:
            self._unfinished.discard(writer)

    def _remove(self, take: int, writer: Writer | None) -> None:
        if writer is not None:
            self._unfinished.discard(writer)
            writer.release()
        if writer is None or writer.has_file:
            self._file(take).unlink(missing_ok=True)

    def _end(self) -> None:
        self._is_ended = True

    def _tell(self, error: OSError) -> None:
        if self._is_troubled:
            return
        self._is_troubled = True
        trouble = JournalUnwritable(folder=self.folder, reason=reason(error))
        logger.warning("%s", trouble)
        if self._on_trouble is not None:
            self._on_trouble(trouble)


def _flush_folder(folder: Path) -> None:
    """Makes the file's name outlive a power cut too, where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
