"""Shows the steps of set-up: numbered, with the seconds each has taken."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import TextIO


class Progress:
    """One line per step on a terminal, alive while it runs; plain lines where output is piped."""

    def __init__(
        self, stream: TextIO, steps: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream
        self._steps = steps
        self._now = now
        self._live = stream.isatty()
        self._step = 0
        self._title = ""
        self._started = now()
        self._latest = ""

    def begin(self, title: str) -> None:
        """The next step."""
        self._step += 1
        self._title = title
        self._started = self._now()
        self._latest = ""
        if self._live:
            self._redraw()
        else:
            self._write(self._head() + "\n")

    def show(self, line: str | None) -> None:
        """The newest line of the program at work, or None: only the clock moves."""
        if line is not None:
            self._latest = " ".join(line.split())
        if self._live:
            self._redraw()

    def say(self, sentence: str) -> None:
        """A line of its own under the step."""
        self._clear()
        self._write(f"      {sentence}\n")

    def end(self, result: str) -> None:
        """The step is done; result says what is there now."""
        self._clear()
        head = f"{self._head()}: " if self._live else "      "
        self._write(f"{head}{result} ({self._seconds()} s)\n")

    def leave(self) -> None:
        """Takes the status line away, before something else is written."""
        self._clear()

    def _head(self) -> str:
        return f"[{self._step}/{self._steps}] {self._title}"

    def _seconds(self) -> int:
        return round(self._now() - self._started)

    def _redraw(self) -> None:
        columns = shutil.get_terminal_size().columns
        text = f"{self._head()} ... {self._seconds()} s  {self._latest}"
        self._clear()
        self._write(text[: columns - 1])

    def _clear(self) -> None:
        if self._live:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
