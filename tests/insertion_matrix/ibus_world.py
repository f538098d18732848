"""The X11 desktop with a Chinese input method switched on: ibus with libpinyin."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from tests.programs.screen import wait
from tests.programs.x11_session import let_pass

from .world import Field
from .x11_world import X11World

ENGINE = "libpinyin"
COMPONENT = Path("/usr/share/ibus/component/libpinyin.xml")
PINYIN, CHINESE = "nihao", "你好"
COMPOSING_S, TRIES = 2.0, 5
VARIABLES = {"GTK_IM_MODULE": "ibus", "QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=ibus"}


def missing() -> str:
    """Why it cannot run here; empty: it can."""
    if shutil.which("ibus-daemon") is None or not COMPONENT.exists():
        return "not installed (ibus, ibus-libpinyin)"
    return ""


class IbusWorld(X11World):
    """Programs started in it ask ibus about each key; of those that do not, it says so."""

    def __init__(self, folder: Path, targets: Iterable[str]) -> None:
        super().__init__(folder, targets, **VARIABLES)
        try:
            self._switch_on()
            for name, field in tuple(self.fields.items()):
                if not self._composes(field):
                    del self.fields[name]
                    self.not_there[name] = "ibus does not get its keys"
        except BaseException:
            self.end()
            raise

    def begin(self) -> None:
        self.session.start("ibus-daemon", "--xim", "--panel", "disable")

    def _switch_on(self) -> None:
        """As soon as the daemon can. It says that it could not even when it has."""

        def is_on() -> bool:
            self._ibus("engine", ENGINE)
            return self._ibus("engine").stdout.strip() == ENGINE

        next(iter(self.fields.values())).ready()  # some program has to have the focus for that
        wait(is_on, timeout_s=30)

    def _composes(self, field: Field) -> bool:
        """Whether pinyin becomes Chinese in it."""
        for _ in range(TRIES):  # a program that has just started may not ask ibus yet
            field.ready()
            self.session.tap(*PINYIN)
            give_up_s = time.monotonic() + COMPOSING_S
            while time.monotonic() < give_up_s:
                self.session.tap("space")  # the first takes the first proposal
                if field.text.strip() == CHINESE:
                    return True
                let_pass(0.2)
        return False

    def _ibus(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["ibus", *arguments],
            env=self.session.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
