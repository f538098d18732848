"""Starts and kills servers in processes of their own."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from dictation.client.address import Server

TOKEN = "correct-horse-battery-staple-correct"


class RunningServer:
    """One process: `dictation serve`, with the demo model.

    Attributes:
        port: where it listens on the loopback address.
    """

    def __init__(self, *arguments: str | Path) -> None:
        self._folder = tempfile.TemporaryDirectory()
        command = [sys.executable, "-m", "dictation", "serve", "--port", "0"]
        command += ["--model", "demo", "--backend", "fp32", *self._options(arguments)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        told = re.search(r":(\d+)/", self._process.stdout.readline())
        assert told, "the server did not start"
        self.port = int(told[1])

    def _options(self, arguments: Sequence[str | Path]) -> Iterator[str]:
        for name, value in zip(arguments[::2], arguments[1::2], strict=True):
            match name:
                case "--token":
                    file = Path(self._folder.name) / "token"
                    file.write_text(str(value))
                    file.chmod(0o600)
                    yield from ("--token-file", str(file))
                case "--certificate":
                    yield from ("--tls-cert", str(value), "--tls-key", str(value))
                case _:
                    yield from (str(name), str(value))

    def at(self, token: str = "", ca_file: Path | None = None) -> Server:
        return Server("127.0.0.1", self.port, ca_file is not None, token, ca_file)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._folder.cleanup()


@contextlib.contextmanager
def running(*arguments: str | Path) -> Iterator[RunningServer]:
    server = RunningServer(*arguments)
    try:
        yield server
    finally:
        server.kill()
