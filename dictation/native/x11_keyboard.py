"""What the X server knows of keys: where they are, which are down, which count as modifiers."""

from __future__ import annotations

import time
from collections.abc import Collection

from Xlib import XK, X
from Xlib.ext import xtest

from dictation.errors import NoSuchKey, NotPossibleHere
from dictation.native.key_names import Combination, Modifier
from dictation.native.x11 import XDisplay
from dictation.translation import Phrase, Words

_POLL_S = 0.01

_KEYSYMS_OF = {
    Modifier.CTRL: ("Control_L", "Control_R"),
    Modifier.SHIFT: ("Shift_L", "Shift_R"),
    Modifier.ALT: ("Alt_L", "Alt_R", "Meta_L"),
    Modifier.SUPER: ("Super_L", "Super_R"),
}
# Where they are on every usual layout; of use while the key itself is on none.
_USUAL_BITS = {
    Modifier.CTRL: X.ControlMask,
    Modifier.SHIFT: X.ShiftMask,
    Modifier.ALT: X.Mod1Mask,
    Modifier.SUPER: X.Mod4Mask,
}


def keysym(name: str) -> int:
    """The number of the key that X11 calls so. Raises NoSuchKey."""
    for spelling in (name, name.lower(), name.capitalize()):
        number = int(XK.string_to_keysym(spelling))
        if number:
            return number
    for group in ("xkb", "xf86"):  # AltGr and the media keys are not among those always there
        XK.load_keysym_group(group)
    # python-xlib alone writes XF86_AudioPlay.
    for spelling in (name, name.replace("XF86", "XF86_", 1)):
        number = int(XK.string_to_keysym(spelling))
        if number:
            return number
    if len(name) == 1:
        # Latin-1 keys have their characters' numbers, all others Unicode's with this offset.
        return ord(name) if ord(name) < 0x100 else 0x1000000 | ord(name)
    raise NoSuchKey(key=name)


def modifier_keysyms(combination: Combination) -> list[int]:
    """Of keys that hold its modifiers, those on the left."""
    return [
        keysym(_KEYSYMS_OF[modifier][0])
        for modifier in Modifier
        if modifier in combination.modifiers
    ]


class Keyboard:
    """The keys as one connection sees them. Used by the thread of that connection."""

    def __init__(self, display: XDisplay) -> None:
        self._display = display

    def keycode(self, key: int) -> int:
        """Where that keysym is on the present layout; 0 if nowhere."""
        return int(self._display.keysym_to_keycode(key))

    def is_down(self, keycode: int) -> bool:
        return _is_set(self._display.query_keymap(), keycode)

    def held_modifiers(self) -> list[int]:
        """The keycodes of all modifier keys that are down, lock keys included."""
        keymap = self._display.query_keymap()
        modifiers = {code for row in self._display.get_modifier_mapping() for code in row if code}
        return [code for code in sorted(modifiers) if _is_set(keymap, code)]

    def keycodes(self, modifier: Modifier) -> set[int]:
        """Of the keys that hold it, on either side."""
        return {self.keycode(keysym(name)) for name in _KEYSYMS_OF[modifier]} - {0}

    def bit(self, modifier: Modifier) -> int:
        """The bit of events' state that stands for the modifier."""
        return self._bit_of_any(self.keycodes(modifier)) or _USUAL_BITS[modifier]

    def own_bit(self, keycode: int) -> int:
        """The bit that the key itself sets while it is down; 0 if it is no modifier."""
        return self._bit_of_any([keycode])

    def lock_variants(self) -> list[int]:
        """Every state that Caps Lock and Num Lock can be in."""
        num_lock = self._bit_of_any([self.keycode(XK.XK_Num_Lock)]) or X.Mod2Mask
        return [0, X.LockMask, num_lock, X.LockMask | num_lock]

    def _bit_of_any(self, keycodes: Collection[int]) -> int:
        for index, row in enumerate(self._display.get_modifier_mapping()):
            if any(code and code in row for code in keycodes):
                return 1 << index
        return 0


class KeySender:
    """Presses keys through XTEST. Raises NotPossibleHere where the server has none."""

    def __init__(self, display: XDisplay, service: Words) -> None:
        if not display.has_extension("XTEST"):
            raise NotPossibleHere(
                service=service, reason=Phrase("the X server has no XTEST extension")
            )
        self._display = display
        self._keyboard = Keyboard(display)

    def free_modifiers(self, patience_s: float) -> bool:
        """Waits until the user has let all modifiers go, then lets go those that are still down.

        False if they are down even so.
        """
        give_up = time.monotonic() + patience_s
        while self._keyboard.held_modifiers() and time.monotonic() < give_up:
            time.sleep(_POLL_S)
        self._release(self._keyboard.held_modifiers())
        return not self._keyboard.held_modifiers()

    def press(self, *keys: int) -> bool:
        """Presses the keysyms one after the other, and lets them go in reverse.

        False if the layout lacks one of them.
        """
        self._take_note_of_layout()
        codes = [self._keyboard.keycode(key) for key in keys]
        if not all(codes):
            return False
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        self._release(codes[::-1])  # in the same flush: no failure of ours can come between
        return True

    def _release(self, codes: list[int]) -> None:
        for code in codes:
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def _take_note_of_layout(self) -> None:
        """python-xlib keeps the layout of when it connected until it is shown the changes."""
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.MappingNotify:
                self._display.refresh_keyboard_mapping(event)


def _is_set(keymap: list[int], keycode: int) -> bool:
    return bool(keymap[keycode >> 3] >> (keycode & 7) & 1)
