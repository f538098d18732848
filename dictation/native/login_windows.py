"""Start at login on Windows: the user's Run key. Never run where it was written."""

from __future__ import annotations

import contextlib
import subprocess
from typing import Any

from dictation.errors import LoginUnchanged
from dictation.native.start_command import StartCommand, start_command

_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
_APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
_NAME = "Dictation"


def is_on(registry: Any) -> bool:
    """registry: the module winreg."""
    return bool(_value(registry, _RUN)) and is_approved(_value(registry, _APPROVED))


def turn(registry: Any, *, on: bool) -> None:
    """Raises LoginUnchanged."""
    user = registry.HKEY_CURRENT_USER
    try:
        if on:
            with registry.CreateKey(user, _RUN) as key:
                line = run_line(start_command())
                registry.SetValueEx(key, _NAME, 0, registry.REG_SZ, line)
        else:
            _delete(registry, _RUN)
        _delete(registry, _APPROVED)  # what was switched off in the Task Manager
    except OSError as error:
        raise LoginUnchanged(place=_RUN, reason=error.strerror or type(error).__name__) from error


def run_line(command: StartCommand) -> str:
    """The key knows no folder to start in, so Python is told where the package lies."""
    if command.folder is None:
        return subprocess.list2cmdline(command.words)
    begin = f"import sys; sys.path.insert(0, {str(command.folder)!r}); import runpy; "
    begin += "runpy.run_module('dictation', run_name='__main__')"
    return subprocess.list2cmdline((command.words[0], "-c", begin))


def is_approved(data: object) -> bool:
    """What the Task Manager keeps beside the Run key: an odd first byte means switched off."""
    return not (isinstance(data, bytes) and data and data[0] % 2)


def _value(registry: Any, path: str) -> object:
    try:
        with registry.OpenKey(registry.HKEY_CURRENT_USER, path) as key:
            return registry.QueryValueEx(key, _NAME)[0]
    except OSError:  # neither the key nor the value need be there
        return None


def _delete(registry: Any, path: str) -> None:
    user, write = registry.HKEY_CURRENT_USER, registry.KEY_SET_VALUE
    with contextlib.suppress(FileNotFoundError), registry.OpenKey(user, path, 0, write) as key:
        registry.DeleteValue(key, _NAME)
