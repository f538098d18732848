"""Pressing keys through ydotool's daemon: a socket of ours stands in, for it needs /dev/uinput."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation.errors import NoClipboard, NotPasted, NotPossibleHere
from dictation.lab.wayland_desktop import WaylandDesktop
from dictation.native import choose
from dictation.native.choose import NoActiveWindow, Session
from dictation.native.input_events import KEY, SIZE, SYNCHRONISATION, InputEvent, unpacked
from dictation.native.key_names import parsed
from dictation.native.ydotool import YdotoolKeyboard
from dictation.speech import Outcome, Verdict

PATIENCE_S = 20
CTRL, SHIFT, V, INSERT = 29, 42, 47, 110


class Daemon:
    """Takes events as ydotoold does, a datagram each; the kernel keeps ten that are not taken."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._events: queue.SimpleQueue[InputEvent] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def keys(self, count: int) -> list[tuple[int, int]]:
        """The next so many moves of keys; each has to be followed by a synchronisation."""
        moves = []
        for _ in range(count):
            event, end = (self._events.get(timeout=PATIENCE_S) for _ in range(2))
            assert event.type == KEY
            assert end == InputEvent(SYNCHRONISATION, 0, 0)
            moves.append((event.code, event.value))
        return moves

    def is_silent(self) -> bool:
        return self._events.empty()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RD)
        self._thread.join()
        self._socket.close()

    def _take(self) -> None:
        while content := self._socket.recv(1024):
            self._events.put(*unpacked(content))


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    monkeypatch.setenv("YDOTOOL_SOCKET", str(tmp_path / "socket"))
    # No portal and no compositor, unless a test has one.
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")
    monkeypatch.setenv("WAYLAND_DISPLAY", "none-there")
    daemon = Daemon(tmp_path / "socket")
    yield daemon
    with contextlib.suppress(OSError):  # closed by the test
        daemon.close()


def test_an_event_has_the_size_of_the_kernels() -> None:
    assert SIZE == 24  # on a machine of 64 bits


def test_keys_are_pressed_in_order_and_let_go_in_the_other_one(
    daemon: Daemon, tmp_path: Path
) -> None:
    keyboard = YdotoolKeyboard(
        {"XDG_RUNTIME_DIR": "/nowhere", "YDOTOOL_SOCKET": f"{tmp_path}/socket"}
    )

    assert keyboard.press(parsed("Ctrl+Shift+V"))
    assert not keyboard.press(parsed("Hyper"))

    assert daemon.keys(6) == [(CTRL, 1), (SHIFT, 1), (V, 1), (V, 0), (SHIFT, 0), (CTRL, 0)]
    daemon.close()
    assert not keyboard.press(parsed("Ctrl+V"))
    keyboard.close()


def test_without_its_daemon_it_is_no_way(tmp_path: Path) -> None:
    with pytest.raises(NotPossibleHere, match="does not run"):
        YdotoolKeyboard({"YDOTOOL_SOCKET": str(tmp_path / "none")})


def test_a_daemon_that_speaks_otherwise_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as older:  # a stream, as before version 1.0
        older.bind(str(tmp_path / "socket"))
        older.listen()
        with pytest.raises(NotPossibleHere, match="wrong type"):
            YdotoolKeyboard({"YDOTOOL_SOCKET": str(tmp_path / "socket")})


def test_where_data_control_shows_the_fetch_it_is_verified(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WaylandDesktop() as sway:
        monkeypatch.setenv("WAYLAND_DISPLAY", sway.environment["WAYLAND_DISPLAY"])
        sway.set_clipboard("mine")
        typist = dict(choose.wayland_ways(NoActiveWindow(), {}, may_ask=False))["ydotool"]()
        verdicts: list[Verdict] = []
        inserting = threading.Thread(target=lambda: verdicts.append(typist.insert("你好", None)))

        inserting.start()
        assert daemon.keys(4) == [(SHIFT, 1), (INSERT, 1), (INSERT, 0), (SHIFT, 0)]
        assert sway.clipboard() == "你好"  # as the program would that has the focus
        inserting.join()

        assert verdicts == [Verdict(Outcome.DELIVERED, "paste")]
        assert sway.clipboard() == "mine"
        assert isinstance(typist.insert("to nobody", None).reason, NotPasted)
        typist.close()


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What wl-copy was given."""
    program = tmp_path / "wl-copy"
    program.write_text(f'#!/bin/sh\nexec /bin/cat > "{tmp_path}/copied"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "copied"


def test_where_nothing_shows_the_fetch_it_is_unverified_and_the_text_stays_copied(
    daemon: Daemon, copied: Path
) -> None:
    chosen = choose.typist(Session.WAYLAND, NoActiveWindow())

    assert chosen.candidate == "ydotool"
    assert chosen.service.insert("你好\x1b", None) == Verdict(Outcome.UNVERIFIED, "paste")
    assert copied.read_text(encoding="utf-8") == "你好"
    assert daemon.keys(4) == [(CTRL, 1), (V, 1), (V, 0), (CTRL, 0)]
    daemon.close()
    assert isinstance(chosen.service.insert("more", None).reason, NotPasted)
    chosen.service.close()


def test_no_key_is_pressed_for_what_could_not_be_copied(daemon: Daemon, copied: Path) -> None:
    (copied.parent / "wl-copy").write_text("#!/bin/sh\nexit 1\n")
    typist = choose.typist(Session.WAYLAND, NoActiveWindow()).service

    assert isinstance(typist.insert("text", None).reason, NoClipboard)
    assert typist.undo().outcome is Outcome.FAILED
    assert daemon.is_silent()
    typist.close()
