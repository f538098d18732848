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
from enum import StrEnum
from typing import Protocol

from dictation.apps import NO_RULES
from dictation.errors import DesktopGone, NotPossibleHere
from dictation.native.candidates import Candidate, Choice, first_of
from dictation.native.contracts import (
    ActiveWindow,
    Appearance,
    Hotkey,
    Layer,
    Listeners,
    Looks,
    PasswordFields,
    Target,
    Typist,
    Watch,
    Windows,
)
from dictation.native.copied_files import ReadClipboard
from dictation.native.copying import ClipboardCommand, CopyingTypist, nothing
from dictation.native.offer import CLIPBOARD, Offer
from dictation.native.wayland_ways import wayland_ways
from dictation.settings import AppRule
from dictation.translation import N_, Phrase, Words

logger = logging.getLogger(__name__)

EVDEV = "evdev"
"""The candidate for a hotkey that only the user's settings ask for."""
PORTAL = "portal"
"""The one with which the desktop decides on the key."""


class Session(StrEnum):
    """The kinds of desktop that differ in what they let a program do."""

    X11 = "x11"
    WAYLAND = "wayland"
    WINDOWS = "windows"
    MACOS = "macos"
    NONE = "none"
    """No desktop at all."""


def this_session() -> Session:
    if sys.platform == "win32":
        return Session.WINDOWS
    if sys.platform == "darwin":
        return Session.MACOS
    # A Wayland session has a DISPLAY too, of XWayland, whose keys and windows are only some.
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland":
        return Session.WAYLAND
    return Session.X11 if os.environ.get("DISPLAY") else Session.NONE


def hotkey(
    session: Session, key: str, purpose: str = "dictate", *, evdev: bool = False
) -> Choice[Hotkey]:
    """purpose: as the desktop is told, which may let the user choose the key. Raises NoSuchKey.

    evdev: whether the user wants keys read from the input devices, before all other ways.
    """

    def devices() -> Hotkey:
        from dictation.native.evdev_hotkey import EvdevHotkey

        return EvdevHotkey(key)

    def x11() -> Hotkey:
        _require(Session.X11, session, Phrase("A hotkey through the X server"))
        from dictation.native.x11_button import X11Button, button
        from dictation.native.x11_hotkey import X11Hotkey

        number = button(key)
        return X11Hotkey(key) if number is None else X11Button(key, number)

    def portal() -> Hotkey:
        _require(Session.WAYLAND, session, Phrase("A hotkey through the desktop's portal"))
        from dictation.native.portal_hotkey import PortalHotkey

        return PortalHotkey(key, purpose)

    def windows() -> Hotkey:
        from dictation.native.windows import hotkey

        return hotkey(key)

    def macos() -> Hotkey:
        from dictation.native.macos import hotkey

        return hotkey(key)

    usual: dict[Session, Candidate[Hotkey]] = {
        Session.WINDOWS: ("pynput", windows),
        Session.MACOS: ("pynput", macos),
        Session.WAYLAND: (PORTAL, portal),
    }
    wished = [(EVDEV, devices)] if evdev and sys.platform == "linux" else []
    return first_of(*wished, usual.get(session, ("x11", x11)), ("none", NoHotkey))


def active_window(session: Session) -> Choice[ActiveWindow]:
    def x11() -> ActiveWindow:
        _require(Session.X11, session, Phrase("Asking the X server for the active window"))
        from dictation.native.x11 import X11ActiveWindow

        return X11ActiveWindow()

    def wayland() -> ActiveWindow:
        _require(Session.WAYLAND, session, Phrase("Asking the compositor for the active window"))
        from dictation.native.wayland_window import WaylandActiveWindow

        return WaylandActiveWindow()

    def windows() -> ActiveWindow:
        from dictation.native.windows import active_window

        return active_window()

    def macos() -> ActiveWindow:
        from dictation.native.macos import active_window

        return active_window()

    others: dict[Session, list[Candidate[ActiveWindow]]] = {
        Session.WINDOWS: [("windows", windows)],
        Session.MACOS: [("macos", macos)],
    }
    ways = others.get(session, [("x11", x11), ("wayland", wayland)])
    return first_of(*ways, ("none", NoActiveWindow))


def password_fields(session: Session) -> Choice[PasswordFields]:
    def accessibility() -> PasswordFields:
        if session not in (Session.X11, Session.WAYLAND):
            _require(Session.X11, session, Phrase("Knowing password fields"))
        from dictation.native.atspi import PasswordFields as AccessibilityBus

        return AccessibilityBus()

    def macos() -> PasswordFields:
        from dictation.native.macos_secure_input import SecureInput

        return SecureInput()

    if session is Session.MACOS:
        return first_of((N_("secure input"), macos), ("none", NoPasswordFields))
    return first_of((N_("the accessibility bus"), accessibility), ("none", NoPasswordFields))


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
        _require(Session.X11, session, Phrase("Pasting through the X server"))
        from dictation.native.x11_typist import X11Typist

        return X11Typist(window, hotkeys=hotkeys, rules=rules)

    def windows() -> Typist:
        from dictation.native.windows import typist

        return typist(window, rules)

    def macos() -> Typist:
        from dictation.native.macos import typist

        return typist(window, rules)

    candidates: dict[Session, list[Candidate[Typist]]] = {
        Session.WINDOWS: [("windows", windows), ("clip", _clip)],
        Session.MACOS: [("macos", macos), ("pbcopy", _pbcopy)],
        Session.WAYLAND: wayland_ways(window, rules, may_ask=may_ask),
    }
    return first_of(*candidates.get(session, [("x11", x11)]), ("none", nothing))


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


def overlay(session: Session) -> Choice[Windows | Layer | None]:
    """How something is shown above all windows."""

    def x11() -> Windows:
        _require(Session.X11, session, Phrase("Placing a window"))
        from dictation.native.x11_compositing import X11Windows

        return X11Windows()

    def layer() -> Layer:
        from dictation.native.wayland_layer import WaylandLayer

        try:
            return WaylandLayer()
        except DesktopGone as gone:  # the program does without
            raise NotPossibleHere(
                service=Phrase("Placing something above all windows"), reason=gone.fields["reason"]
            ) from gone

    first: dict[Session, Candidate[Windows | Layer | None]] = {
        Session.WINDOWS: ("window", SeeThroughWindows),
        Session.MACOS: ("window", SeeThroughWindows),
        Session.WAYLAND: ("layer", layer),
    }
    return first_of(first.get(session, ("window", x11)), ("none", lambda: None))


def leaving(on_leave: Callable[[], None]) -> Watch:
    """Calls it, from its own thread, when the screen is locked or the machine goes to sleep."""
    session = this_session()
    if session is Session.WINDOWS:
        from dictation.native import windows

        return windows.leaving(on_leave)
    if session is Session.MACOS:

        def macos() -> Watch:
            from dictation.native.macos import leaving

            return leaving(on_leave)

        return first_of(("macos", macos), ("none", NoWatch)).service
    from dictation.native.leaving import LeavingWatch

    watch = LeavingWatch(on_leave)
    watch.start()
    return watch


def looks() -> Looks:
    """How the desktop is to look, from now on."""
    if sys.platform != "linux":
        return NoLooks()
    from dictation.native.appearance import AppearanceWatch

    watch = AppearanceWatch()
    watch.start()
    return watch


class NoLooks:
    """Stands in where nobody says how the desktop is to look."""

    latest = Appearance()

    def stop(self) -> None:
        pass


class NoWatch:
    """Stands in where nobody tells."""

    def stop(self) -> None:
        pass


class SeeThroughWindows:
    """Windows where all of them can be transparent."""

    def are_see_through(self) -> bool:
        return True


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


def _clip() -> Typist:
    # clip.exe takes UTF-16 with a byte order mark, and anything else for the old code page.
    return CopyingTypist(ClipboardCommand(["clip"], encoding="utf-16"))


def _pbcopy() -> Typist:
    return CopyingTypist(ClipboardCommand(["pbcopy"]))


def _require(needed: Session, session: Session, service: Words) -> None:
    if session is not needed:
        here = (
            Phrase("there is no desktop session")
            if session is Session.NONE
            else Phrase("this is {session}", session=session)
        )
        raise NotPossibleHere(
            service=service,
            reason=Phrase("it needs {needed}, and {here}", needed=needed, here=here),
        )
