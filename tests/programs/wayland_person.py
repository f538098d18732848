"""A keyboard with a layout that somebody uses on a Wayland desktop."""

from __future__ import annotations

import os
import time

from dictation.native.wayland import Wayland
from dictation.native.wayland_keyboard import MANAGER, SEAT

CREATE = 0  # of the manager
KEYMAP, KEY, MODIFIERS = 0, 1, 2  # of the keyboard
XKB_V1 = 1
# The kernel's number of each key, and its bit among the modifiers.
KEYS = {
    "Shift_L": (42, 1),
    "Control_L": (29, 4),
    "Alt_L": (56, 8),
    "Super_L": (125, 64),
}
KEYMAP_TEXT = (
    'xkb_keymap {{ xkb_keycodes {{ include "evdev+aliases(qwerty)" }}; '
    'xkb_types {{ include "complete" }}; xkb_compat {{ include "complete" }}; '
    'xkb_symbols {{ include "pc+{layout}+inet(evdev)" }}; }};'
)


class Person:
    """There as long as it is not closed. Raises NotPossibleHere."""

    def __init__(self) -> None:
        self._wayland = Wayland("A keyboard")
        manager, seat = self._wayland.bind(MANAGER, 1), self._wayland.bind(SEAT, 1)
        self._keyboard = self._wayland.new()
        self._wayland.request(manager, CREATE, seat, self._keyboard)
        self._down: dict[str, None] = {}
        self.use("us")

    def use(self, layout: str) -> None:
        """layout: as XKB has it, such as de or us(dvorak) or us+ru:2."""
        content = KEYMAP_TEXT.format(layout=layout).encode() + b"\0"
        file = os.memfd_create("keymap")
        os.write(file, content)
        self._wayland.request(self._keyboard, KEYMAP, XKB_V1, len(content), file=file)
        os.close(file)
        self._wayland.roundtrip()

    def down(self, name: str) -> None:
        self._down[name] = None
        self._move(name, 1)

    def up(self, name: str) -> None:
        del self._down[name]
        self._move(name, 0)

    def close(self) -> None:
        self._wayland.close()

    def _move(self, name: str, state: int) -> None:
        now_ms = int(time.monotonic() * 1000)
        self._wayland.request(self._keyboard, KEY, now_ms, KEYS[name][0], state)
        held = sum(KEYS[each][1] for each in self._down)
        self._wayland.request(self._keyboard, MODIFIERS, held, 0, 0, 0)
        self._wayland.roundtrip()
