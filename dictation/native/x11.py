"""Connects to the X server, and knows the focused window."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import Any, TypeAlias

from Xlib import X, Xatom, error
from Xlib.display import Display

from dictation.errors import NotPossibleHere
from dictation.native.contracts import Target
from dictation.translation import Phrase, Words

logger = logging.getLogger(__name__)

XDisplay: TypeAlias = Any
"""python-xlib's Display. It has no types, and it is no thread's but that which made it."""
XWindow: TypeAlias = Any
XEvent: TypeAlias = Any

# ValueError: what select says of a connection that is closed already.
CONNECTION_LOST = (error.ConnectionClosedError, OSError, ValueError)


def connect(service: Words) -> XDisplay:
    """A connection of its own to the X server. Raises NotPossibleHere, naming the service."""
    try:
        display = Display()
    except (error.DisplayError, error.ConnectionClosedError, error.XauthError, OSError) as failure:
        raise NotPossibleHere(service=service, reason=str(failure)) from failure
    display.set_error_handler(_note_error)  # the default one prints
    # python-xlib 0.33 takes the core's first errors for RandR's, and breaks at them.
    display.display.error_classes.update(error.xerror_class)
    return display


def close(display: XDisplay) -> None:
    """Ends the connection, also if the server has ended it already."""
    with contextlib.suppress(*CONNECTION_LOST):
        display.close()


def program_of(display: XDisplay, window: int) -> int:
    """What the windows of one client have in common: its base of resource numbers."""
    return window & ~int(display.display.info.resource_id_mask)


def focused_window(display: XDisplay) -> XWindow | None:
    """The window that gets the keys; None if no single window does."""
    focus = display.get_input_focus().focus
    return focus if hasattr(focus, "id") else None  # else X.NONE or X.PointerRoot


def _note_error(failure: object, _request: object) -> None:
    # Mostly windows that have gone between an event and our answer to it.
    logger.debug("the X server refused a request: %s", failure)


class X11ActiveWindow:
    """Asks the window manager, else the server; on a connection that all threads share in turn."""

    def __init__(self) -> None:
        self._display = connect(Phrase("Knowing the active window"))
        self._lock = threading.Lock()

    def target(self) -> Target | None:
        with self._lock:
            try:
                window = self._announced() or self._focused()
                return window and self._described(window)
            except error.XError:  # it has gone while we asked
                return None
            except CONNECTION_LOST as failure:
                logger.warning("the X server cannot be asked for the active window: %s", failure)
                return None

    def close(self) -> None:
        with self._lock:
            close(self._display)

    def _announced(self) -> XWindow | None:
        """The window manager's answer, where there is one and it is not out of date."""
        number = self._number_at_root("_NET_ACTIVE_WINDOW")
        if not number:
            return None
        window = self._display.create_resource_object("window", number)
        try:
            window.get_attributes()
        except error.BadWindow:
            return None
        return window

    def _focused(self) -> XWindow | None:
        """The focused window or the first around it that says which program it is of."""
        window = focused_window(self._display)
        manager = self._number_at_root("_NET_SUPPORTING_WM_CHECK")
        if window and manager and self._program_of(window.id) == self._program_of(manager):
            return None  # where the window manager parks the focus while no window has it
        while window is not None and window.id != self._display.screen().root.id:
            if window.get_wm_class():
                return window
            parent = window.query_tree().parent
            window = parent if hasattr(parent, "id") and parent.id != X.NONE else None
        return None

    def _number_at_root(self, name: str) -> int:
        """The number of a window that the window manager names there; 0 if it does not."""
        root = self._display.screen().root
        found = root.get_full_property(self._display.get_atom(name), Xatom.WINDOW, sizehint=1)
        return int(found.value[0]) if found and found.value else 0

    def _program_of(self, window: int) -> int:
        return program_of(self._display, window)

    def _described(self, window: XWindow) -> Target:
        names = window.get_wm_class()
        return Target(
            window=window.id,
            app=names[1].lower() if names else "",
            process=self._program_of(window.id),
        )
