"""Starts and kills servers in processes of their own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from dictation.client.address import Server

TOKEN = "correct-horse-battery-staple-correct"
PROGRAM = Path(__file__).parent / "programs" / "loopback_server.py"


class RunningServer:
    """One process.

    Attributes:
        port: where it listens on the loopback address.
    """

    def __init__(self, *arguments: str | Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, PROGRAM, *arguments], stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.port = int(json.loads(self._process.stdout.readline() or "0"))
        assert self.port, "the server did not start"

    def at(self, token: str = "", ca_file: Path | None = None) -> Server:
        return Server("127.0.0.1", self.port, ca_file is not None, token, ca_file)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextlib.contextmanager
def running(*arguments: str | Path) -> Iterator[RunningServer]:
    server = RunningServer(*arguments)
    try:
        yield server
    finally:
        server.kill()
