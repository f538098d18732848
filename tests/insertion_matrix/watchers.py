"""Programs that look at each new clipboard: ours, which is greedy, and clipboard managers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping

from tests.programs.fields import HERE
from tests.programs.screen import Screen, stop

X11_WATCHERS: Mapping[str, tuple[str, ...]] = {
    "watcher": (sys.executable, str(HERE / "x11_clipboard_watcher.py")),
    "xfce4-clipman": ("xfce4-clipman",),
    "parcellite": ("parcellite", "--no-icon"),
}
WAYLAND_WATCHERS: Mapping[str, tuple[str, ...]] = {
    "watcher": ("wl-paste", "--watch", "cat"),
}


class Watching:
    """One of them at a time."""

    def __init__(self, screen: Screen, commands: Mapping[str, tuple[str, ...]]) -> None:
        self._screen = screen
        self._commands = commands
        self._name = ""
        self._process: subprocess.Popen[str] | None = None

    def use(self, name: str) -> str:
        """Empty for none. Returns why it cannot be had."""
        command = self._commands.get(name)
        if name and (command is None or shutil.which(command[0]) is None):
            return "not for this desktop" if command is None else "not installed"
        if name != self._name:
            if self._process is not None:
                stop(self._process)
                self._process = None
            if command is not None:
                self._process = self._screen.start(*command)
            self._name = name
        assert self._process is None or self._process.poll() is None, f"{name} has ended"
        return ""
