"""Tells when files come to a folder, go from it, or may be read at last: the kernel's inotify."""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

_CHANGES = 0x4 | 0x100 | 0x200  # of attributes, a new file, a file that is no more


class FolderWatch:
    """Readable for select when something has changed. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._file = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._file < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        if libc.inotify_add_watch(self._file, os.fsencode(folder), _CHANGES) < 0:
            os.close(self._file)
            raise OSError(ctypes.get_errno(), f"inotify_add_watch {folder}")

    def fileno(self) -> int:
        return int(self._file)

    def hear(self) -> None:
        """Forgets the changes so far."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._file, 65_536)

    def close(self) -> None:
        os.close(self._file)
