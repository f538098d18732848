"""Programs on a virtual desktop that text is typed into, and what has arrived in them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from dictation.lab.running import Running
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.lab.x_screen import Window

_SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's packages of GTK are for this one
_PROGRAMS = Path(__file__).parent / "programs"
# Every byte is handed on as it comes, not at the end of a line; what is typed is shown.
_CAT = 'stty -icanon min 1 && exec cat > "$0"'


@dataclass(frozen=True, slots=True)
class Editor:
    """A program whose window has the focus when it is returned."""

    program: Running
    window: Window
    file: Path

    @property
    def text(self) -> str:
        """All that it holds."""
        return self.file.read_text(encoding="utf-8") if self.file.exists() else ""


def qt_editor(desktop: VirtualDesktop) -> Editor:
    """A text area of Qt."""
    file = _file(desktop, "qt")
    command = (sys.executable, "-m", "dictation.lab.programs.qt_editor", str(file))
    return _opened(desktop, desktop.start(*command), file)


def gtk_editor(desktop: VirtualDesktop) -> Editor:
    """A text area of GTK 3."""
    file = _file(desktop, "gtk")
    # The packages of our environment are not for the system's Python.
    command = (_SYSTEM_PYTHON, "-E", str(_PROGRAMS / "gtk_editor.py"), str(file))
    return _opened(desktop, desktop.start(*command), file)


def terminal(desktop: VirtualDesktop) -> Editor:
    """xterm, in which what is typed goes to a program."""
    file = _file(desktop, "terminal")
    font = ("-fa", "monospace", "-fs", "12")
    command = ("xterm", "-u8", *font, "-T", "Terminal", "-e", "sh", "-c", _CAT, str(file))
    editor = _opened(desktop, desktop.start(*command), file)
    desktop.wait(file.exists, what="The program in the terminal")
    return editor


def _file(desktop: VirtualDesktop, kind: str) -> Path:
    folder = desktop.folder / "texts"
    folder.mkdir(exist_ok=True)
    return folder / f"{kind}-{sum(1 for _ in folder.iterdir())}.txt"


def _opened(desktop: VirtualDesktop, program: Running, file: Path) -> Editor:
    window = desktop.window_of(program)
    desktop.focus(window)
    return Editor(program, window, file)
