"""The X11 desktop with a Chinese input method switched on: ibus with libpinyin."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.programs.screen import wait

from .x11_world import X11World

ENGINE = "libpinyin"
COMPONENT = Path("/usr/share/ibus/component/libpinyin.xml")
VARIABLES = {"GTK_IM_MODULE": "ibus", "QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=ibus"}


def missing() -> str:
    """Why it cannot run here; empty: it can."""
    if shutil.which("ibus-daemon") is None or not COMPONENT.exists():
        return "not installed (ibus, ibus-libpinyin)"
    return ""


class IbusWorld(X11World):
    """Programs started in it ask ibus about each key."""

    def __init__(self, folder: Path, targets: Iterable[str]) -> None:
        super().__init__(folder, targets, **VARIABLES)

    def begin(self) -> None:
        self.session.start("ibus-daemon", "--xim", "--panel", "disable")
        wait(lambda: self._ibus("engine", ENGINE).returncode == 0, timeout_s=30)
        wait(lambda: self._ibus("engine").stdout.strip() == ENGINE)

    def _ibus(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["ibus", *arguments],
            env=self.session.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
