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
from dictation.errors import ModelMissing, NoFocus
from dictation.translation import _
from scenes.stage import Stage

_HOME = "/home/you"
_FOLDERS = {
    "XDG_CONFIG_HOME": f"{_HOME}/.config",
    "XDG_STATE_HOME": f"{_HOME}/.local/state",
}


def _findings() -> list[Finding]:
    """As the doctor tells them, in the language of the picture."""
    missing = ModelMissing(name="SenseVoiceSmall", size="937 MB")
    through = _("through {way}").format(way="x11")
    return [
        Finding("dictation", Health.GOOD, "0.1.0, Python 3.11.2, Linux-6.1"),
        Finding("engine", Health.GOOD, "torch 2.13.0, funasr 1.4.16, onnxruntime 1.32.0"),
        Finding("compute", Health.GOOD, "CPU"),
        Finding("speech model", Health.BAD, str(missing), missing.remedy),
        Finding(
            "voice activity detection",
            Health.GOOD,
            _("verified, in {folder}").format(folder=f"{_HOME}/dictation/vad"),
        ),
        Finding("microphones", Health.GOOD, "USB Audio"),
        Finding("hotkey", Health.GOOD, through),
        Finding("insertion", Health.LIMITED, f"{through} ({NoFocus()})", NoFocus().remedy),
        Finding("settings", Health.GOOD, f"{_HOME}/.config/dictation/settings.toml"),
    ]


def server(stage: Stage) -> QRect:
    return stage.show(ServerDialog(Entry("http://192.168.1.20:2002", "secret", "")))


def doctor(stage: Stage) -> QRect:
    return stage.show(DoctorWindow(_findings))


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
