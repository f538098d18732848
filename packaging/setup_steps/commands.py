"""Runs other programs, their output into the log and their last line into the status line."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TextIO

from setup_steps.symptoms import fault_of

TIMED_OUT = 124  # as timeout(1) has it
NOT_FOUND = 127  # as the shell has it
_TICK_S = 1.0  # how often the clock in the status line moves while a program is silent
_GRACE_S = 10.0  # pip deletes its temporary folders when interrupted


@dataclass(frozen=True)
class Outcome:
    """How a program ended.

    Attributes:
        code: its exit code; negative for a signal, TIMED_OUT and NOT_FOUND as above.
        lines: what it wrote, standard error among it.
    """

    code: int
    lines: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        return self.code == 0


def unwatched(line: str) -> None:
    """Lets every line pass."""


class Commands(Protocol):
    """What the steps need of a command line."""

    def run(
        self,
        argv: Sequence[str],
        *,
        watch: Callable[[str], None] = unwatched,
        deadline_s: float | None = None,
    ) -> Outcome:
        """watch: sees each line as it comes; what it raises ends the program, and passes on."""


def must(what: str, outcome: Outcome) -> None:
    """Raises the fault that the outcome tells of, unless it was a success."""
    if not outcome.succeeded:
        raise fault_of(what, outcome)


def ask(argv: Sequence[str], *, deadline_s: float = 10.0) -> Outcome:
    """A short question, answered from memory or disk; neither logged nor shown."""
    try:
        answer = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=deadline_s,
            check=False,
        )
    except OSError:
        return Outcome(NOT_FOUND)
    except subprocess.TimeoutExpired:
        return Outcome(TIMED_OUT)
    return Outcome(answer.returncode, tuple(answer.stdout.splitlines()))


class LoggedCommands:
    """Runs programs for real: no standard input, all output into the log.

    show is given each new line, and None once a second while there is none.
    """

    def __init__(
        self, log: TextIO, environment: Mapping[str, str], show: Callable[[str | None], None]
    ) -> None:
        self._log = log
        self._environment = dict(environment)
        self._show = show

    def run(
        self,
        argv: Sequence[str],
        *,
        watch: Callable[[str], None] = unwatched,
        deadline_s: float | None = None,
    ) -> Outcome:
        print("$", *argv, file=self._log, flush=True)
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=self._environment,
            )
        except OSError as error:
            print(error, file=self._log, flush=True)
            return Outcome(NOT_FOUND, (str(error),))
        lines: list[str] = []
        with process:
            try:
                for line in _lines(process, deadline_s):
                    self._show(line)
                    if line is not None:
                        print(line, file=self._log, flush=True)
                        lines.append(line)
                        watch(line)
            except TimeoutError:
                _end(process)
                return Outcome(TIMED_OUT, (*lines, f"No answer within {deadline_s:.0f} s."))
            except BaseException:  # Ctrl-C or the watcher: the program must not outlive this one
                _end(process)
                raise
            return Outcome(process.wait(), tuple(lines))


def _lines(process: subprocess.Popen[bytes], deadline_s: float | None) -> Iterator[str | None]:
    """The lines of the program, and None for each tick without any. Raises TimeoutError."""
    assert process.stdout is not None
    started = time.monotonic()
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if deadline_s is not None and time.monotonic() - started > deadline_s:
                raise TimeoutError
            if not selector.select(_TICK_S):
                yield None
                continue
            chunk = os.read(process.stdout.fileno(), 65536)
            *whole, pending = (pending + chunk).split(b"\n")
            for line in whole:
                yield _text(line)
            if not chunk:
                break
    if pending:
        yield _text(pending)


def _text(line: bytes) -> str:
    return line.decode(errors="replace").rstrip()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
