"""The programs of the matrix: how each is opened, and whether it can be."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tests.programs.browser import Browser, BrowserField
from tests.programs.fields import Terminal, gtk_editor, qt_editor, vte_terminal
from tests.programs.office import OFFICE, Writer
from tests.programs.screen import Screen

from .world import Field

_OPENERS: Mapping[str, Callable[[Screen], Field]] = {
    "qt": qt_editor,
    "gtk": gtk_editor,
    "gtk4": lambda screen: gtk_editor(screen, "4.0"),
    "xterm": Terminal,
    "vte": vte_terminal,
    "xfce4-terminal": lambda screen: Terminal(screen, "xfce4-terminal", "--disable-server", "-x"),
    "foot": lambda screen: Terminal(screen, "foot"),
    "writer": Writer,
}
_IN_CHROMIUM = {"chromium textarea": "textarea", "chromium contenteditable": "contenteditable"}
# The program on the path or its file, and Debian's package. The others are there wherever the
# tests are.
_TYPELIB = "/usr/lib/*/girepository-1.0/{}.typelib"
_NEEDED: Mapping[str, Mapping[str, str]] = {
    "gtk4": {_TYPELIB.format("Gtk-4.0"): "gir1.2-gtk-4.0"},
    "vte": {_TYPELIB.format("Vte-2.91"): "gir1.2-vte-2.91"},
    "xfce4-terminal": {"xfce4-terminal": "xfce4-terminal"},
    "writer": {
        str(OFFICE): "libreoffice-writer",
        "/usr/lib/python3*/dist-packages/uno.py": "python3-uno",
    },
    **{name: {"chromium": "chromium"} for name in _IN_CHROMIUM},
}


def opened(screen: Screen, names: Iterable[str]) -> tuple[dict[str, Field], dict[str, str]]:
    """Those that are here; and of each other one, why it is not."""
    fields: dict[str, Field] = {}
    not_there: dict[str, str] = {}
    browser: Browser | None = None
    for name in names:
        missing = [package for place, package in _NEEDED.get(name, {}).items() if not _lies(place)]
        if missing:
            not_there[name] = f"not installed ({', '.join(missing)})"
        elif name in _IN_CHROMIUM:
            browser = browser or Browser(screen)
            fields[name] = BrowserField(screen, browser, _IN_CHROMIUM[name])
        else:
            fields[name] = _OPENERS[name](screen)
    return fields, not_there


def _lies(place: str) -> bool:
    if place.startswith("/"):
        return any(Path("/").glob(place.removeprefix("/")))
    return shutil.which(place) is not None
