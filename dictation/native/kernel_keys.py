"""The numbers by which the kernel knows keys: those of input-event-codes.h.

They name places on a keyboard, whatever its layout has printed on them; letters stand here where a
US keyboard has them.
"""

from __future__ import annotations

from dictation.native.key_names import Modifier

_ROWS = {
    2: ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "minus", "equal", "BackSpace", "Tab"),
    16: (*"qwertyuiop", "bracketleft", "bracketright", "Return", "Control_L"),
    30: (*"asdfghjkl", "semicolon", "apostrophe", "grave", "Shift_L", "backslash"),
    44: (*"zxcvbnm", "comma", "period", "slash", "Shift_R"),
    55: ("KP_Multiply", "Alt_L", "space", "Caps_Lock"),
    59: (*(f"F{number}" for number in range(1, 11)), "Num_Lock", "Scroll_Lock"),
    87: ("F11", "F12"),
    96: ("KP_Enter", "Control_R", "KP_Divide", "Print", "Alt_R"),
    102: ("Home", "Up", "Prior", "Left", "Right", "End", "Down", "Next", "Insert", "Delete"),
    119: ("Pause",),
    125: ("Super_L", "Super_R", "Menu"),
    183: tuple(f"F{number}" for number in range(13, 25)),
}
_CODES = {name: first + place for first, row in _ROWS.items() for place, name in enumerate(row)}
_SIGNS = {
    "'": "apostrophe",
    ",": "comma",
    ".": "period",
    "/": "slash",
    ";": "semicolon",
    "=": "equal",
    "[": "bracketleft",
    "\\": "backslash",
    "]": "bracketright",
    "`": "grave",
    "-": "minus",
    "plus": "equal",
    "ISO_Level3_Shift": "Alt_R",
}
ESCAPE = 1
MODIFIERS = {
    _CODES[f"{stem}_{side}"]: modifier
    for modifier, stem in {
        Modifier.CTRL: "Control",
        Modifier.SHIFT: "Shift",
        Modifier.ALT: "Alt",
        Modifier.SUPER: "Super",
    }.items()
    for side in "LR"
}
"""What is held with each of these keys."""


def code(key: str) -> int | None:
    """Of the key that X11 calls so; None if keyboards have none."""
    return ESCAPE if key == "Escape" else _CODES.get(_SIGNS.get(key, key))
