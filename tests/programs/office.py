"""LibreOffice Writer, with a profile of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.programs.fields import HERE, SYSTEM_PYTHON, Editor
from tests.programs.screen import Screen

OFFICE = Path("/usr/lib/libreoffice/program/soffice.bin")
START_S = 120


class Writer(Editor):
    """A program beside it carries what it is told."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        pipe = f"dictation-{os.getpid()}"
        command = (
            *(str(OFFICE), "--writer", "--norestore", "--nologo"),
            *(
                f"-env:UserInstallation=file://{screen.folder}/office",
                f"--accept=pipe,name={pipe};urp",
            ),
        )
        screen.start(*command).wait(START_S)  # it makes its profile, and ends
        self.process = screen.start(*command)
        helper = str(HERE / "editor_writer.py")
        self.voice = screen.start(
            *(SYSTEM_PYTHON, "-E", helper, pipe), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._answer()
        self.window = screen.window_of(self.process)
