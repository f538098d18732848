"""A virtual keyboard that types any text: zwp_virtual_keyboard_v1, as wlroots compositors have it.

Each chunk of text gets a keymap of its own, in which every different character has its key. The
compositor sends keymaps and keys to the focused window in the order in which they come, so nothing
depends on the user's layout, and no clipboard is touched. Modifiers that the user holds belong to
another keyboard and do not join in.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable

from dictation.errors import DesktopGone
from dictation.native.chunks import chunks
from dictation.native.key_names import Combination, Modifier
from dictation.native.wayland import Id, Wayland

SEAT = "wl_seat"
MANAGER = "zwp_virtual_keyboard_manager_v1"

_CREATE = 0  # of the manager
_KEYMAP, _KEY, _MODIFIERS = 0, 1, 2  # of the keyboard
_XKB_V1 = 1  # the format of a keymap
_RELEASED, _PRESSED = 0, 1
_FIRST_KEYCODE = 8  # XKB counts from here what the kernel counts from 0
# The kernel's numbers of the keys that type on every keyboard. Chromium takes the others for what
# they usually are, such as BackSpace or Back, whichever character they bear here.
_TYPING_KEYS = (*range(2, 14), *range(16, 28), *range(30, 42), 43, *range(44, 54))
MOST_KEYS = len(_TYPING_KEYS)
# Windows need some time to take over a new keymap; keys that come sooner have been lost.
_SETTLE_S = 0.03
# A window that does not read its events for a moment has them queued, and is disconnected, which
# ends its program, when the queue is full. One batch takes as much room in it as a single key, and
# there is room for some 40 of them.
_BATCH = 64  # characters
_BREATH_S = 0.005
# Keys of chords, as the kernel numbers them, on a keyboard of the usual kind.
_KEYCODES = {"Insert": 110, "v": 47}
_MASKS = {Modifier.SHIFT: 1, Modifier.CTRL: 4, Modifier.ALT: 8, Modifier.SUPER: 64}
_USUAL_KEYMAP = (
    "xkb_keymap { "
    'xkb_keycodes { include "evdev+aliases(qwerty)" }; xkb_types { include "complete" }; '
    'xkb_compat { include "complete" }; xkb_symbols { include "pc+us+inet(evdev)" }; };'
)
_NAMED = {"\n": "Return", "\t": "Tab"}


def keymap(characters: Iterable[str]) -> str:
    """An XKB keymap in which the first character is on the first key that types, and so on."""
    numbered = list(zip(_TYPING_KEYS, characters, strict=False))
    codes = " ".join(f"<K{key}> = {key + _FIRST_KEYCODE};" for key, _ in numbered)
    symbols = " ".join(f"key <K{key}> {{ [ {_keysym(one)} ] }};" for key, one in numbered)
    return (
        "xkb_keymap { "
        f"xkb_keycodes {{ minimum = {_FIRST_KEYCODE}; maximum = 255; {codes} }}; "
        'xkb_types { include "complete" }; xkb_compat { include "complete" }; '
        f"xkb_symbols {{ {symbols} }}; }};"
    )


def _keysym(character: str) -> str:
    return _NAMED.get(character) or f"U{ord(character):04X}"


class VirtualKeyboard:
    """One keyboard, there as long as its connection. Raises NotPossibleHere.

    Its methods raise DesktopGone.
    """

    def __init__(self, wayland: Wayland) -> None:
        wayland.needs(SEAT, MANAGER)
        self._wayland = wayland
        seat = wayland.bind(SEAT, 1)
        manager = wayland.bind(MANAGER, 1)
        self._keyboard: Id = wayland.new()
        wayland.request(manager, _CREATE, seat, self._keyboard)
        # A first keymap, for a keyboard without one is an error.
        self._use([" "])
        wayland.roundtrip()

    def type(self, text: str) -> None:
        """text: of line breaks it has newlines alone, for which Return is pressed."""
        for chunk in chunks(text, MOST_KEYS):
            key_of = dict(zip(chunk.characters, _TYPING_KEYS, strict=False))
            self._use(chunk.characters)
            self._wayland.roundtrip()
            time.sleep(_SETTLE_S)
            for first in range(0, len(chunk.text), _BATCH):
                for character in chunk.text[first : first + _BATCH]:
                    self._press_later(key_of[character])
                self._wayland.roundtrip()
                time.sleep(_BREATH_S)
            time.sleep(_SETTLE_S)

    def press(self, combination: Combination) -> bool:
        """Presses keys together, such as Shift+Insert; False for keys that paste nowhere."""
        code = _KEYCODES.get(combination.key)
        if code is None:
            return False
        self._use_keymap(_USUAL_KEYMAP)
        self._wayland.roundtrip()
        time.sleep(_SETTLE_S)
        held = sum(_MASKS[modifier] for modifier in combination.modifiers)
        self._wayland.request_later(self._keyboard, _MODIFIERS, held, 0, 0, 0)
        self._press_later(code)
        self._wayland.request(self._keyboard, _MODIFIERS, 0, 0, 0, 0)
        self._wayland.roundtrip()
        return True

    def _press_later(self, key: int) -> None:
        for state in (_PRESSED, _RELEASED):
            self._wayland.request_later(self._keyboard, _KEY, _now_ms(), key, state)

    def _use(self, characters: Iterable[str]) -> None:
        self._use_keymap(keymap(characters))

    def _use_keymap(self, text: str) -> None:
        content = text.encode() + b"\0"
        file = os.memfd_create("keymap", os.MFD_CLOEXEC)
        try:
            os.write(file, content)
            self._wayland.request(self._keyboard, _KEYMAP, _XKB_V1, len(content), file=file)
        finally:
            os.close(file)

    def close(self) -> None:
        """No modifier stays down."""
        with contextlib.suppress(DesktopGone):
            self._wayland.request(self._keyboard, _MODIFIERS, 0, 0, 0, 0)
            self._wayland.roundtrip()


def _now_ms() -> int:
    return int(time.monotonic() * 1000)
