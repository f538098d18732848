"""What desktops of our own have in common: folder, bus, sound, and programs that end with them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from dictation.lab import stragglers
from dictation.lab.desktop_folder import DesktopFolder
from dictation.lab.playback import PLAYER, Playback
from dictation.lab.running import GRACE_S, Running, waited_for

BOOT_S = 20.0
"""Usually it is under one; a machine at full load may need several."""

PATIENCE_S = 5.0


class PrivateDesktop(ABC):
    """A context manager; for one thread. Raises DesktopProgramsMissing and the like.

    Attributes:
        environment: that of every program on the desktop.
        folder: everything that the programs keep: settings, logs, sockets.
    """

    environment: dict[str, str]
    folder: Path

    def __enter__(self) -> Self:
        self._check()
        self._cleanup = ExitStack()
        try:
            self._files = files = DesktopFolder()
            self._cleanup.callback(files.remove)
            self._cleanup.callback(stragglers.end, files.root / "run", GRACE_S)
            self.folder = files.root
            self.environment = files.environment()
            self._boot(self._cleanup)
        except BaseException:  # Ctrl-C too: what has started must not stay
            self._cleanup.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._cleanup.close()

    @abstractmethod
    def _check(self) -> None:
        """Raises DesktopProgramsMissing or NoVirtualDesktop."""

    @abstractmethod
    def _boot(self, cleanup: ExitStack) -> None:
        """Starts it. cleanup: what is to be done at the end, the last first."""

    def _start_bus(self) -> Running:
        configuration = f"--config-file={self._files.bus_configuration}"
        return self.start("dbus-daemon", "--nofork", "--nopidfile", configuration)

    def _start_sound(self) -> Running:
        return self.start(
            "pulseaudio", "-n", f"--file={self._files.pulse_configuration}", "--daemonize=no",
            "--use-pid-file=no", "--exit-idle-time=-1", "--disallow-exit", "--realtime=no",
            "--high-priority=no",
        )  # fmt: skip

    def start(
        self, program: str, *arguments: str, keep_open: tuple[int, ...] = (), **variables: str
    ) -> Running:
        """Starts a program on the desktop; it ends with the desktop at the latest."""
        running = Running(
            [program, *arguments],
            environment=self.environment | variables,
            log=self._files.log(Path(program).name),
            keep_open=keep_open,
        )
        self._cleanup.callback(running.end)
        return running

    def wait(
        self,
        condition: Callable[[], object],
        timeout_s: float = PATIENCE_S,
        what: str = "The condition",
    ) -> None:
        """Returns once the condition holds. Raises WaitedInVain."""
        waited_for(condition, what=what, timeout_s=timeout_s)

    def play(self, recording: Path) -> Playback:
        """Starts to play an audio file into the microphone."""
        return Playback(self.start(*PLAYER, str(recording)))
