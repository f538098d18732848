"""Programs that take text, under X11 or Wayland."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.programs.screen import Screen, wait

HERE = Path(__file__).parent
SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's packages of GTK are for this one


class Editor:
    """One of the two editors."""

    def __init__(self, screen: Screen, *command: str) -> None:
        self._screen = screen
        self.process = screen.start(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.voice = self.process
        self._answer()  # it is there
        self.window = screen.window_of(self.process)

    def ask(self, *command: Any) -> Any:
        self.voice.stdin.write(json.dumps(command) + "\n")
        self.voice.stdin.flush()
        return self._answer()

    def ready(self) -> None:
        self.ask("clear")
        self._screen.focus(self.window)

    @property
    def text(self) -> str:
        return self.ask("text")

    def _answer(self) -> Any:
        line = self.voice.stdout.readline()
        assert line, "the editor has ended"
        return json.loads(line)


class Terminal:
    """One in which what is typed goes to a file; xterm, if no command says otherwise."""

    def __init__(self, screen: Screen, *command: str) -> None:
        """command: starts it; the command to run in it comes behind that."""
        self._screen = screen
        command = command or ("xterm", "-u8", "-e")
        number = sum(1 for _ in screen.folder.glob("typed-*"))
        self._file = screen.folder / f"typed-{number}"
        script = 'stty -icanon -echo min 1; exec cat > "$0"'
        self.process = screen.start(*command, "sh", "-c", script, str(self._file))
        wait(self._file.exists, timeout_s=30)
        self.window = screen.window_of(self.process)
        self._seen = 0

    def ready(self) -> None:
        self._seen = len(self._file.read_bytes())
        self._screen.focus(self.window)

    @property
    def text(self) -> str:
        return self._file.read_bytes()[self._seen :].decode("utf-8", "replace")


def qt_editor(screen: Screen) -> Editor:
    return Editor(screen, sys.executable, str(HERE / "editor_qt.py"))


def gtk_editor(screen: Screen, version: str = "3.0") -> Editor:
    return Editor(screen, SYSTEM_PYTHON, "-E", str(HERE / "editor_gtk.py"), version)


def vte_terminal(screen: Screen) -> Terminal:
    return Terminal(screen, SYSTEM_PYTHON, "-E", str(HERE / "terminal_vte.py"))
