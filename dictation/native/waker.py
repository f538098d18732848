"""Wakes a thread that waits in select."""

from __future__ import annotations

import contextlib
import os
import threading


class Waker:
    """A pipe to wait on beside other files. ``wake`` may be called by any thread, at any time."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        self._lock = threading.Lock()
        self._open = True

    def fileno(self) -> int:
        return self._reader

    def wake(self) -> None:
        with self._lock:
            if self._open:
                # It blocks only when it is full of calls to wake already.
                with contextlib.suppress(BlockingIOError):
                    os.write(self._writer, b".")

    def hear(self) -> None:
        """Forgets the calls so far; by the waiting thread, before it looks at what there is."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._reader, 4096)

    def close(self) -> None:
        with self._lock:
            if self._open:
                self._open = False
                os.close(self._reader)
                os.close(self._writer)
