"""A program of the tests that stands on one side of the desktop portal."""

from __future__ import annotations

import subprocess
from pathlib import Path

from dictation.lab.running import waited_for

PROGRAMS = Path(__file__).parent / "programs"
PATIENCE_S = 20


class PortalProgram:
    """A desktop's side of one interface; it is told what to do, and tells what it has done."""

    def __init__(self, program: str, log: Path, environment: dict[str, str]) -> None:
        self._log = log
        with log.open("wb") as written:
            self._process = subprocess.Popen(
                ["/usr/bin/python3", "-E", str(PROGRAMS / program)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=written,
                stderr=written,
                text=True,
            )
        self.wait_for("ready")

    @property
    def told(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def wait_for(self, told: str) -> None:
        waited_for(lambda: told in self.told, what=told, timeout_s=PATIENCE_S)

    def order(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
