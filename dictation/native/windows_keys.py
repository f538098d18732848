"""The numbers by which Windows knows keys: virtual-key codes, which follow the layout's letters."""

from __future__ import annotations

from dictation.errors import NoSuchKey
from dictation.native.held_keys import Keys
from dictation.native.key_names import Modifier, parsed

ESCAPE, RETURN = 0x1B, 0x0D
_NAMED = {
    "Alt_L": 0xA4,
    "Alt_R": 0xA5,
    "BackSpace": 0x08,
    "Caps_Lock": 0x14,
    "Control_L": 0xA2,
    "Control_R": 0xA3,
    "Delete": 0x2E,
    "Down": 0x28,
    "End": 0x23,
    "Escape": ESCAPE,
    "Home": 0x24,
    "ISO_Level3_Shift": 0xA5,
    "Insert": 0x2D,
    "Left": 0x25,
    "Menu": 0x5D,
    "Next": 0x22,
    "Num_Lock": 0x90,
    "Pause": 0x13,
    "Print": 0x2C,
    "Prior": 0x21,
    "Return": RETURN,
    "Right": 0x27,
    "Scroll_Lock": 0x91,
    "Shift_L": 0xA0,
    "Shift_R": 0xA1,
    "Super_L": 0x5B,
    "Super_R": 0x5C,
    "Tab": 0x09,
    "Up": 0x26,
    "minus": 0xBD,
    "plus": 0xBB,
    "space": 0x20,
    **{f"F{number}": 0x6F + number for number in range(1, 25)},
    **{letter: ord(letter.upper()) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"},
}
MODIFIERS = {
    0xA0: Modifier.SHIFT,
    0xA1: Modifier.SHIFT,
    0xA2: Modifier.CTRL,
    0xA3: Modifier.CTRL,
    0xA4: Modifier.ALT,
    0xA5: Modifier.ALT,
    0x5B: Modifier.SUPER,
    0x5C: Modifier.SUPER,
}
"""What is held with each of these keys."""
LEFT = {Modifier.SHIFT: 0xA0, Modifier.CTRL: 0xA2, Modifier.ALT: 0xA4, Modifier.SUPER: 0x5B}


def code(key: str) -> int | None:
    """Of the key that X11 calls so; None if keyboards have none."""
    return _NAMED.get(key)


def keys(name: str) -> Keys:
    """Of the hotkey of that name. Raises NoSuchKey."""
    combination = parsed(name)
    number = code(combination.key)
    if number is None:
        raise NoSuchKey(key=name)
    return Keys(number, combination.modifiers, MODIFIERS, ESCAPE)
