"""The hotkey through the desktop portal: the real frontend, and a desktop of ours behind it."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation.errors import DictationError, NotPossibleHere
from dictation.lab.running import Running, waited_for
from dictation.native import choose
from dictation.native.choose import Session
from dictation.native.key_names import parsed
from dictation.native.portal import Portal
from dictation.native.portal_hotkey import CANCEL, DICTATE, PortalHotkey, trigger

BACKEND = Path(__file__).parent / "programs" / "portal_backend.py"
FRONTEND = "/usr/libexec/xdg-desktop-portal"
DESKTOP = """\
[portal]
DBusName=org.freedesktop.impl.portal.desktop.test
Interfaces=org.freedesktop.impl.portal.GlobalShortcuts
UseIn=test
"""
PATIENCE_S = 20


class Bus:
    """A session bus with the portal on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"unix:path={folder / 'bus'}"
        self.environment = {
            **os.environ,
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "XDG_CURRENT_DESKTOP": "test",
            "XDG_DESKTOP_PORTAL_DIR": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
        }
        (folder / "test.portal").write_text(DESKTOP, encoding="utf-8")
        self._programs: list[Running] = []
        self._start(
            "dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={self.address}"
        )
        waited_for((folder / "bus").exists, what="The bus", timeout_s=PATIENCE_S)
        self._backend_log = (folder / "backend.log").open("wb")
        # Not Running: it is told what to do.
        self._backend = subprocess.Popen(
            ["/usr/bin/python3", "-E", str(BACKEND)],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=self._backend_log,
            stderr=self._backend_log,
            text=True,
        )
        waited_for(lambda: "ready" in self.told, what="The desktop", timeout_s=PATIENCE_S)
        self._frontend = self._start(FRONTEND, "-r")

    @property
    def told(self) -> str:
        """What the desktop has written."""
        return (self.folder / "backend.log").read_text(encoding="utf-8")

    def order(self, line: str) -> None:
        """To the desktop."""
        assert self._backend.stdin is not None
        self._backend.stdin.write(line + "\n")
        self._backend.stdin.flush()

    def end_frontend(self) -> None:
        self._frontend.end()

    def close(self) -> None:
        self._backend.kill()
        self._backend.communicate()
        self._backend_log.close()
        for program in reversed(self._programs):
            program.end()

    def _start(self, *command: str) -> Running:
        log = self.folder / f"{len(self._programs)}.log"
        program = Running(command, environment=self.environment, log=log)
        self._programs.append(program)
        return program


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    bus = Bus(tmp_path)
    try:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        waited_for(_there, what="The portal", timeout_s=PATIENCE_S)
        yield bus
    finally:
        bus.close()


def _there() -> bool:
    try:
        Portal("GlobalShortcuts", "A test").close()
    except NotPossibleHere:
        return False
    return True


class Heard:
    """What the hotkey has told."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.lost: list[DictationError] = []
        self._changed = threading.Condition()

    def note(self, event: str) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def note_loss(self, error: DictationError) -> None:
        with self._changed:
            self.lost.append(error)
            self._changed.notify_all()

    def wait(self, events: int, *, losses: int = 0) -> None:
        with self._changed:
            assert self._changed.wait_for(
                lambda: len(self.events) >= events and len(self.lost) >= losses, PATIENCE_S
            ), (self.events, self.lost)


def started(key: str = "F9") -> tuple[PortalHotkey, Heard]:
    heard = Heard()
    hotkey = PortalHotkey(key)
    hotkey.start(lambda: heard.note("press"), lambda: heard.note("release"), heard.note_loss)
    return hotkey, heard


def test_press_and_release_are_heard(bus: Bus) -> None:
    chosen = choose.hotkey(Session.WAYLAND, "Ctrl+Alt+D")
    assert chosen.candidate == "portal"
    hotkey, heard = started("Ctrl+Alt+D")
    waited_for(lambda: "bound" in bus.told, what="The binding", timeout_s=PATIENCE_S)

    for _ in range(20):
        bus.order(f"press {DICTATE}")
        bus.order(f"release {DICTATE}")
    heard.wait(40)
    hotkey.stop()

    assert heard.events == ["press", "release"] * 20
    assert "CTRL+ALT+d" in bus.told
    assert not heard.lost


def test_a_repeated_press_is_one(bus: Bus) -> None:
    hotkey, heard = started()
    waited_for(lambda: "bound" in bus.told, what="The binding", timeout_s=PATIENCE_S)

    for order in ("press", "press", "release", "release"):
        bus.order(f"{order} {DICTATE}")
    heard.wait(2)
    bus.order(f"press {DICTATE}")
    heard.wait(3)
    hotkey.stop()

    assert heard.events == ["press", "release", "press"]


def test_cancel_has_a_key_of_its_own_and_counts_only_while_watched(bus: Bus) -> None:
    hotkey, heard = started()
    waited_for(lambda: "bound" in bus.told, what="The binding", timeout_s=PATIENCE_S)

    bus.order(f"press {CANCEL}")
    bus.order(f"press {DICTATE}")
    heard.wait(1)
    hotkey.watch_escape(lambda: heard.note("escape"))
    bus.order(f"press {CANCEL}")
    heard.wait(2)
    hotkey.stop()

    assert heard.events == ["press", "escape"]


def test_a_user_who_says_no_is_told_that_there_is_no_hotkey(bus: Bus) -> None:
    bus.order("refuse")
    hotkey, heard = started()

    heard.wait(0, losses=1)
    hotkey.stop()

    assert isinstance(heard.lost[0], NotPossibleHere)
    assert "the user said no" in str(heard.lost[0])


@pytest.mark.parametrize("end", ["close", "frontend"])
def test_a_hold_ends_when_the_desktop_ends_the_session(bus: Bus, end: str) -> None:
    hotkey, heard = started()
    waited_for(lambda: "bound" in bus.told, what="The binding", timeout_s=PATIENCE_S)
    bus.order(f"press {DICTATE}")
    heard.wait(1)

    if end == "close":
        bus.order("close")
    else:
        bus.end_frontend()

    heard.wait(2, losses=1)
    hotkey.stop()
    assert heard.events == ["press", "release"]
    assert "no longer heard" in str(heard.lost[0])


def test_without_a_portal_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")

    with pytest.raises(NotPossibleHere, match="no session bus"):
        PortalHotkey("F9")


@pytest.mark.parametrize(
    ("key", "wanted"),
    [("F9", "F9"), ("ctrl+alt+d", "CTRL+ALT+d"), ("Super+space", "LOGO+space")],
)
def test_combinations_are_written_as_the_specification_has_it(key: str, wanted: str) -> None:
    assert trigger(parsed(key)) == wanted
