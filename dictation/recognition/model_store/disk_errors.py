"""Turns what the file system refuses into errors of ours."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from dictation.errors import DiskFull, FolderUnwritable, HubError
from dictation.recognition.model_store.pins import readable_size

_FULL = (errno.ENOSPC, errno.EDQUOT)


def is_disk_error(error: BaseException) -> bool:
    """Whether it came from a file; a connection's errors are OSErrors too, but name no file."""
    return isinstance(error, OSError) and (error.errno in _FULL or error.filename is not None)


def disk_error(folder: Path, needed_bytes: int, error: OSError) -> HubError:
    """``folder`` need not exist."""
    if error.errno in _FULL:
        return disk_full(folder, needed_bytes, free_bytes(folder))
    return FolderUnwritable(folder=folder, reason=error.strerror or str(error))


def disk_full(folder: Path, needed_bytes: int, free: int) -> DiskFull:
    return DiskFull(folder=folder, needed=readable_size(needed_bytes), free=readable_size(free))


def free_bytes(folder: Path) -> int:
    """What the disk has left where a folder is, or will be."""
    existing = next(each for each in (folder, *folder.parents) if each.is_dir())
    return shutil.disk_usage(existing).free
