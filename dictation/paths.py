"""Where things lie: bundled resources, settings, cache, logs."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from pathlib import Path
from typing import IO

import platformdirs

APP = "dictation"
_PACKAGE = Path(__file__).parent


def resource(*parts: str) -> Path:
    """A bundled file or folder.

    In a wheel the resources lie inside the package; in a checkout beside it.
    """
    packed = _PACKAGE / "resources"
    root = packed if packed.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def settings_file() -> Path:
    """The user's settings; the file need not exist."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "settings.toml"


def cache_folder() -> Path:
    """What can be made again: verification records, prepared models."""
    return Path(platformdirs.user_cache_dir(APP, appauthor=False))


def log_folder() -> Path:
    """Logs for a maintainer; they never hold recognised text."""
    return Path(platformdirs.user_log_dir(APP, appauthor=False))


def state_folder() -> Path:
    """What must outlive the program: journals of takes, the history."""
    return Path(platformdirs.user_state_dir(APP, appauthor=False))


def runtime_folder() -> Path:
    """Sockets and locks of this login; never in a folder that others may write, such as /tmp."""
    if sys.platform == "linux" and not os.environ.get("XDG_RUNTIME_DIR"):
        return state_folder() / "run"
    return Path(platformdirs.user_runtime_dir(APP, appauthor=False))


def private_folder(folder: Path) -> Path:
    """Makes the folder, readable for its owner alone, and returns it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def try_lock(file: IO[str]) -> bool:
    """Whether the open file is ours alone now, until it is closed; another program may have it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def replace_file(file: Path, text: str, mode: int = 0o666) -> None:
    """Writes the file as a whole: a crash, or Ctrl-C, leaves the old one or the new one.

    mode: of a new file, before the user's umask. Raises OSError.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.parent / f".{APP}-{secrets.token_hex(8)}"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        # Line ends as they are in the text, on Windows too.
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        part.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
