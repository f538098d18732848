"""The smaller windows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRect

from dictation.desktop.enquiry.about_window import AboutWindow
from dictation.desktop.enquiry.doctor_window import DoctorWindow
from dictation.desktop.server_dialog import Entry, ServerDialog
from dictation.doctor import Finding, Health
from scenes.stage import Stage

_HOME = "/home/you"
_FOLDERS = {
    "XDG_CONFIG_HOME": f"{_HOME}/.config",
    "XDG_STATE_HOME": f"{_HOME}/.local/state",
}
_FINDINGS = [
    Finding("dictation", Health.GOOD, "0.1.0, Python 3.11.2, Linux-6.1"),
    Finding("engine", Health.GOOD, "torch 2.13.0, funasr 1.4.16, onnxruntime 1.32.0"),
    Finding("compute", Health.GOOD, "CPU"),
    Finding(
        "speech model",
        Health.BAD,
        "The speech model SenseVoiceSmall is not on this machine yet.",
        "Run `dictation model download` (937 MB), or `dictation model import FOLDER` with files "
        "that you already have.",
    ),
    Finding("voice activity detection", Health.GOOD, f"verified, in {_HOME}/dictation/vad"),
    Finding("microphones", Health.GOOD, "Built-in Audio, Headset"),
    Finding("hotkey", Health.GOOD, "through X11"),
    Finding(
        "insertion",
        Health.LIMITED,
        "through X11 (a window manager tells of no focus)",
        "Text goes on the clipboard where it cannot be inserted.",
    ),
    Finding("settings", Health.GOOD, f"{_HOME}/.config/dictation/settings.toml"),
]


def server(stage: Stage) -> QRect:
    return stage.show(ServerDialog(Entry("http://192.168.1.20:2002", "secret", "")))


def doctor(stage: Stage) -> QRect:
    return stage.show(DoctorWindow(lambda: _FINDINGS))


def about(stage: Stage) -> QRect:
    with _folders():
        window = AboutWindow()
    return stage.show(window)


SCENES = (server, doctor, about)


@contextmanager
def _folders() -> Iterator[None]:
    """Those of somebody, and not of the desktop of the picture."""
    before = {name: os.environ.get(name) for name in _FOLDERS}
    os.environ.update(_FOLDERS)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
