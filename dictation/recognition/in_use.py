"""Lets those that compute with a model's file be seen by those that would take it away.

Whoever holds a file has a shared lock on it, which ends with the process at the latest. On Windows
no lock is needed: a file that is open cannot be deleted there.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import IO

logger = logging.getLogger(__name__)


def hold(file: Path) -> IO[bytes] | None:
    """The file is in use for as long as what is returned is kept open.

    None: that cannot be told here, as on a network drive without locks.
    """
    try:
        held = file.open("rb")
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        logger.warning("that %s is in use cannot be told: %s", file.name, error)
        return None
    return held


def is_held(file: Path) -> bool:
    """Whether a process of this machine holds it; on Windows, deleting it tells."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        with file.open("rb") as looked_at:
            fcntl.flock(looked_at, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # it is not there, or there are no locks
        return False
    return False
