"""Hears a side button of the mouse through the X server, and keeps it from all programs.

While a grabbed button is down the server sends its release to us alone; keys go their usual way.
"""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Callable

from Xlib import X, error

from dictation.errors import HotkeyLost, HotkeyTaken
from dictation.native.contracts import Listeners
from dictation.native.waker import Waker
from dictation.native.x11 import CONNECTION_LOST, XDisplay, close, connect
from dictation.native.x11_hotkey import X11Hotkey
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_SERVICE = Phrase("A mouse button through the X server")
# As people number them; between the third and these the server counts the four ways of a wheel.
_BUTTONS = {"mouse4": 8, "mouse5": 9, "mouseback": 8, "mouseforward": 9}


def button(name: str) -> int | None:
    """The server's number of the button that people call so; None if it is no side button."""
    return _BUTTONS.get("".join(name.replace("-", " ").replace("_", " ").lower().split()))


class X11Button:
    """A hotkey that is a mouse button. Raises NotPossibleHere."""

    def __init__(self, name: str, number: int) -> None:
        """number: as ``button`` gives it."""
        self._name = name
        self._number = number
        self._listener: _Listener | None = None
        self._escape: X11Hotkey | None = None
        close(connect(_SERVICE))

    def start(self, listeners: Listeners) -> None:
        display = connect(_SERVICE)
        refusal = error.CatchError(error.BadAccess)
        display.screen().root.grab_button(
            self._number,
            X.AnyModifier,
            owner_events=False,
            event_mask=X.ButtonPressMask | X.ButtonReleaseMask,
            pointer_mode=X.GrabModeAsync,
            keyboard_mode=X.GrabModeAsync,
            confine_to=X.NONE,
            cursor=X.NONE,
            onerror=refusal,
        )
        display.sync()
        if refusal.get_error():
            close(display)
            raise HotkeyTaken(key=self._name)
        self._listener = _Listener(display, listeners)
        self._listener.start()

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        if self._escape is not None:
            self._escape.stop()
            self._escape = None
        if on_escape is not None:
            self._escape = X11Hotkey("Escape")
            try:
                self._escape.start(Listeners(on_escape, lambda: None, lambda _error: None))
            except HotkeyTaken:
                logger.warning("another program has taken Escape")

    def stop(self) -> None:
        self.watch_escape(None)
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()


class _Listener(threading.Thread):
    """Owns the connection, and with it the grab."""

    def __init__(
        self,
        display: XDisplay,
        listeners: Listeners,
    ) -> None:
        super().__init__(name="hotkey", daemon=True)
        self._display = display
        self._listeners = listeners
        self._is_down = False
        self._waker = Waker()
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True
        self._waker.wake()
        if threading.current_thread() is not self:
            self.join()

    def run(self) -> None:
        try:
            while not self._stopping:
                if not self._display.pending_events():
                    select.select([self._display, self._waker], [], [])
                    self._waker.hear()
                while self._display.pending_events() and not self._stopping:
                    self._hear(self._display.next_event().type)
        except CONNECTION_LOST as failure:
            logger.warning("the mouse button is no longer heard: %s", failure)
            if not self._stopping:
                self._hear(X.ButtonRelease)  # nobody could end what it began any more
                self._listeners.lost(HotkeyLost(reason=str(failure)))
        finally:
            close(self._display)
            self._waker.close()

    def _hear(self, kind: int) -> None:
        if kind == X.ButtonPress and not self._is_down:
            self._is_down = True
            self._listeners.pressed()
        elif kind == X.ButtonRelease and self._is_down:
            self._is_down = False
            self._listeners.released()
