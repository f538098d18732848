"""The whole program on sway: the compositor's key is held, somebody speaks, the words are typed."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from dictation.desktop.overlay.look import LIGHT
from dictation.lab.dictation_program import DictationProgram
from dictation.lab.speaking import wait_for_last_word
from dictation.lab.wayland_desktop import WaylandDesktop
from dictation.lab.wayland_key import WaylandKey
from dictation.native.bindings import bindings
from dictation.native.choose import Session, read_clipboard
from dictation.native.copied_files import copied_files
from dictation.paths import resource

TEXT_S = 30.0
SAID = (
    "Hello, and welcome to dictation. Our first meeting is on Monday, June 15th, at 2:30 PM. "
    "What a wonderful surprise!"
)


class Relay:
    """Carries the orders of sway's bindings to the program.

    Sway refuses to be root, and the tests may be: then its own commands are another user's, whom
    the program does not hear.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dictation-relay-"))
        self.folder.chmod(0o711)
        self._pipe = self.folder / "orders"
        os.mkfifo(self._pipe)
        self._pipe.chmod(0o622)
        self.program: DictationProgram | None = None
        # Open for both, so that the end of one writer is not the end of all.
        self._orders = os.fdopen(os.open(self._pipe, os.O_RDWR), "r", encoding="ascii")
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def line(self, offered: str) -> str:
        """The doctor's line, with the relay in the program's place."""
        return re.sub(r"exec dictation (\w+)", rf"exec echo \1 > {self._pipe}", offered)

    def close(self) -> None:
        self._pipe.write_text("end\n", encoding="ascii")
        self._thread.join()
        self._orders.close()
        shutil.rmtree(self.folder)

    def _carry(self) -> None:
        while (order := self._orders.readline().strip()) != "end":
            if self.program is not None:
                self.program.command(order)


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    relay = Relay()
    yield relay
    relay.close()


@pytest.fixture(scope="module")
def sway(relay: Relay) -> Iterator[WaylandDesktop]:
    offered = bindings({"SWAYSOCK": "there"}, "F9")
    assert offered is not None
    lines = map(relay.line, offered.lines)
    with WaylandDesktop(*lines) as desktop, pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAYLAND_DISPLAY", desktop.environment["WAYLAND_DISPLAY"])
        yield desktop


def test_the_compositors_key_dictates_into_the_focused_window(
    sway: WaylandDesktop, relay: Relay
) -> None:
    key = WaylandKey("F9")
    program = DictationProgram(sway)
    relay.program = program
    program.start()
    program.wait_until_ready()
    sway.close(sway.window_of(program.running))  # that which stands in for the tray
    file = sway.folder / "texts" / "qt.txt"
    editor = sway.start(sys.executable, "-m", "dictation.lab.programs.qt_editor", str(file))
    sway.window_of(editor)
    owner = sway.set_clipboard("mine")
    recording = resource("demo.wav")

    key.press()
    program.wait_until("listening")
    sway.wait(lambda: whiteness(sway) > 0.8, TEXT_S, "The overlay above the window")
    assert [window.has_focus for window in sway.windows()] == [True]
    heard = sway.play(recording)
    wait_for_last_word(heard, recording)
    key.release()
    sway.wait(lambda: text_of(file) == SAID, TEXT_S, "The text")

    sway.wait(lambda: whiteness(sway) < 0.2, TEXT_S, "The end of the overlay")
    assert sway.clipboard() == "mine"
    (take,) = program.takes(1)
    assert take.text == SAID
    owner.end()
    editor.end()
    program.running.end()
    key.close()


def whiteness(sway: WaylandDesktop) -> float:
    """Of what lies where the overlay is shown: in the middle, near the lower edge."""
    file = sway.folder / "screen.png"
    sway.screenshot(file)
    picture = QImage(str(file))
    row = [picture.pixelColor(x, 800 - 56 - 4) for x in range(600, 680)]
    return sum(colour == LIGHT.ground for colour in row) / len(row)


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_files_on_the_clipboard_are_found_though_nobody_has_the_focus(
    sway: WaylandDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, sway.environment[name])
    sway.set_clipboard("file:///music/a%20talk.flac")
    read = read_clipboard(Session.WAYLAND)
    assert read is not None
    offer = read()
    assert offer is not None
    assert copied_files(offer) == [Path("/music/a talk.flac")]
