"""The real program where there is no tray, as under GNOME, and with its hotkey paused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dictation.lab.dictation_program import DictationProgram
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.lab.x_screen import Window

PATIENCE_S = 60.0
NAME = "Dictation"


@pytest.fixture(scope="module")
def bare(desktop: VirtualDesktop) -> Iterator[VirtualDesktop]:
    """A desktop without a tray, beside the usual one, by whose means it finds this checkout."""
    with VirtualDesktop(with_tray=False) as bare:
        yield bare


@pytest.fixture(scope="module")
def program(bare: VirtualDesktop) -> Iterator[DictationProgram]:
    program = DictationProgram(bare)
    program.start()
    yield program
    program.running.end()


def small_windows(desktop: VirtualDesktop) -> list[Window]:
    return [window for window in desktop.windows() if window.title == NAME]


def test_the_hotkey_is_let_go_to_other_programs_and_taken_back(
    bare: VirtualDesktop, program: DictationProgram
) -> None:
    bare.wait(lambda: bare.is_grabbed("F9"), PATIENCE_S, "The hotkey")

    assert program.command("pause").returncode == 0
    assert not bare.is_grabbed("F9")
    assert program.status()["paused"] is True
    assert "paused" in program.command("status").stdout
    assert program.command("resume").returncode == 0
    assert bare.is_grabbed("F9")
    assert program.status()["paused"] is False


def test_a_small_window_serves_until_there_is_a_tray(
    bare: VirtualDesktop, program: DictationProgram
) -> None:
    bare.wait(lambda: small_windows(bare), PATIENCE_S, "The window in the tray's place")
    (window,) = small_windows(bare)

    bare.focus(window)
    bare.type_keys("Alt_L", "s")  # &Start
    program.wait_until("listening")
    bare.type_keys("Alt_L", "s")  # &Stop
    program.wait_until("idle")

    bare.type_keys("Escape")
    bare.wait(lambda: not small_windows(bare), PATIENCE_S, "The window's end")
    assert program.command().returncode == 0  # started a second time
    bare.wait(lambda: small_windows(bare), PATIENCE_S, "The window, once more")

    bare.start_tray()
    bare.wait(lambda: not small_windows(bare), PATIENCE_S, "The window's end")
    bare.wait(bare.tray_icons, PATIENCE_S, "The icon in the tray")
    assert program.command().returncode == 0
    assert small_windows(bare) == []
