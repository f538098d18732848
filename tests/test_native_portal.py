"""The hotkey through the desktop portal: the real frontend, and a desktop of ours behind it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import message_bus
from jeepney.io.blocking import open_dbus_connection

from dictation.errors import DictationError, NotPasted, NotPossibleHere
from dictation.lab.running import Running, waited_for
from dictation.lab.wayland_desktop import WaylandDesktop
from dictation.native import choose
from dictation.native.choose import NoActiveWindow, Session
from dictation.native.contracts import Listeners
from dictation.native.key_names import parsed
from dictation.native.pasting_typist import PastingTypist
from dictation.native.portal import Portal
from dictation.native.portal_hotkey import CANCEL, DICTATE, PortalHotkey, trigger
from dictation.native.portal_keyboard import PortalKeyboard
from dictation.native.portal_means import with_data_control
from dictation.native.portal_session import PortalSession, Wanted
from dictation.native.wayland_clipboard import WaylandClipboard
from dictation.speech import Outcome, Verdict
from tests.portal_program import PATIENCE_S, PortalProgram

FRONTEND = "/usr/libexec/xdg-desktop-portal"
PORTAL = "org.freedesktop.portal.Desktop"
DESKTOP = """\
[portal]
DBusName=org.freedesktop.impl.portal.desktop.{name}
Interfaces=org.freedesktop.impl.portal.{interface}
UseIn=test
"""


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
        interfaces = {"test": "GlobalShortcuts", "keyboard": "RemoteDesktop"}
        for name, interface in interfaces.items():
            told = DESKTOP.format(name=name, interface=interface)
            (folder / f"{name}.portal").write_text(told, encoding="utf-8")
        self._programs: list[Running] = []
        daemon = ("dbus-daemon", "--session", "--nofork", "--nopidfile")
        self._start(*daemon, f"--address={self.address}")
        waited_for((folder / "bus").exists, what="The bus", timeout_s=PATIENCE_S)
        log, environment = folder / "shortcuts.log", self.environment
        self.shortcuts = PortalProgram("portal_backend.py", log, environment)
        log = folder / "keyboard.log"
        self.keyboard = PortalProgram("portal_backend_keyboard.py", log, environment)
        self._frontend = self._start(FRONTEND, "-r")
        # To speak to it sooner would have the bus start another one, and both be half there.
        waited_for(self._has_portal, what="The portal's name", timeout_s=PATIENCE_S)

    def end_frontend(self) -> None:
        self._frontend.end()

    def close(self) -> None:
        self.shortcuts.close()
        self.keyboard.close()
        for program in reversed(self._programs):
            program.end()

    def _has_portal(self) -> bool:
        with open_dbus_connection(self.address) as bus:
            asked = bus.send_and_get_reply(message_bus.NameHasOwner(PORTAL), timeout=PATIENCE_S)
        return bool(asked.body[0])

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
    hotkey.start(
        Listeners(lambda: heard.note("press"), lambda: heard.note("release"), heard.note_loss)
    )
    return hotkey, heard


def test_press_and_release_are_heard(bus: Bus) -> None:
    chosen = choose.hotkey(Session.WAYLAND, "Ctrl+Alt+D")
    assert chosen.candidate == "portal"
    hotkey, heard = started("Ctrl+Alt+D")
    bus.shortcuts.wait_for("bound")

    for _ in range(20):
        bus.shortcuts.order(f"press {DICTATE}")
        bus.shortcuts.order(f"release {DICTATE}")
    heard.wait(40)
    hotkey.stop()

    assert heard.events == ["press", "release"] * 20
    assert "CTRL+ALT+d" in bus.shortcuts.told
    assert not heard.lost


def test_a_repeated_press_is_one(bus: Bus) -> None:
    hotkey, heard = started()
    bus.shortcuts.wait_for("bound")

    for order in ("press", "press", "release", "release"):
        bus.shortcuts.order(f"{order} {DICTATE}")
    heard.wait(2)
    bus.shortcuts.order(f"press {DICTATE}")
    heard.wait(3)
    hotkey.stop()

    assert heard.events == ["press", "release", "press"]


def test_cancel_has_a_key_of_its_own_and_counts_only_while_watched(bus: Bus) -> None:
    hotkey, heard = started()
    bus.shortcuts.wait_for("bound")

    bus.shortcuts.order(f"press {CANCEL}")
    bus.shortcuts.order(f"press {DICTATE}")
    heard.wait(1)
    hotkey.watch_escape(lambda: heard.note("escape"))
    bus.shortcuts.order(f"press {CANCEL}")
    heard.wait(2)
    hotkey.stop()

    assert heard.events == ["press", "escape"]


def test_a_user_who_says_no_is_told_that_there_is_no_hotkey(bus: Bus) -> None:
    bus.shortcuts.order("refuse")
    hotkey, heard = started()

    heard.wait(0, losses=1)
    hotkey.stop()

    assert isinstance(heard.lost[0], NotPossibleHere)
    assert "the user said no" in str(heard.lost[0])


@pytest.mark.parametrize("end", ["close", "frontend"])
def test_a_hold_ends_when_the_desktop_ends_the_session(bus: Bus, end: str) -> None:
    hotkey, heard = started()
    bus.shortcuts.wait_for("bound")
    bus.shortcuts.order(f"press {DICTATE}")
    heard.wait(1)

    if end == "close":
        bus.shortcuts.order("close")
    else:
        bus.end_frontend()

    heard.wait(2, losses=1)
    hotkey.stop()
    assert heard.events == ["press", "release"]
    assert "no longer heard" in str(heard.lost[0])


# --- a keyboard


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "state" / "portal.json"


def test_keys_are_pressed_and_let_go_in_order(bus: Bus, memory: Path) -> None:
    session = PortalSession(memory, Wanted.KEYBOARD, may_ask=True)
    keyboard = PortalKeyboard(session)

    assert keyboard.press(parsed("Ctrl+Shift+V"))
    assert not keyboard.press(parsed("Hyper"))  # which no keyboard has
    for key in ("key 29 0", "key 42 0"):
        bus.keyboard.wait_for(key)
    session.close()

    keys = [line for line in bus.keyboard.told.splitlines() if line.startswith("key")]
    assert keys in (
        ["key 29 1", "key 42 1", "key 47 1", "key 47 0", "key 42 0", "key 29 0"],
        ["key 42 1", "key 29 1", "key 47 1", "key 47 0", "key 29 0", "key 42 0"],
    )


def test_who_has_said_no_is_not_asked_again(bus: Bus, memory: Path) -> None:
    bus.keyboard.order("refuse")
    with pytest.raises(NotPossibleHere, match="the user said no"):
        PortalSession(memory, Wanted.KEYBOARD, may_ask=True)

    with pytest.raises(NotPossibleHere, match=str(memory)):
        PortalSession(memory, Wanted.KEYBOARD, may_ask=True)

    assert bus.keyboard.told.count("asked") == 1


def test_nobody_is_asked_where_that_may_not_be(bus: Bus, memory: Path) -> None:
    with pytest.raises(NotPossibleHere, match="when Dictation starts"):
        PortalSession(memory, Wanted.KEYBOARD, may_ask=False)

    assert "asked" not in bus.keyboard.told


@pytest.fixture
def sway(monkeypatch: pytest.MonkeyPatch) -> Iterator[WaylandDesktop]:
    """It has data control; that it has a virtual keyboard too is not looked at here."""
    with WaylandDesktop() as desktop:
        monkeypatch.setenv("WAYLAND_DISPLAY", desktop.environment["WAYLAND_DISPLAY"])
        yield desktop


def typist_for(memory: Path) -> PastingTypist:
    means = with_data_control(WaylandClipboard(), memory, may_ask=True)
    return PastingTypist(NoActiveWindow(), means)


def test_text_is_pasted_and_both_selections_come_back(
    bus: Bus, sway: WaylandDesktop, memory: Path
) -> None:
    """The program that has the focus is played: it asks for the clipboard after the keys."""
    sway.set_clipboard("mine")
    typist = typist_for(memory)
    verdicts: list[Verdict] = []
    inserting = threading.Thread(target=lambda: verdicts.append(typist.insert("你好, you", None)))

    inserting.start()
    bus.keyboard.wait_for("key 110 1")
    assert sway.clipboard() == "你好, you"
    inserting.join()

    assert (verdicts[0].outcome, verdicts[0].method) == (Outcome.DELIVERED, "paste")
    assert sway.clipboard() == "mine"
    typist.close()


def test_what_nobody_asks_for_is_not_said_to_be_delivered(
    bus: Bus, sway: WaylandDesktop, memory: Path
) -> None:
    typist = typist_for(memory)

    verdict = typist.insert("to nobody", None)

    assert verdict.outcome is Outcome.FAILED
    assert isinstance(verdict.reason, NotPasted)
    assert sway.clipboard() == "to nobody"
    typist.close()


# --- neither


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
