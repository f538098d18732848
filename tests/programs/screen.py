"""A screen with programs that tests start, each ended by its number, the last one first."""

from __future__ import annotations

import contextlib
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any


def wait(condition: Callable[[], Any], timeout_s: float = 10.0) -> Any:
    """What the condition gives once that is true."""
    give_up = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.005)


class Screen(ABC):
    """Attributes:
    folder: where they write what they have to say.
    environment: that of all of them.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self._ended = contextlib.ExitStack()

    @abstractmethod
    def window_of(self, process: subprocess.Popen[str]) -> int:
        """The program's first window, once it has one."""

    @abstractmethod
    def focus(self, window: int) -> None:
        """Waits until the window has it."""

    def end(self) -> None:
        self._ended.close()

    def at_end(self, do: Callable[[], object]) -> None:
        """Before those programs end that were started so far."""
        self._ended.callback(do)

    def start(self, *command: str, **options: Any) -> subprocess.Popen[str]:
        # To a file: a program that nobody listens to must not fill a pipe and stop.
        with (self.folder / f"{Path(command[0]).name}.log").open("ab") as log:
            options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log} | options
            process = subprocess.Popen(
                command, env=self.environment, text=True, start_new_session=True, **options
            )
        self._ended.callback(stop, process)
        return process


def stop(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
