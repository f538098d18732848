"""A program in a process group of its own, its output kept in a file."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dictation.lab.errors import DesktopProgramEnded, WaitedInVain

GRACE_S = 3.0  # between being asked to end and being killed
_TICK_S = 0.01


class Running:
    """Started when built, and ended by its process group's number, never by name.

    Attributes:
        name: for messages, and of its log.
        log: standard output and standard error.
        pid: of the program; also the number of its process group.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        keep_open: Sequence[int] = (),
    ) -> None:
        self.name = Path(command[0]).name
        self.log = log
        self._command = tuple(command)
        with log.open("ab") as written:
            self._process = subprocess.Popen(
                [*_ending_with_us(), *command],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                pass_fds=keep_open,
                start_new_session=True,
            )
        self.pid = self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for a signal."""
        return self._process.poll()

    @property
    def output(self) -> str:
        """All that it has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def check_alive(self) -> None:
        """Raises DesktopProgramEnded, with its last words, if it has ended."""
        if not self.alive:
            lines = self.output.split("\n")
            raise DesktopProgramEnded(
                program=self.name,
                code=self.exit_code,
                last_line=next((line for line in reversed(lines) if line.strip()), "no output"),
                command=" ".join(self._command),
            )

    def wait(self, timeout_s: float) -> int:
        """Its exit code once it has ended. Raises WaitedInVain."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired as error:
            raise WaitedInVain(what=f"The end of {self.name}", timeout_s=timeout_s) from error

    def send_signal(self, number: signal.Signals) -> None:
        """To the program alone, not to what it has started."""
        self._process.send_signal(number)

    def end(self, grace_s: float = GRACE_S) -> None:
        """Ends the whole group: asks, waits, then kills. Does nothing where none is left."""
        if self._signal_group(signal.SIGTERM):
            until_s = time.monotonic() + grace_s
            # The leader's end need not be that of its children.
            while time.monotonic() < until_s and (self.alive or _lives(self.pid)):
                time.sleep(_TICK_S)
            self._signal_group(signal.SIGKILL)
        self._process.wait()

    def _signal_group(self, number: signal.Signals) -> bool:
        """Whether there was anything left to signal."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)
            return True
        return False


def waited_for(
    condition: Callable[[], object],
    *,
    what: str,
    timeout_s: float,
    alive: Sequence[Running] = (),
) -> None:
    """Returns once the condition holds. Raises WaitedInVain, or DesktopProgramEnded.

    alive: programs without which it can never hold.
    """
    until_s = time.monotonic() + timeout_s
    while not condition():
        for program in alive:
            program.check_alive()
        if time.monotonic() > until_s:
            raise WaitedInVain(what=what, timeout_s=timeout_s)
        time.sleep(_TICK_S)


def _lives(group: int) -> bool:
    """Whether anything of the group still runs; the dead that nobody has fetched do not count."""
    return any(
        state not in "ZX" and int(found) == group
        for state, found in map(_state_and_group, Path("/proc").glob("[0-9]*/stat"))
    )


def _state_and_group(file: Path) -> tuple[str, str]:
    """From proc(5): "pid (name) state parent group …", where the name may hold anything."""
    try:
        state, _, group, *_ = file.read_text(errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "X", "0"
    return state, group


def _ending_with_us() -> tuple[str, ...]:
    """Has the kernel end a program when this one is killed and so cannot end it."""
    setpriv = shutil.which("setpriv")  # of util-linux; it becomes the program it starts
    return (setpriv, "--pdeathsig", "TERM") if setpriv else ()
