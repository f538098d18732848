"""Sway for tests: programs that take text, a person's keyboard, the clipboard."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dictation.lab.wayland_desktop import WaylandDesktop, WaylandWindow
from tests.programs.screen import Screen, wait
from tests.programs.wayland_person import Person
from tests.programs.wayland_probe import APP, Probe


class WaylandSession(Screen):
    """On a desktop that is there for as long as this is not ended.

    Attributes:
        person: whose keyboard is the only real one.
    """

    def __init__(self, desktop: WaylandDesktop) -> None:
        super().__init__(desktop.folder / "texts", desktop.environment)
        self._desktop = desktop
        self.person = Person()
        self.at_end(self.person.close)
        self._probe = Probe()
        self.at_end(self._probe.close)

    def windows_of(self, process: int) -> list[WaylandWindow]:
        return [window for window in self._desktop.windows() if window.process == process]

    def window_of(self, process: subprocess.Popen[str]) -> int:
        return int(wait(lambda: self.windows_of(process.pid), timeout_s=30)[0].number)

    def focus(self, window: int) -> None:
        self._desktop.focus(self._described(lambda each: each.number == window))

    def keys_are_up(self) -> bool:
        """Takes the focus away from the window that has it."""
        self._desktop.focus(self._described(lambda each: each.app == APP))

        def told() -> bool:
            self._probe.look()
            return self._probe.keys is not None

        wait(told)
        self._probe.look()
        return not self._probe.keys and not self._probe.modifiers

    def _described(self, fits) -> WaylandWindow:
        return next(window for window in self._desktop.windows() if fits(window))

    # --- clipboard

    def copies(self, content: bytes, mime: str, *options: str) -> subprocess.Popen[str]:
        """Another program copies that. options: of wl-copy, such as --primary."""
        file = self.folder / "copied"
        file.write_bytes(content)
        with file.open("rb") as stdin:
            owner = self.start("wl-copy", "--foreground", "--type", mime, *options, stdin=stdin)
        wait(lambda: self.pasted(mime, *options) == content)
        return owner

    def clears(self, *options: str) -> None:
        subprocess.run(["wl-copy", "--clear", *options], env=self.environment, check=True)

    def pasted(self, mime: str, *options: str) -> bytes:
        """What any program would get; empty if there is nothing."""
        return subprocess.run(
            ["wl-paste", "--no-newline", "--type", mime, *options],
            env=self.environment,
            capture_output=True,
            check=False,
            timeout=20,
        ).stdout


@contextmanager
def wayland_session() -> Iterator[WaylandSession]:
    """With its display in this process's environment."""
    with WaylandDesktop() as desktop, pytest.MonkeyPatch.context() as patch:
        for name in ("WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"):
            patch.setenv(name, desktop.environment[name])
        session = WaylandSession(desktop)
        try:
            yield session
        finally:
            session.end()
