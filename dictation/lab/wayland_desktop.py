"""A Wayland desktop of its own, with nothing to be seen: sway, a session bus and sound.

with WaylandDesktop() as desktop:
    desktop.start("foot")
    print(desktop.windows())
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dictation.lab import needs
from dictation.lab.private_desktop import BOOT_S, PATIENCE_S, PrivateDesktop
from dictation.lab.running import Running, waited_for

_NOBODY = 65_534  # sway refuses to run as root
_CONFIGURATION = """\
xwayland disable
output HEADLESS-1 resolution 1280x800
default_border none
focus_on_window_activation focus
{lines}
"""


@dataclass(frozen=True, slots=True)
class WaylandWindow:
    """A window as sway describes it."""

    number: int
    process: int
    app: str
    has_focus: bool


class WaylandDesktop(PrivateDesktop):
    """Sway."""

    def __init__(self, *lines: str) -> None:
        """lines: of sway's configuration, such as bindings of keys."""
        self._lines = lines

    def _check(self) -> None:
        needs.check_wayland()

    def _boot(self, cleanup: ExitStack) -> None:
        files = self._files
        (self.folder / "texts").mkdir(mode=0o700)
        self.environment |= {
            "XDG_SESSION_TYPE": "wayland",
            "XDG_CURRENT_DESKTOP": "sway",
            "GDK_BACKEND": "wayland",
            "QT_QPA_PLATFORM": "wayland",
        }
        bus, sound = self._start_bus(), self._start_sound()
        waited_for(files.bus.exists, what="The D-Bus session", timeout_s=BOOT_S, alive=[bus])
        waited_for(files.pulse.exists, what="The sound server", timeout_s=BOOT_S, alive=[sound])
        self._boot_compositor()

    def _boot_compositor(self) -> None:
        # A folder of its own: whoever sway runs as has to own it, and ours has to be ours.
        run = self.folder / "sway"
        run.mkdir(mode=0o700)
        configuration = run / "configuration"
        configuration.write_text(
            _CONFIGURATION.format(lines="\n".join(self._lines)), encoding="utf-8"
        )
        self.environment["SWAYSOCK"] = str(run / "sway.sock")
        sway = self.start(
            *self._as_nobody(run), "sway", "--unsupported-gpu", "-c", str(configuration),
            XDG_RUNTIME_DIR=str(run), WLR_BACKENDS="headless", WLR_LIBINPUT_NO_DEVICES="1",
            WLR_RENDERER="pixman",
        )  # fmt: skip

        def display() -> list[Path]:
            return [path for path in run.glob("wayland-*") if path.suffix != ".lock"]

        waited_for(display, what="The compositor", timeout_s=BOOT_S, alive=[sway])
        self.environment["WAYLAND_DISPLAY"] = str(display()[0])
        waited_for(self._answers, what="The compositor", timeout_s=BOOT_S, alive=[sway])

    def _as_nobody(self, run: Path) -> tuple[str, ...]:
        if os.geteuid() != 0:
            return ()
        self.folder.chmod(0o711)
        for path in (run, *run.iterdir()):
            os.chown(path, _NOBODY, _NOBODY)
        ids = (f"--reuid={_NOBODY}", f"--regid={_NOBODY}")
        return ("setpriv", *ids, "--clear-groups")

    def _answers(self) -> bool:
        asked = self._swaymsg("-t", "get_outputs")
        return asked.returncode == 0

    def windows(self) -> tuple[WaylandWindow, ...]:
        tree = json.loads(self._swaymsg("-t", "get_tree").stdout)
        return tuple(
            WaylandWindow(node["id"], node["pid"], node.get("app_id") or "", node["focused"])
            for node in _nodes(tree)
            if node.get("pid")
        )

    def window_of(self, program: Running) -> WaylandWindow:
        """The program's window, with the focus, as soon as it has one."""

        def found() -> list[WaylandWindow]:
            return [window for window in self.windows() if window.process == program.pid]

        waited_for(found, what=f"A window of {program.name}", timeout_s=PATIENCE_S, alive=[program])
        window = found()[0]
        self.focus(window)
        return window

    def close(self, window: WaylandWindow) -> None:
        """As its close button would; waits until it is gone."""
        self._swaymsg(f"[con_id={window.number}]", "kill")
        self.wait(
            lambda: all(each.number != window.number for each in self.windows()),
            what="The end of the window",
        )

    def focus(self, window: WaylandWindow) -> None:
        """Gives it the focus, and waits until it has it."""
        self._swaymsg(f"[con_id={window.number}]", "focus")
        self.wait(
            lambda: any(each.has_focus for each in self.windows() if each.number == window.number),
            what="The focus",
        )

    def clipboard(self) -> str:
        """Its text; empty for none."""
        pasted = self._run("wl-paste", "--no-newline", "--type", "text/plain;charset=utf-8")
        return pasted.stdout if pasted.returncode == 0 else ""

    def set_clipboard(self, text: str) -> Running:
        """As another program that holds it from now on."""
        owner = self.start("wl-copy", "--foreground", "--", text)
        self.wait(lambda: self.clipboard() == text, what="The clipboard")
        return owner

    def screenshot(self, file: Path) -> None:
        """A PNG of the whole screen."""
        self._run("grim", str(file)).check_returncode()

    def _swaymsg(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("swaymsg", *arguments)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in (*node.get("nodes", ()), *node.get("floating_nodes", ())):
        yield from _nodes(child)
