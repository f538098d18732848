"""Settings on a whole desktop: chosen in the window or in the file, they hold without a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation import settings
from dictation.lab.dictation_program import DictationProgram
from dictation.lab.editors import Editor, qt_editor
from dictation.lab.speaking import hold_and_speak
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.lab.x_screen import Window
from dictation.paths import APP, resource

PATIENCE_S = 30.0


@pytest.fixture(scope="module")
def program(desktop: VirtualDesktop) -> Iterator[DictationProgram]:
    file_of(desktop).unlink(missing_ok=True)  # what earlier tests have chosen
    program = DictationProgram(desktop)
    program.start()
    program.wait_until_ready()
    yield program
    program.running.end()


@pytest.fixture
def editor(desktop: VirtualDesktop) -> Iterator[Editor]:
    editor = qt_editor(desktop)
    yield editor
    editor.program.end()


def file_of(desktop: VirtualDesktop) -> Path:
    return Path(desktop.environment["XDG_CONFIG_HOME"], APP, "settings.toml")


def opened(desktop: VirtualDesktop, program: DictationProgram) -> Window:
    assert program.command("settings").returncode == 0
    desktop.wait(lambda: windows_of(desktop, program), PATIENCE_S, "The settings' window")
    (window,) = windows_of(desktop, program)
    desktop.focus(window)
    return window


def windows_of(desktop: VirtualDesktop, program: DictationProgram) -> list[Window]:
    return [window for window in desktop.windows() if window.pid == program.running.pid]


def heard(program: DictationProgram, key: str) -> int:
    """How often the program began to listen to it."""
    return program.log_file.read_text().count(f"the hotkey {key} is heard")


def lead_to(desktop: VirtualDesktop, option: str) -> None:
    desktop.type_keys("Control_L", "f")
    for key in option:
        desktop.type_keys({" ": "space"}.get(key, key))
    desktop.type_keys("Return")


def test_a_hotkey_from_the_file_dictates_and_another_one_is_pressed_in_the_window(
    desktop: VirtualDesktop, program: DictationProgram, editor: Editor
) -> None:
    file = file_of(desktop)
    file.write_text(f'# mine\n{file.read_text()}\n[hotkey]\nkey = "F8"\nundo = "F7"\n')
    # Asked of the log: to try whether a key is taken takes it for a moment.
    desktop.wait(lambda: heard(program, "F8") and heard(program, "F7"), PATIENCE_S, "The keys")
    assert [desktop.is_grabbed(key) for key in ("F8", "F9")] == [True, False]
    desktop.focus(editor.window)
    hold_and_speak(desktop, resource("demo.wav"), "F8")
    desktop.wait(lambda: editor.text.strip(), PATIENCE_S, "The text")
    program.wait_until("idle")

    opened(desktop, program)
    lead_to(desktop, "dictate")
    desktop.type_keys("Return")
    desktop.wait(lambda: not desktop.is_grabbed("F8"), PATIENCE_S, "The keys, lent to the field")
    desktop.type_keys("F10")

    # Twice: when it is tried, and when it is chosen.
    desktop.wait(lambda: heard(program, "F10") == 2, PATIENCE_S, "The new hotkey")
    desktop.wait(lambda: settings.load(file).hotkey.key == "F10", PATIENCE_S, "The file")
    assert [desktop.is_grabbed(key) for key in ("F10", "F8", "F7")] == [True, False, True]
    assert file.read_text().startswith("# mine\n")
    desktop.type_keys("Escape")  # ends the search
    desktop.type_keys("Escape")
    desktop.wait(lambda: not windows_of(desktop, program), PATIENCE_S, "The window's end")


def test_a_mistake_in_the_file_is_told_and_what_held_before_stays(
    desktop: VirtualDesktop, program: DictationProgram
) -> None:
    file = file_of(desktop)
    good = file.read_text()
    key = settings.load(file).hotkey.key
    file.write_text(good.replace(f'key = "{key}"', "key = 9"))

    desktop.wait(
        lambda: any("hotkey.key = 9 is not possible" in told.body for told in desktop.outcomes()),
        PATIENCE_S,
        "The sentence",
    )
    assert desktop.is_grabbed(key)
    file.write_text(good)


def test_another_backend_is_loaded_when_it_is_chosen_in_the_window(
    desktop: VirtualDesktop, program: DictationProgram
) -> None:
    log = program.log_file.with_name("recogniser.log")
    opened(desktop, program)
    lead_to(desktop, "computed by")
    for _ in range(4):
        desktop.type_keys("Down")

    desktop.wait(lambda: "models loaded, backend fp32" in log.read_text(), PATIENCE_S, "Its start")
    program.wait_until_ready()
    assert settings.load(file_of(desktop)).recognition.backend is settings.BackendName.FP32
