"""Start at login on macOS: a launch agent of the user's. Never run where it was written."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Any

from dictation.errors import LoginUnchanged
from dictation.native.start_command import StartCommand, start_command
from dictation.paths import replace_file

_LABEL = "dictation"


def is_on(folder: Path) -> bool:
    """folder: of the user's launch agents."""
    try:
        return is_started(plistlib.loads(_file(folder).read_bytes()))
    except (OSError, plistlib.InvalidFileException, ValueError):
        return False


def turn(folder: Path, *, on: bool) -> None:
    """It starts nothing now: launchd reads the folder at login. Raises LoginUnchanged."""
    file = _file(folder)
    try:
        if on:
            replace_file(file, plistlib.dumps(agent(start_command())).decode())
        else:
            file.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise LoginUnchanged(place=file, reason=reason) from error


def agent(command: StartCommand) -> dict[str, Any]:
    told: dict[str, Any] = {
        "Label": _LABEL,
        "ProgramArguments": list(command.words),
        "RunAtLoad": True,
        "ProcessType": "Interactive",
        "LimitLoadToSessionType": "Aqua",  # not for a login over the network
    }
    if command.folder is not None:
        told["WorkingDirectory"] = str(command.folder)
    return told


def is_started(told: Any) -> bool:
    return (
        isinstance(told, dict)
        and bool(told.get("ProgramArguments"))
        and told.get("RunAtLoad") is True
        and told.get("Disabled") is not True
    )


def _file(folder: Path) -> Path:
    return folder / f"{_LABEL}.plist"
