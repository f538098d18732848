"""LibreOffice Writer, with a profile of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.programs.x11_session import HERE, SYSTEM_PYTHON, Editor, Session

OFFICE = Path("/usr/lib/libreoffice/program/soffice.bin")
START_S = 120


class Writer(Editor):
    """A program beside it carries what it is told."""

    def __init__(self, session: Session) -> None:
        self._session = session
        pipe = f"dictation-{os.getpid()}"
        command = (
            *(str(OFFICE), "--norestore", "--nologo", "--nodefault"),
            *(
                f"-env:UserInstallation=file://{session.folder}/office",
                f"--accept=pipe,name={pipe};urp",
            ),
        )
        session.start(*command).wait(START_S)  # it makes its profile, and ends
        self.process = session.start(*command)
        helper = str(HERE / "x11_editor_writer.py")
        self.voice = session.start(
            *(SYSTEM_PYTHON, "-E", helper, pipe), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._answer()
        self.window = session.window_of(self.process)
