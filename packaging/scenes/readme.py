"""The pictures of the README, made of those of single windows."""

from __future__ import annotations

import shutil
from pathlib import Path

from scenes import pictures

_AS_THEY_ARE = {"demo": "demo", "history-en-light": "history", "overlay-en-light": "overlay"}
_WINDOWS = (
    ("tray-menu-en-light", "window-without-tray-en-light"),
    ("doctor-en-light",),
)
_WINDOWS_DARK = (
    ("history-zh_CN-dark",),
    ("tray-menu-zh_CN-dark", "window-without-tray-zh_CN-dark"),
)
_SETTINGS = (("first-run-downloading-en-light",), ("settings-microphone-en-light",))
_SETTINGS_DARK = (("first-run-zh_CN-dark",), ("settings-hotkey-zh_CN-dark",))
_COLUMNS = {
    "windows": _WINDOWS,
    "windows-dark": _WINDOWS_DARK,
    "settings": _SETTINGS,
    "settings-dark": _SETTINGS_DARK,
}


def make(taken: Path, to: Path) -> None:
    """taken: the folder with all of them."""
    for name, called in _AS_THEY_ARE.items():
        shutil.copy(taken / f"{name}.png", to / f"{called}.png")
    for called, columns in _COLUMNS.items():
        files = [[taken / f"{name}.png" for name in column] for column in columns]
        pictures.montage(files, to / f"{called}.png")
