"""Asks a window whether its program reads its events: the EWMH's _NET_WM_PING.

The question waits its turn behind all keys that were sent before it. A program that answers has
therefore read those, and the keyboard's map as it was changed before them.
"""

from __future__ import annotations

import itertools
import select
import time

from Xlib import X, error
from Xlib.protocol import event as x_event

from dictation.native.x11 import XDisplay, XEvent, XWindow

# The answer goes to whoever manages windows and, by the standard, to listeners of the second kind.
# Qt sends it to those of the first instead.
_ANSWERS = X.StructureNotifyMask | X.SubstructureNotifyMask


class Pinger:
    """Asks one window. All calls come from the thread of the connection.

    The connection hears of every window of the screen while this is open.
    """

    def __init__(self, display: XDisplay, window: int) -> None:
        self._display = display
        self._window = display.create_resource_object("window", window)
        self._protocols = display.get_atom("WM_PROTOCOLS")
        self._ping = display.get_atom("_NET_WM_PING")
        self._numbers = itertools.count(1)
        self.is_possible = self._is_offered()
        """Whether the window's program knows the question at all."""
        if self.is_possible:
            self._root().change_attributes(event_mask=_ANSWERS)

    def answers(self, patience_s: float) -> bool:
        """Whether everything sent to the window before this is read in that time."""
        number, deadline = next(self._numbers), time.monotonic() + patience_s
        content = (32, [self._ping, number, self._window.id, 0, 0])
        self._window.send_event(
            x_event.ClientMessage(window=self._window, client_type=self._protocols, data=content)
        )
        self._display.flush()
        while True:
            while self._display.pending_events():
                if self._is_answer(self._display.next_event(), number):
                    return True
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return False
            select.select([self._display], [], [], left_s)

    def close(self) -> None:
        if self.is_possible:
            self._root().change_attributes(event_mask=X.NoEventMask)
            self._display.sync()

    def _is_answer(self, event: XEvent, number: int) -> bool:
        """The same message, sent on to the root window."""
        if event.type != X.ClientMessage or event.client_type != self._protocols:
            return False
        ping, answered, window = event.data[1][:3]
        return (ping, answered, window) == (self._ping, number, self._window.id)

    def _is_offered(self) -> bool:
        try:
            offered = self._window.get_full_property(self._protocols, X.AnyPropertyType)
        except error.BadWindow:
            return False
        return offered is not None and self._ping in offered.value

    def _root(self) -> XWindow:
        return self._display.screen().root
