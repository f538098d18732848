"""Programs of a virtual desktop that left the process group they were started in."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

_TICK_S = 0.02


def found(run_folder: Path) -> tuple[int, ...]:
    """The process numbers of all that were started with this XDG_RUNTIME_DIR.

    The folder's name is that of one virtual desktop and of nothing else.
    """
    wanted = b"XDG_RUNTIME_DIR=" + os.fsencode(run_folder)
    return tuple(pid for pid, variables in _environments() if wanted in variables)


def end(run_folder: Path, grace_s: float) -> None:
    """Asks them to end, and kills those that do not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in found(run_folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        until_s = time.monotonic() + grace_s
        while found(run_folder) and time.monotonic() < until_s:
            time.sleep(_TICK_S)


def _environments() -> Iterator[tuple[int, list[bytes]]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            # Gone meanwhile, or another user's.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
                yield int(folder.name), (folder / "environ").read_bytes().split(b"\0")
