"""The numbers by which macOS knows keys: places on the keyboard, as on a US one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dictation.errors import NoSuchKey
from dictation.native.held_keys import Keys
from dictation.native.key_names import Modifier, parsed

ESCAPE, RETURN = 0x35, 0x24
_PLACES = 128
_NAMED = {
    "Alt_L": 0x3A,
    "Alt_R": 0x3D,
    "BackSpace": 0x33,
    "Caps_Lock": 0x39,
    "Control_L": 0x3B,
    "Control_R": 0x3E,
    "Delete": 0x75,
    "Down": 0x7D,
    "End": 0x77,
    "Escape": ESCAPE,
    "Home": 0x73,
    "ISO_Level3_Shift": 0x3D,
    "Insert": 0x72,
    "Left": 0x7B,
    "Next": 0x79,
    "Prior": 0x74,
    "Return": RETURN,
    "Right": 0x7C,
    "Shift_L": 0x38,
    "Shift_R": 0x3C,
    "Super_L": 0x37,
    "Super_R": 0x36,
    "Tab": 0x30,
    "Up": 0x7E,
    "minus": 0x1B,
    "plus": 0x18,
    "space": 0x31,
}
_ROW = "asdfhgzxcv"  # from 0 on; 10 is a key that US keyboards lack
_LETTERS = {letter: place for place, letter in enumerate(_ROW)} | {
    letter: 11 + at for at, letter in enumerate("bqweryt123465=97-80]ou[ip")
}
_LETTERS |= {"l": 0x25, "j": 0x26, "k": 0x28, "n": 0x2D, "m": 0x2E}
# In the order F1 to F20.
_FUNCTIONS = bytes.fromhex("7a78637660616264656d676f69 6b716a404f505a".replace(" ", ""))
_CODES: Mapping[str, int] = {
    **_LETTERS,
    **_NAMED,
    **{f"F{number}": code for number, code in enumerate(_FUNCTIONS, start=1)},
}
MODIFIERS = {
    0x3B: Modifier.CTRL,
    0x3E: Modifier.CTRL,
    0x38: Modifier.SHIFT,
    0x3C: Modifier.SHIFT,
    0x3A: Modifier.ALT,
    0x3D: Modifier.ALT,
    0x37: Modifier.SUPER,
    0x36: Modifier.SUPER,
}
"""What is held with each of these keys."""
FLAGS = {
    0x3B: 0x0001,
    0x38: 0x0002,
    0x3C: 0x0004,
    0x37: 0x0008,
    0x36: 0x0010,
    0x3A: 0x0020,
    0x3D: 0x0040,
    0x3E: 0x2000,
}
"""The bit of an event's flags that says that this very key is down."""


def code(key: str) -> int | None:
    """Of the key that X11 calls so; None if keyboards have none."""
    return _CODES.get(key)


def keys(name: str) -> Keys:
    """Of the hotkey of that name. Raises NoSuchKey."""
    combination = parsed(name)
    number = code(combination.key)
    if number is None:
        raise NoSuchKey(key=name)
    return Keys(number, combination.modifiers, MODIFIERS, ESCAPE)


def place_of(sign: str, printed: Callable[[int], str]) -> int | None:
    """Of the key that gives this sign on the present layout; else where a US keyboard has it.

    printed: what a key gives while Command is held, for layouts may change with that.
    """
    for place in range(_PLACES):
        if printed(place) == sign:
            return place
    return code(sign)
