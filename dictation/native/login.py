"""Start at login: whether it is so, and how to change that. The desktop remembers, not we."""

from __future__ import annotations

import sys
from pathlib import Path

from dictation.errors import LoginImpossible
from dictation.native import login_linux, login_macos, login_windows


def possible() -> bool:
    """Whether this system can be asked to start the program."""
    return sys.platform in ("win32", "darwin") or (
        sys.platform == "linux" and login_linux.possible()
    )


def is_on() -> bool:
    """Whether it starts at the next login; what the user changed elsewhere counts."""
    if not possible():
        return False
    if sys.platform == "win32":
        import winreg

        return login_windows.is_on(winreg)
    if sys.platform == "darwin":
        return login_macos.is_on(_launch_agents())
    return login_linux.is_on()


def turn(on: bool) -> None:  # noqa: FBT001 - what is wished
    """From the next login on. Raises LoginUnchanged or LoginImpossible."""
    if not possible():
        raise LoginImpossible
    if sys.platform == "win32":
        import winreg

        login_windows.turn(winreg, on=on)
    elif sys.platform == "darwin":
        login_macos.turn(_launch_agents(), on=on)
    else:
        login_linux.turn(on)


def _launch_agents() -> Path:
    return Path.home() / "Library" / "LaunchAgents"
