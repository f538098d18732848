"""Start at login on Linux: an entry in the folder of programs that desktops start.

https://specifications.freedesktop.org/autostart-spec/latest/
"""

from __future__ import annotations

import os
from pathlib import Path

from dictation.errors import LoginUnchanged
from dictation.native.desktop_entry import exec_value, text_value, values, with_values
from dictation.native.start_command import StartCommand, start_command
from dictation.paths import APP, replace_file, resource

_FILE = f"{APP}.desktop"
_OURS = "X-Dictation-Exec"  # what we wrote as Exec: what differs from it is the user's own
_GNOME = "X-GNOME-Autostart-enabled"
_SANDBOX = Path("/.flatpak-info")


def possible() -> bool:
    """Not in a sandbox: it has folders of its own, and its program is no file of the desktop's."""
    return not _SANDBOX.exists()


def is_on() -> bool:
    return is_started(_read(_file_in_use()), _desktops())


def turn(on: bool) -> None:  # noqa: FBT001 - what is wished
    """Raises LoginUnchanged."""
    file = _own_file()
    try:
        before = _read(_file_in_use())
        if on:
            replace_file(file, entry_on(before, start_command(), _desktops()))
        elif _systems_file().is_file() or is_edited(before):
            replace_file(file, with_values(before, {"Hidden": "true"}))
        else:
            file.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise LoginUnchanged(place=file, reason=reason) from error


def is_started(entry: str, desktops: list[str]) -> bool:
    """Whether a desktop that goes by these names starts it."""
    told = values(entry)
    return (
        bool(told.get("Exec"))
        and told.get("Hidden") not in ("true", "1")
        and told.get(_GNOME) != "false"
        and not _is_elsewhere(told, desktops)
    )


def entry_on(before: str, command: StartCommand, desktops: list[str]) -> str:
    """The entry that is started; what the user wrote into it stays, a command of theirs too."""
    told = values(before)
    line = exec_value(command.words)
    changed: dict[str, str | None] = {"Hidden": None}
    if told.get(_GNOME) == "false":
        changed[_GNOME] = "true"
    if _is_elsewhere(told, desktops):
        changed |= {"OnlyShowIn": None, "NotShowIn": None}
    if not told.get("Exec") or told["Exec"] == told.get(_OURS):
        folder = None if command.folder is None else text_value(str(command.folder))
        changed |= {"Exec": line, _OURS: line, "Path": folder, "TryExec": None}
    if not told:
        icon = text_value(str(resource("icons", f"{APP}.svg")))
        changed = {"Type": "Application", "Name": "Dictation", "Icon": icon, **changed}
        changed |= {"Terminal": "false", _GNOME: "true"}
    return with_values(before, changed)


def is_edited(entry: str) -> bool:
    """Whether there is something in it that we would not write again."""
    told = values(entry)
    written = {"Type", "Name", "Icon", "Exec", _OURS, "Path", "Terminal", _GNOME, "Hidden"}
    return bool(told.keys() - written) or told.get("Exec") != told.get(_OURS)


def _is_elsewhere(told: dict[str, str], desktops: list[str]) -> bool:
    only, never = (
        [name for name in told.get(key, "").split(";") if name]
        for key in ("OnlyShowIn", "NotShowIn")
    )
    return bool(only and not set(only) & set(desktops)) or bool(set(never) & set(desktops))


def _desktops() -> list[str]:
    return [name for name in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":") if name]


def _own_file() -> Path:
    chosen = os.environ.get("XDG_CONFIG_HOME", "")
    # One that is not absolute is to be ignored, says the specification of base directories.
    folder = Path(chosen) if chosen.startswith("/") else Path.home() / ".config"
    return folder / "autostart" / _FILE


def _file_in_use() -> Path:
    """The user's own goes before all others, even if there is nothing in it."""
    return own if (own := _own_file()).exists() else _systems_file()


def _systems_file() -> Path:
    """The first that a package has put there for everybody; it need not be there."""
    folders = os.environ.get("XDG_CONFIG_DIRS", "") or "/etc/xdg"
    files = [Path(folder) / "autostart" / _FILE for folder in folders.split(":") if folder]
    return next((file for file in files if file.is_file()), files[0])


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return ""
