"""The programs of the X11 half: how each is opened, and whether it can be."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tests.programs.x11_browser import FIELDS, Browser, BrowserField
from tests.programs.x11_office import OFFICE, Writer
from tests.programs.x11_session import Session, Terminal, gtk_editor, qt_editor, vte_terminal

from .world import Field

_TYPELIBS = "usr/lib/*/girepository-1.0/{}.typelib"
_OPENERS: Mapping[str, Callable[[Session], Field]] = {
    "qt": qt_editor,
    "gtk": gtk_editor,
    "gtk4": lambda session: gtk_editor(session, "4.0"),
    "xterm": Terminal,
    "vte": vte_terminal,
    "xfce4-terminal": lambda session: Terminal(session, "xfce4-terminal", "--disable-server", "-x"),
    "writer": Writer,
}
# Where it lies, or the program on the path; the others are installed with all that tests need.
_NEEDED: Mapping[str, tuple[str, str]] = {
    "gtk4": (_TYPELIBS.format("Gtk-4.0"), "gir1.2-gtk-4.0"),
    "vte": (_TYPELIBS.format("Vte-2.91"), "gir1.2-vte-2.91"),
    "xfce4-terminal": ("xfce4-terminal", "xfce4-terminal"),
    "writer": (str(OFFICE.relative_to("/")), "libreoffice-writer"),
    "chromium textarea": ("chromium", "chromium"),
    "chromium contenteditable": ("chromium", "chromium"),
}
_UNO = "usr/lib/python3*/dist-packages/uno.py", "python3-uno"


def opened(session: Session, names: Iterable[str]) -> tuple[dict[str, Field], dict[str, str]]:
    """Those that are here; and of each other one, why it is not."""
    names = tuple(names)
    not_there = {name: reason for name in names if (reason := _missing(name))}
    fields: dict[str, Field] = {}
    browser: Browser | None = None
    for name in names:
        if name in not_there:
            continue
        if name in _OPENERS:
            fields[name] = _OPENERS[name](session)
        else:
            browser = browser or Browser(session)
            fields[name] = BrowserField(session, browser, name.removeprefix("chromium "))
            assert name.removeprefix("chromium ") in FIELDS
    return fields, not_there


def _missing(name: str) -> str:
    """Why it cannot be opened; empty: it can."""
    needed = [_NEEDED[name]] if name in _NEEDED else []
    if name == "writer":
        needed.append(_UNO)
    missing = [package for place, package in needed if not _is_there(place)]
    return f"not installed ({', '.join(missing)})" if missing else ""


def _is_there(place: str) -> bool:
    return any(Path("/").glob(place)) if "/" in place else shutil.which(place) is not None
