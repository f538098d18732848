"""Counts what the user presses, to know whether the caret is still where we left it.

Only the count is kept, never which keys they were. XInput 2 tells of every key and button, also of
those that another program has grabbed.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from Xlib import X
from Xlib.ext import ge, xinput

from dictation.errors import NotPossibleHere
from dictation.native.serving import ServingThread, Source
from dictation.native.x11 import CONNECTION_LOST, XEvent, close, connect

_SERVICE = "Knowing whether you have typed"
_VERSION = (2, 0)
# XIRawEvent, behind the ten bytes that all generic events have: device, time, then the keycode.
_DETAIL = struct.Struct("=HII")  # without padding, as it is on the wire


class InputWatch:
    """Counts from when it is built. Raises NotPossibleHere. Other methods raise DesktopGone."""

    def __init__(self, ignored: Sequence[int] = ()) -> None:
        """ignored: keysyms that type nothing, such as the hotkey's; modifiers never count."""
        self._display = connect(_SERVICE)
        self._ignored = tuple(ignored)
        self._count = 0
        if not self._display.has_extension("XInputExtension"):
            close(self._display)
            raise NotPossibleHere(service=_SERVICE, reason="the X server has no XInput extension")
        self._display.xinput_query_version()
        self._display.screen().root.xinput_select_events(
            [(xinput.AllMasterDevices, xinput.RawKeyPressMask | xinput.RawButtonPressMask)]
        )
        self._display.sync()
        self._silent = self._silent_keycodes()
        self._thread = ServingThread(
            "input",
            Source(
                self._display,
                is_pending=lambda: bool(self._display.pending_events()),
                serve=self._take_in,
                close=lambda: close(self._display),
                lost=CONNECTION_LOST,
            ),
        )

    def count(self) -> int:
        """Presses so far, up to this moment."""
        return self._thread.done(self._counted)

    def close(self) -> None:
        self._thread.end()

    def _counted(self) -> int:
        self._display.sync()
        self._take_in()
        return self._count

    def _take_in(self) -> None:
        while self._display.pending_events():
            self._note(self._display.next_event())

    def _note(self, event: XEvent) -> None:
        if event.type == X.MappingNotify:
            self._display.refresh_keyboard_mapping(event)
            self._silent = self._silent_keycodes()
        elif event.type == ge.GenericEventCode and event.evtype == xinput.RawButtonPress:
            self._count += 1
        elif event.type == ge.GenericEventCode and event.evtype == xinput.RawKeyPress:
            _device, _time, keycode = _DETAIL.unpack_from(event.data)
            self._count += keycode not in self._silent

    def _silent_keycodes(self) -> frozenset[int]:
        modifiers = {code for row in self._display.get_modifier_mapping() for code in row}
        ignored = {self._display.keysym_to_keycode(keysym) for keysym in self._ignored}
        return frozenset(modifiers | ignored)
