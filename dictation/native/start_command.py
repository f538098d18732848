"""What starts the program that runs now once more, whoever starts it."""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from dictation.paths import APP


@dataclass(frozen=True, slots=True)
class StartCommand:
    """What to run, and where."""

    words: tuple[str, ...]
    folder: Path | None = None
    """Where Python finds the package although it is not installed; None: anywhere."""


@dataclass(frozen=True, slots=True)
class Running:
    """How this program was started."""

    called: Path
    """Its first argument: an entry point, or the package's ``__main__.py``."""
    python: Path
    package: Path
    """The folder of the package."""
    site: Path
    """Where installed packages lie."""
    image: str = ""
    """The AppImage that all of it came out of."""
    is_frozen: bool = False
    """Whether there is no Python beside it: the program is what ``python`` names."""


def start_command() -> StartCommand:
    return command_of(
        Running(
            called=Path(sys.argv[0] or "-").absolute(),
            python=_without_console(Path(sys.executable)),
            package=Path(__file__).parent.parent,
            site=Path(sysconfig.get_path("purelib")),
            image=os.environ.get("APPIMAGE", ""),
            is_frozen=bool(getattr(sys, "frozen", False)),
        )
    )


def command_of(running: Running) -> StartCommand:
    """An entry point is named as it was called: where it leads to may change with an update."""
    if running.image:
        return StartCommand((running.image,))
    if running.is_frozen:
        return StartCommand((str(running.python),))
    # On Windows entry points open a console window.
    if running.called.name == APP and running.called.is_file():
        return StartCommand((str(running.called),))
    words = (str(running.python), "-m", APP)
    is_installed = running.package.parent == running.site
    return StartCommand(words, None if is_installed else running.package.parent)


def _without_console(python: Path) -> Path:
    windowed = python.with_name("pythonw.exe")
    return windowed if python.name.lower() == "python.exe" and windowed.is_file() else python
