"""Pasting on a real mutter, GNOME's compositor, through a portal of ours that passes all on to it.

GNOME's own portal would ask a person. What it does besides is passing on, as ours does.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation import lab
from dictation.errors import NotPasted, OnlyCopied
from dictation.lab.running import Running, waited_for
from dictation.native import choose
from dictation.native.choose import NoActiveWindow, Session
from dictation.native.contracts import Typist
from dictation.native.copying import ClipboardCommand, CopyingTypist
from dictation.speech import Outcome, Verdict
from tests.portal_program import PATIENCE_S, PortalProgram

EDITOR = Path(lab.__file__).parent / "programs" / "gtk_editor.py"
TEXTS = {
    "english": "The quick brown fox jumps over the lazy dog; “isn’t” it? " * 8,
    "chinese": "今天天气很好，我们去公园散步吧。" * 18,
    "mixed": "我在用 Python 写 code，version 3.11 很好用。",
    "emoji": "👩‍👩‍👧‍👦 🇨🇳 ❤️ 👍🏽 done",
    "lines": "first line\nsecond line\n\nfourth",
}


FIRST = "begun: "


class Mutter:
    """A bus, mutter without a screen, and the portal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder / 'bus'}",
            "WAYLAND_DISPLAY": "wayland-0",
            "GDK_BACKEND": "wayland",
            "GSETTINGS_BACKEND": "memory",
            "GTK_IM_MODULE": "gtk-im-context-simple",
            "NO_AT_BRIDGE": "1",
            "LC_ALL": "C.UTF-8",
        }
        self._programs: list[Running] = []
        self.start("dbus-daemon", "--session", "--nofork", "--nopidfile",
                   f"--address=unix:path={folder / 'bus'}")  # fmt: skip
        waited_for((folder / "bus").exists, what="The bus", timeout_s=PATIENCE_S)
        mutter = self.start(
            "mutter", "--headless", "--wayland", "--no-x11", "--virtual-monitor", "800x600",
            "--wayland-display", "wayland-0",
        )  # fmt: skip
        waited_for(
            (folder / "wayland-0").exists, what="Mutter", timeout_s=PATIENCE_S, alive=[mutter]
        )
        self.portal = PortalProgram("portal_on_mutter.py", folder / "portal.log", self.environment)

    def start(self, *command: str) -> Running:
        log = self.folder / f"{len(self._programs)}-{Path(command[0]).name}.log"
        program = Running(command, environment=self.environment, log=log)
        self._programs.append(program)
        return program

    def close(self) -> None:
        self.portal.close()
        for program in reversed(self._programs):
            program.end()

    def copy(self, text: str) -> None:
        """As another program."""
        ClipboardCommand(["wl-copy"])(text)
        waited_for(lambda: self.clipboard() == text, what="The clipboard", timeout_s=PATIENCE_S)

    def clipboard(self) -> str:
        """Its text; wl-paste takes the focus for a moment to see it."""
        done = subprocess.run(
            ["wl-paste", "--no-newline"],
            env=self.environment,
            capture_output=True,
            timeout=PATIENCE_S,
            check=True,
        )
        return done.stdout.decode()


@pytest.fixture(scope="module")
def mutter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mutter]:
    mutter = Mutter(tmp_path_factory.mktemp("mutter"))
    before = dict(os.environ)
    names = ("DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")
    os.environ.update({name: mutter.environment[name] for name in names})
    os.environ["XDG_STATE_HOME"] = str(mutter.folder / "state")
    try:
        yield mutter
    finally:
        os.environ.clear()
        os.environ.update(before)
        mutter.close()


@pytest.fixture(scope="module")
def typist(mutter: Mutter) -> Iterator[Typist]:
    chosen = choose.typist(Session.WAYLAND, NoActiveWindow(), may_ask=True)
    assert chosen.candidate == "portal"
    yield chosen.service
    chosen.service.close()


class Editor:
    """With the focus, which mutter gives to a new window. It holds FIRST then."""

    def __init__(self, mutter: Mutter, typist: Typist) -> None:
        number = sum(1 for _ in mutter.folder.glob("text-*"))
        self._file = mutter.folder / f"text-{number}.txt"
        self.program = mutter.start("/usr/bin/python3", "-E", str(EDITOR), str(self._file))
        waited_for(
            lambda: typist.insert(FIRST, None).outcome is Outcome.DELIVERED,
            what="The editor",
            timeout_s=PATIENCE_S,
            alive=[self.program],
        )
        self.wait_for(FIRST)

    @property
    def text(self) -> str:
        return self._file.read_text(encoding="utf-8")

    def wait_for(self, text: str) -> None:
        waited_for(lambda: self.text == text, what=f"{text!r}", timeout_s=PATIENCE_S)


def test_every_kind_of_text_is_pasted(mutter: Mutter, typist: Typist) -> None:
    editor = Editor(mutter, typist)
    whole = FIRST
    for text in TEXTS.values():
        verdict = typist.insert(text, None)
        whole += text
        assert verdict == Verdict(Outcome.DELIVERED, "paste")
        editor.wait_for(whole)
    editor.program.end()


def test_what_another_program_had_copied_comes_back(mutter: Mutter, typist: Typist) -> None:
    editor = Editor(mutter, typist)
    mutter.copy("mine")
    for number in range(3):
        assert typist.insert(f"{number} 你好\n", None).outcome is Outcome.DELIVERED
    editor.wait_for(f"{FIRST}0 你好1 你好2 你好")
    assert mutter.clipboard() == "mine"
    editor.program.end()


def test_without_a_window_nothing_is_said_to_be_delivered(mutter: Mutter, typist: Typist) -> None:
    verdict = typist.insert("to nobody", None)
    assert verdict.outcome is Outcome.FAILED
    assert isinstance(verdict.reason, NotPasted)
    assert mutter.clipboard() == "to nobody"


def test_wl_copy_alone_is_honest_there(mutter: Mutter) -> None:
    """The last resort, where there is no portal: it returns once mutter has the text."""
    copying = CopyingTypist(ClipboardCommand(["wl-copy"]))
    verdict = copying.insert("copied 你好", None)
    assert isinstance(verdict.reason, OnlyCopied)
    assert mutter.clipboard() == "copied 你好"
