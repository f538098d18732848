"""A keyboard on a Wayland desktop, with one key, that somebody holds."""

from __future__ import annotations

import os
import time

from dictation.native.wayland import Wayland
from dictation.native.wayland_keyboard import MANAGER, SEAT

_CREATE = 0  # of the manager
_KEYMAP, _KEY = 0, 1  # of the keyboard
_XKB_V1 = 1
_KEYMAP_TEXT = (
    "xkb_keymap {{ xkb_keycodes {{ minimum = 8; maximum = 255; <K1> = 9; }}; "
    'xkb_types {{ include "complete" }}; xkb_compat {{ include "complete" }}; '
    "xkb_symbols {{ key <K1> {{ [ {name} ] }}; }}; }};"
)


class WaylandKey:
    """There as long as it is not closed. Raises NotPossibleHere."""

    def __init__(self, name: str) -> None:
        """name: as X11 has it, such as F9."""
        self._wayland = Wayland("A key")
        manager, seat = self._wayland.bind(MANAGER, 1), self._wayland.bind(SEAT, 1)
        self._keyboard = self._wayland.new()
        self._wayland.request(manager, _CREATE, seat, self._keyboard)
        content = _KEYMAP_TEXT.format(name=name).encode() + b"\0"
        file = os.memfd_create("keymap")
        os.write(file, content)
        self._wayland.request(self._keyboard, _KEYMAP, _XKB_V1, len(content), file=file)
        os.close(file)
        self._wayland.roundtrip()

    def press(self) -> None:
        self._move(1)

    def release(self) -> None:
        self._move(0)

    def close(self) -> None:
        self._wayland.close()

    def _move(self, state: int) -> None:
        now_ms = int(time.monotonic() * 1000)
        self._wayland.request(self._keyboard, _KEY, now_ms, 1, state)
        self._wayland.roundtrip()
