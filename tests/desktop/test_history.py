"""The history on a whole desktop: what was dictated is found again, and inserted once more."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from dictation.audio.files import AudioFile
from dictation.lab.dictation_program import DictationProgram
from dictation.lab.editors import Editor, qt_editor
from dictation.lab.speaking import hold_and_speak
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.lab.x_screen import Window
from dictation.paths import resource

TEXT_S = 30.0


@pytest.fixture(scope="module")
def program(desktop: VirtualDesktop) -> Iterator[DictationProgram]:
    program = DictationProgram(desktop)
    program.start()
    yield program
    program.running.end()


@pytest.fixture
def editor(desktop: VirtualDesktop) -> Iterator[Editor]:
    editor = qt_editor(desktop)
    yield editor
    editor.program.end()


def windows_of(desktop: VirtualDesktop, program: DictationProgram) -> list[Window]:
    return [window for window in desktop.windows() if window.pid == program.running.pid]


def test_a_dictation_is_kept_with_its_sound_found_and_inserted_again(
    desktop: VirtualDesktop, program: DictationProgram, editor: Editor
) -> None:
    program.wait_until_ready()
    hold_and_speak(desktop, resource("demo.wav"))
    desktop.wait(lambda: editor.text.strip(), TEXT_S, "The text")
    program.wait_until("idle")
    said = editor.text.strip()

    assert program.command("history").returncode == 0
    desktop.wait(lambda: windows_of(desktop, program), TEXT_S, "The history's window")
    (window,) = windows_of(desktop, program)
    desktop.focus(window)
    for key in said.split()[0].strip(",.").lower():  # it is searched for
        desktop.type_keys(key)
    desktop.type_keys("Control_L", "Return")

    desktop.wait(lambda: editor.text.count(said) == 2, TEXT_S, "The text, once more")
    assert windows_of(desktop, program) == []
    (entry,) = program.takes(1)
    assert (entry.text, entry.app) == (said, editor.window.app.lower())
    assert entry.has_sound
    kept = program.state_folder / "history-audio" / f"take-{entry.take:06d}.flac"
    assert AudioFile(kept).duration_s == pytest.approx(entry.duration_s, abs=0.1)
    assert list((program.state_folder / "journal").iterdir()) == []


PLAYS = """
import sys, threading, time
import numpy as np
from dictation.audio import microphone
from dictation.audio.speaker import Playback

microphone.look_again()
whole = threading.Event()
began_s = time.monotonic()
playback = Playback(np.zeros(16_000, np.float32), 0.5, whole.set)
assert whole.wait(20)
print(round(playback.position_s, 3), 0.3 < time.monotonic() - began_s)
playback.close()
paused = Playback(np.zeros(160_000, np.float32), 0.0, lambda: print("paused"))
paused.close()
broken_off = threading.Event()
playback = Playback(np.zeros(160_000, np.float32), 0.0, broken_off.set)
microphone.look_again()  # as for a dictation that begins meanwhile
print(broken_off.wait(20), playback.position_s < 10)
playback.close()
"""


def test_a_recording_is_heard_to_its_end_or_until_it_is_stopped(desktop: VirtualDesktop) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PLAYS],
        env=desktop.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.stdout == "1.0 True\nTrue True\n", ran.stderr
