"""Chooses how each of the platform's services is done here. Nothing else looks at the platform.

Candidates are tried in order; one that cannot work says why when it is built. The last of each
always works, be it only by doing nothing: a desktop without hotkey still has the tray icon and
the command line.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeAlias, TypeVar

from dictation import paths
from dictation.apps import NO_RULES
from dictation.errors import NotPossibleHere
from dictation.native.contracts import (
    ActiveWindow,
    Hotkey,
    Listeners,
    PasswordFields,
    Target,
    Typist,
    Watch,
)
from dictation.native.copied_files import ReadClipboard
from dictation.native.copying import ClipboardCommand, CopyingTypist, NoCopying
from dictation.native.offer import CLIPBOARD, Offer
from dictation.settings import AppRule

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Session(StrEnum):
    """The kinds of desktop that differ in what they let a program do."""

    X11 = "x11"
    WAYLAND = "wayland"
    WINDOWS = "windows"
    MACOS = "macos"
    NONE = "none"
    """No desktop at all."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A candidate that cannot work here."""

    candidate: str
    reason: NotPossibleHere


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """The service as it is done here, and what had come before it in the order."""

    service: T
    candidate: str
    refused: tuple[Refused, ...]


def this_session() -> Session:
    if sys.platform == "win32":
        return Session.WINDOWS
    if sys.platform == "darwin":
        return Session.MACOS
    # A Wayland session has a DISPLAY too, of XWayland, whose keys and windows are only some.
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland":
        return Session.WAYLAND
    return Session.X11 if os.environ.get("DISPLAY") else Session.NONE


def hotkey(session: Session, key: str, purpose: str = "dictate") -> Choice[Hotkey]:
    """purpose: as the desktop is told, which may let the user choose the key. Raises NoSuchKey."""

    def x11() -> Hotkey:
        _require(Session.X11, session, "A hotkey through the X server")
        from dictation.native.x11_button import X11Button, button
        from dictation.native.x11_hotkey import X11Hotkey

        number = button(key)
        return X11Hotkey(key) if number is None else X11Button(key, number)

    def portal() -> Hotkey:
        _require(Session.WAYLAND, session, "A hotkey through the desktop's portal")
        from dictation.native.portal_hotkey import PortalHotkey

        return PortalHotkey(key, purpose)

    def windows() -> Hotkey:
        from dictation.native.windows import hotkey

        return hotkey(key)

    def macos() -> Hotkey:
        from dictation.native.macos import hotkey

        return hotkey(key)

    first: dict[Session, _Candidate[Hotkey]] = {
        Session.WINDOWS: ("pynput", windows),
        Session.MACOS: ("pynput", macos),
        Session.WAYLAND: ("portal", portal),
    }
    return _first(first.get(session, ("x11", x11)), ("none", NoHotkey))


def active_window(session: Session) -> Choice[ActiveWindow]:
    def x11() -> ActiveWindow:
        _require(Session.X11, session, "Asking the X server for the active window")
        from dictation.native.x11 import X11ActiveWindow

        return X11ActiveWindow()

    def wayland() -> ActiveWindow:
        _require(Session.WAYLAND, session, "Asking the compositor for the active window")
        from dictation.native.wayland_window import WaylandActiveWindow

        return WaylandActiveWindow()

    return _first(("x11", x11), ("wayland", wayland), ("none", NoActiveWindow))


def password_fields(session: Session) -> Choice[PasswordFields]:
    def accessibility() -> PasswordFields:
        if session not in (Session.X11, Session.WAYLAND):
            _require(Session.X11, session, "Knowing password fields")
        from dictation.native.atspi import PasswordFields as AccessibilityBus

        return AccessibilityBus()

    def macos() -> PasswordFields:
        from dictation.native.macos_secure_input import SecureInput

        return SecureInput()

    if session is Session.MACOS:
        return _first(("secure input", macos), ("none", NoPasswordFields))
    return _first(("the accessibility bus", accessibility), ("none", NoPasswordFields))


def typist(
    session: Session,
    window: ActiveWindow,
    hotkeys: Sequence[str] = (),
    rules: Mapping[str, AppRule] = NO_RULES,
    *,
    may_ask: bool = False,
) -> Choice[Typist]:
    """hotkeys: their names; to press them types nothing. rules: the user's, for single programs.

    may_ask: whether the desktop may ask the user for a permission, which can take minutes.
    """

    def x11() -> Typist:
        _require(Session.X11, session, "Pasting through the X server")
        from dictation.native.x11_typist import X11Typist

        return X11Typist(window, hotkeys=hotkeys, rules=rules)

    def windows() -> Typist:
        from dictation.native.windows import typist

        return typist()

    def macos() -> Typist:
        from dictation.native.macos import typist

        return typist()

    def wayland() -> Typist:
        _require(Session.WAYLAND, session, "A virtual keyboard")
        from dictation.native.wayland_clipboard import WaylandClipboard
        from dictation.native.wayland_typist import WaylandTypist

        try:
            clipboard = WaylandClipboard()
        except NotPossibleHere as reason:
            logger.info("%s", reason)
            copying = _first(("wl-copy", wl_copy), ("none", nothing)).service
            return WaylandTypist(window, copying, None, rules)
        return WaylandTypist(window, CopyingTypist(clipboard, clipboard.close), clipboard, rules)

    def portal() -> Typist:
        _require(Session.WAYLAND, session, "Typing through the desktop's portal")
        from dictation.native.portal_typist import PortalTypist

        memory = paths.state_folder() / "portal.json"
        return PortalTypist(window, memory, rules, may_ask=may_ask)

    def data_control() -> CopyingTypist:
        _require(Session.WAYLAND, session, "Copying through the compositor")
        from dictation.native.wayland_clipboard import WaylandClipboard

        clipboard = WaylandClipboard()
        return CopyingTypist(clipboard, clipboard.close)

    def wl_copy() -> CopyingTypist:
        _require(Session.WAYLAND, session, "Copying with wl-copy")
        return CopyingTypist(ClipboardCommand(["wl-copy"]))

    def nothing() -> CopyingTypist:
        return CopyingTypist(NoCopying("no way to the clipboard was found; see `dictation doctor`"))

    candidates: dict[Session, list[_Candidate[Typist]]] = {
        Session.WINDOWS: [("clipboard", windows)],
        Session.MACOS: [("clipboard", macos)],
        Session.WAYLAND: [
            ("keyboard", wayland),
            ("portal", portal),
            ("data-control", data_control),
            ("wl-copy", wl_copy),
        ],
    }
    return _first(*candidates.get(session, [("x11", x11)]), ("none", nothing))


def read_clipboard(session: Session) -> ReadClipboard | None:
    """Blocks for as long as the clipboard's owner takes; None where Qt's own way does not."""

    def x11() -> Offer | None:
        from dictation.native.x11_selection import Selections

        return _read_once(Selections())

    def wayland() -> Offer | None:
        from dictation.native.wayland_clipboard import WaylandClipboard

        return _read_once(WaylandClipboard())

    return {Session.X11: x11, Session.WAYLAND: wayland}.get(session)


class _Clipboard(Protocol):
    def read(self, *names: str) -> list[Offer | None]: ...
    def close(self) -> None: ...


def _read_once(clipboard: _Clipboard) -> Offer | None:
    try:
        (offer,) = clipboard.read(CLIPBOARD)
        return offer
    finally:
        clipboard.close()


def leaving(on_leave: Callable[[], None]) -> Watch:
    """Calls it, from its own thread, when the screen is locked or the machine goes to sleep."""
    if sys.platform != "linux":
        return NoWatch()
    from dictation.native.leaving import LeavingWatch

    watch = LeavingWatch(on_leave)
    watch.start()
    return watch


class NoWatch:
    """Stands in where nobody tells."""

    def stop(self) -> None:
        pass


class NoHotkey:
    """Stands in where no hotkey can be heard; the tray icon and the command line still work."""

    def start(self, listeners: Listeners) -> None:
        pass

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        pass

    def stop(self) -> None:
        pass


class NoPasswordFields:
    """Stands in where nobody tells of them."""

    def is_focused(self) -> bool:
        return False

    def close(self) -> None:
        pass


class NoActiveWindow:
    """Stands in where the active window cannot be known."""

    def target(self) -> Target | None:
        return None


_Candidate: TypeAlias = tuple[str, Callable[[], T]]


def _first(*candidates: _Candidate[T]) -> Choice[T]:
    """The first that can be built; the last one can."""
    refused: list[Refused] = []
    for name, build in candidates:
        try:
            service = build()
        except NotPossibleHere as reason:
            logger.info("%s", reason)
            refused.append(Refused(name, reason))
        else:
            return Choice(service, name, tuple(refused))
    raise AssertionError("the last candidate was refused")


def _require(needed: Session, session: Session, service: str) -> None:
    if session is not needed:
        here = "there is no desktop session" if session is Session.NONE else f"this is {session}"
        raise NotPossibleHere(service=service, reason=f"it needs {needed}, and {here}")
