"""The real program on a virtual desktop, driven from outside as a user or a script does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from dictation import settings
from dictation.history import Entry, History
from dictation.lab.errors import ModelNotLoaded
from dictation.lab.running import Running
from dictation.paths import APP
from dictation.settings import RecognitionSettings, Settings

DEMO_SETTINGS = Settings(recognition=RecognitionSettings(model="demo"))
START_S = 60.0  # for a model to load on a machine that is busy with something else
_COMMAND = (sys.executable, "-m", APP)
_ANSWER_S = 10.0


class Desktop(Protocol):
    """What the program is started on."""

    @property
    def environment(self) -> dict[str, str]: ...

    def start(self, program: str, *arguments: str) -> Running: ...

    def wait(self, condition: Callable[[], object], timeout_s: float, what: str) -> None: ...


class DictationProgram:
    """Started by start(), and ended with its desktop at the latest.

    Attributes:
        running: its process, once it is started.
        state_folder: where it keeps its journal and its history.
        log_file: what it tells a maintainer.
    """

    running: Running

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        environment = desktop.environment
        self.state_folder = Path(environment["XDG_STATE_HOME"], APP)
        self.log_file = self.state_folder / "log" / "dictation.log"
        self._settings_file = Path(environment["XDG_CONFIG_HOME"], APP, "settings.toml")

    def start(self, chosen: Settings = DEMO_SETTINGS) -> None:
        """Returns once commands reach it; the model may still be loading."""
        settings.save(self._settings_file, chosen)
        self.running = self._desktop.start(*_COMMAND)
        self._desktop.wait(self._answers, START_S, "The program")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs ``dictation`` with these arguments on the desktop."""
        return subprocess.run(
            [*_COMMAND, *arguments],
            env=self._desktop.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ANSWER_S,
            check=False,
        )

    def status(self) -> dict[str, Any]:
        """What ``dictation status --json`` says; empty if the program does not answer."""
        answer = self.command("status", "--json")
        told: dict[str, Any] = json.loads(answer.stdout) if answer.stdout else {}
        return told

    def wait_until_ready(self) -> None:
        """Until the model is loaded and nothing is being done. Raises ModelNotLoaded."""

        def is_ready(status: dict[str, Any]) -> bool:
            if status["model"] == "unusable":
                raise ModelNotLoaded(log=self.log_file.read_text(encoding="utf-8").strip()[-500:])
            return (status["model"], status["state"]) == ("ready", "idle")

        self._wait_for(is_ready)

    def wait_until(self, state: str) -> None:
        """Until the program is idle, listening or working."""
        self._wait_for(lambda status: status["state"] == state)

    def takes(self, most: int = 10) -> tuple[Entry, ...]:
        """The newest takes of its history, newest first."""
        history = History(self.state_folder / "history.sqlite3")
        try:
            return history.recent(most)
        finally:
            history.close()

    def _wait_for(self, fits: Callable[[dict[str, Any]], bool]) -> None:
        def holds() -> bool:
            status = self.status()
            return bool(status) and fits(status)

        self._desktop.wait(holds, START_S, "The program's readiness")

    def _answers(self) -> bool:
        self.running.check_alive()
        return bool(self.status())
