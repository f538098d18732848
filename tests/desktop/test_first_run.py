"""The first start of the real program: nothing is there, and a few keys later one dictates."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation.lab.dictation_program import DictationProgram
from dictation.lab.speaking import hold_and_speak
from dictation.lab.virtual_desktop import VirtualDesktop

from ..conftest import CLIPS
from ..fake_hub import FakeHub
from ..published_demo import on_a_hub

LONG_S = 60.0
COMMAND = (sys.executable, "-m", "tests.programs.small_published_model")


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(on_a_hub()) as running:
        yield running


@pytest.fixture
def program(
    desktop: VirtualDesktop, hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DictationProgram]:
    """Started for the first time."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setitem(desktop.environment, name, str(tmp_path / name))
    monkeypatch.setitem(desktop.environment, "MODELSCOPE_CACHE", str(tmp_path / "models"))
    monkeypatch.setitem(desktop.environment, "MODELSCOPE_ENDPOINT", hub.url)
    program = DictationProgram(desktop)
    program.running = desktop.start(*COMMAND)
    yield program
    program.running.end()


def test_from_nothing_to_the_first_words(
    desktop: VirtualDesktop, program: DictationProgram
) -> None:
    window = desktop.window_of(program.running, LONG_S)
    assert window.title == "Set up Dictation"
    desktop.focus(window)
    desktop.wait(lambda: desktop.is_grabbed("F9"), LONG_S, "The hotkey")

    hold_and_speak(desktop, CLIPS / "en-026.flac")
    desktop.wait(
        lambda: any(told.summary == "Not transcribed yet" for told in desktop.notifications()),
        LONG_S,
        "What becomes of words without a model",
    )
    shot(desktop, "without")
    desktop.type_keys("Shift_L", "Tab")  # from the box to “Other model”
    desktop.type_keys("Shift_L", "Tab")  # to “Download”
    desktop.type_keys("space")
    desktop.wait(lambda: program.status()["model"] in ("preparing", "ready"), LONG_S, "The model")
    shot(desktop, "preparing")
    program.wait_until_ready()

    desktop.wait(lambda: program.takes()[0].text, LONG_S, "The words that had to wait")
    hold_and_speak(desktop, CLIPS / "en-026.flac")  # it gives the box the focus
    desktop.wait(lambda: len([take for take in program.takes() if take.text]) == 2, LONG_S, "More")
    program.wait_until("idle")
    desktop.type_keys("Control_L", "a")
    desktop.type_keys("Control_L", "c")
    desktop.wait(lambda: desktop.clipboard(), LONG_S, "The box's words")
    said = program.takes()
    assert (desktop.clipboard() or b"").decode() == f"{said[1].text}\n{said[0].text}"
    shot(desktop, "with")
    removing = desktop.start(*COMMAND, "model", "remove", "--yes")
    assert removing.wait(LONG_S) == 4
    assert "SenseVoiceTiny is in use" in removing.output

    desktop.type_keys("Escape")
    desktop.wait(lambda: not is_open(desktop), LONG_S, "The window's end")
    program.command("setup")
    desktop.wait(lambda: is_open(desktop), LONG_S, "The window again")


def is_open(desktop: VirtualDesktop) -> bool:
    return "Set up Dictation" in [window.title for window in desktop.windows()]


def shot(desktop: VirtualDesktop, name: str) -> None:
    if folder := os.environ.get("FIRST_RUN_SHOTS"):
        desktop.screenshot(Path(folder) / f"{name}.png")
