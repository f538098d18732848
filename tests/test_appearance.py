"""How the desktop is to look, as its portal says."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation.lab.running import Running, waited_for
from dictation.native.appearance import AppearanceWatch, Values, appearance
from dictation.native.contracts import Appearance

ANY, GNOME, KDE = (
    "org.freedesktop.appearance",
    "org.gnome.desktop.interface",
    "org.kde.kdeglobals.KDE",
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Appearance()),
        ({(ANY, "color-scheme"): 1}, Appearance(is_dark=True)),
        ({(ANY, "color-scheme"): 2}, Appearance(is_dark=False)),
        ({(ANY, "color-scheme"): 0}, Appearance()),
        ({(ANY, "color-scheme"): [1]}, Appearance()),
        ({(ANY, "reduced-motion"): 1}, Appearance(moves_less=True)),
        ({(ANY, "reduced-motion"): 0, (GNOME, "enable-animations"): True}, Appearance()),
        ({(GNOME, "enable-animations"): False}, Appearance(moves_less=True)),
        ({(KDE, "AnimationDurationFactor"): "0"}, Appearance(moves_less=True)),
        ({(KDE, "AnimationDurationFactor"): "0.5"}, Appearance()),
        ({(KDE, "AnimationDurationFactor"): "fast"}, Appearance()),
    ],
)
def test_what_the_settings_of_a_desktop_mean(values: Values, expected: Appearance) -> None:
    assert appearance(values) == expected


class PortalOfSettings:
    """On a bus of its own."""

    def __init__(self, folder: Path) -> None:
        address = f"unix:path={folder / 'bus'}"
        self.environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": address}
        bus = ("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}")
        self._bus = Running(bus, environment=self.environment, log=folder / "bus.log")
        waited_for((folder / "bus").exists, what="The bus", timeout_s=20, alive=[self._bus])
        program = Path(__file__).parent / "programs" / "portal_settings.py"
        self._portal = subprocess.Popen(
            ["/usr/bin/python3", "-E", program],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._says()

    def set(self, namespace: str, key: str, value: str) -> None:
        assert self._portal.stdin is not None
        self._portal.stdin.write(f"{namespace} {key} {value}\n")
        self._portal.stdin.flush()
        self._says()

    def close(self) -> None:
        self._portal.kill()
        self._portal.communicate()
        self._bus.end()

    def _says(self) -> None:
        assert self._portal.stdout is not None
        assert self._portal.stdout.readline()


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PortalOfSettings]:
    portal = PortalOfSettings(tmp_path)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", portal.environment["DBUS_SESSION_BUS_ADDRESS"])
    yield portal
    portal.close()


def test_a_change_of_the_desktop_is_heard_of(portal: PortalOfSettings) -> None:
    portal.set(ANY, "color-scheme", "1")
    watch = AppearanceWatch()
    watch.start()
    waited_for(lambda: watch.latest.is_dark, what="Darkness", timeout_s=10)
    portal.set(GNOME, "enable-animations", "false")
    waited_for(lambda: watch.latest.moves_less, what="Less motion", timeout_s=10)
    portal.set(ANY, "color-scheme", "2")
    waited_for(lambda: watch.latest.is_dark is False, what="Light", timeout_s=10)
    watch.stop()
    assert not watch.is_alive()


def test_without_a_bus_nothing_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    watch = AppearanceWatch()
    watch.start()
    watch.stop()
    assert watch.latest == Appearance()
