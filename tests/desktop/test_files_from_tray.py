"""Files are transcribed from the tray of the real program, and dictation goes on beside them."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from dictation.desktop.tray import menu
from dictation.lab.dictation_program import DictationProgram
from dictation.lab.notification_log import Notification
from dictation.lab.speaking import hold_and_speak
from dictation.lab.tray_menu import choose
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.native.choose import Session, read_clipboard
from dictation.native.copied_files import copied_files
from dictation.paths import resource
from dictation.speech import SAMPLE_RATE_HZ

PATIENCE_S = 60.0
SAID = "Hello, and welcome to dictation."


@pytest.fixture(scope="module")
def program(desktop: VirtualDesktop) -> Iterator[DictationProgram]:
    program = DictationProgram(desktop)
    program.start()
    program.wait_until_ready()
    yield program
    program.running.end()


def copy(desktop: VirtualDesktop, *files: Path) -> None:
    """As a file manager does it."""
    addresses = "".join(f"{file.as_uri()}\r\n" for file in files)
    desktop.set_clipboard("text/uri-list", addresses.encode())


def told(desktop: VirtualDesktop, title: str, since: int = 0) -> Notification:
    def found() -> list[Notification]:
        return [each for each in desktop.notifications()[since:] if title in each.summary]

    desktop.wait(found, PATIENCE_S, f"The notification {title!r}")
    return found()[-1]


def test_a_copied_file_becomes_a_text_on_the_clipboard_and_beside_it(
    desktop: VirtualDesktop, program: DictationProgram, tmp_path: Path
) -> None:
    file = tmp_path / "meeting notes.wav"
    shutil.copy(resource("demo.wav"), file)
    copy(desktop, file)

    choose(desktop, menu.TRANSCRIBE, menu.CLIPBOARD)

    notice = told(desktop, "Transcribed meeting notes.wav")
    assert notice.body.startswith(SAID)
    copied = desktop.clipboard() or b""
    assert copied.decode().startswith(SAID)
    desktop.invoke_notification_action(notice, "save-files")
    told(desktop, "Saved as meeting notes.txt")
    assert (tmp_path / "meeting notes.txt").read_text(encoding="utf-8") == copied.decode() + "\n"


def test_a_dictation_beside_a_long_file_does_not_wait_for_it(
    desktop: VirtualDesktop, program: DictationProgram, tmp_path: Path
) -> None:
    samples, _ = soundfile.read(resource("demo.wav"), dtype="float32")
    long = tmp_path / "lecture.wav"
    soundfile.write(long, np.tile(samples, 7_200 * SAMPLE_RATE_HZ // len(samples)), SAMPLE_RATE_HZ)
    copy(desktop, long)
    before = len(desktop.notifications())
    choose(desktop, menu.TRANSCRIBE, menu.CLIPBOARD)
    told(desktop, "Transcribing lecture.wav", before)

    released_s = hold_and_speak(desktop, resource("demo.wav"))
    notice = told(desktop, "🇬🇧", before)
    assert SAID[:5] in notice.body
    assert time.time() - released_s < PATIENCE_S / 4

    choose(desktop, menu.CANCEL_FILES)
    told(desktop, "Transcription cancelled", before)
    assert not [each for each in desktop.notifications() if "Transcribed lecture" in each.summary]


def test_files_are_chosen_in_a_dialog(
    desktop: VirtualDesktop, program: DictationProgram, tmp_path: Path
) -> None:
    file = tmp_path / "chosen.wav"
    shutil.copy(resource("demo.wav"), file)
    choose(desktop, menu.TRANSCRIBE, menu.FILES)

    def dialogs() -> list[object]:
        return [window for window in desktop.windows() if "Transcribe files" in window.title]

    desktop.wait(dialogs, what="The dialog")
    (dialog,) = (window for window in desktop.windows() if "Transcribe files" in window.title)
    desktop.focus(dialog)
    subprocess.run(
        ["xclip", "-selection", "clipboard"],
        input=str(file).encode(),
        env=desktop.environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    desktop.type_keys("Control_L", "v")
    desktop.type_keys("Return")
    assert told(desktop, "Transcribed chosen.wav").body.startswith(SAID)
    desktop.wait(lambda: not dialogs(), what="The dialog's end")


def test_the_clipboard_is_read_though_nobody_has_the_focus(
    desktop: VirtualDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "DISPLAY", desktop.display)
    copy(desktop, Path("/music/a talk.flac"))
    read = read_clipboard(Session.X11)
    assert read is not None
    offer = read()
    assert offer is not None
    assert copied_files(offer) == [Path("/music/a talk.flac")]
