"""A locked screen and a machine that goes to sleep are heard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import DBusAddress, new_signal
from jeepney.io.blocking import open_dbus_connection

from dictation.lab.running import Running, waited_for
from dictation.native.leaving import LeavingWatch

PATIENCE_S = 10


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of a bus that is both."""
    address = f"unix:path={tmp_path / 'bus'}"
    daemon = ("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}")
    running = Running(daemon, environment={"PATH": "/usr/bin:/bin"}, log=tmp_path / "log")
    waited_for((tmp_path / "bus").exists, what="The bus", timeout_s=PATIENCE_S)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    yield address
    running.end()


class Counter:
    """How often the user has left."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def add(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= count, PATIENCE_S)


@pytest.mark.parametrize(
    ("interface", "member"),
    [
        ("org.freedesktop.ScreenSaver", "ActiveChanged"),
        ("org.gnome.ScreenSaver", "ActiveChanged"),
        ("org.freedesktop.login1.Manager", "PrepareForSleep"),
    ],
)
def test_who_leaves_is_heard_and_who_comes_back_is_not(
    address: str, interface: str, member: str
) -> None:
    left = Counter()
    watch = LeavingWatch(left.add)
    watch.start()
    bus = open_dbus_connection(address)
    place = DBusAddress("/org/freedesktop/anything", interface=interface)

    def leaves() -> bool:
        """The watch may not have subscribed yet."""
        bus.send(new_signal(place, member, "b", (True,)))
        return left.count > 0

    waited_for(leaves, what="The leaving", timeout_s=PATIENCE_S)
    seen = left.count
    bus.send(new_signal(place, member, "b", (False,)))
    bus.send(new_signal(place, "Other", "b", (True,)))
    bus.send(new_signal(place, member, "b", (True,)))
    assert left.wait(seen + 1)

    watch.stop()
    bus.close()


def test_without_a_bus_nothing_is_heard_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SESSION", "SYSTEM"):
        monkeypatch.setenv(f"DBUS_{name}_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    watch = LeavingWatch(lambda: None)
    watch.start()

    watch.stop()

    assert not watch.is_alive()
