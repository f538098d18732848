"""Reads what the user wrote as a hotkey: "F9", "Right Ctrl", "Ctrl+Alt+D"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dictation.errors import NoSuchKey


class Modifier(StrEnum):
    """A key that is held while another one is pressed."""

    CTRL = "Ctrl"
    SHIFT = "Shift"
    ALT = "Alt"
    SUPER = "Super"


@dataclass(frozen=True, slots=True)
class Combination:
    """One key, perhaps with modifiers that are held."""

    key: str
    """As X11 names it: F9, Control_R, d, space."""
    modifiers: frozenset[Modifier]


_MODIFIERS = {
    "ctrl": Modifier.CTRL,
    "control": Modifier.CTRL,
    "shift": Modifier.SHIFT,
    "alt": Modifier.ALT,
    "option": Modifier.ALT,
    "super": Modifier.SUPER,
    "win": Modifier.SUPER,
    "windows": Modifier.SUPER,
    "cmd": Modifier.SUPER,
    "command": Modifier.SUPER,
    "meta": Modifier.SUPER,
}
_SIDES = {"left": "L", "right": "R", "l": "L", "r": "R"}
_KEYSYMS = {
    Modifier.CTRL: "Control",
    Modifier.SHIFT: "Shift",
    Modifier.ALT: "Alt",
    Modifier.SUPER: "Super",
}
# What people call keys whose names in X11 are other ones, or written in other capitals.
_KEYS = {
    "altgr": "ISO_Level3_Shift",
    "backspace": "BackSpace",
    "capslock": "Caps_Lock",
    "delete": "Delete",
    "del": "Delete",
    "down": "Down",
    "end": "End",
    "enter": "Return",
    "esc": "Escape",
    "escape": "Escape",
    "home": "Home",
    "insert": "Insert",
    "ins": "Insert",
    "left": "Left",
    "menu": "Menu",
    "minus": "minus",
    "numlock": "Num_Lock",
    "pagedown": "Next",
    "pageup": "Prior",
    "pause": "Pause",
    "plus": "plus",
    "print": "Print",
    "printscreen": "Print",
    "return": "Return",
    "right": "Right",
    "scrolllock": "Scroll_Lock",
    "space": "space",
    "tab": "Tab",
    "up": "Up",
}


def parsed(name: str) -> Combination:
    """The combination of that name, however it is capitalised. Raises NoSuchKey."""
    *before, last = [part.strip() for part in name.split("+")]
    modifiers = [_MODIFIERS.get(part.lower()) for part in before]
    if not last or None in modifiers:
        raise NoSuchKey(key=name)
    return Combination(_key(last), frozenset(held for held in modifiers if held))


def _key(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").lower().split()
    squeezed = "".join(words)
    if squeezed in _KEYS:
        return _KEYS[squeezed]
    if len(words) == 2:
        for side, modifier in (words, words[::-1]):
            if side in _SIDES and modifier in _MODIFIERS:
                return f"{_KEYSYMS[_MODIFIERS[modifier]]}_{_SIDES[side]}"
    if squeezed in _MODIFIERS:
        return f"{_KEYSYMS[_MODIFIERS[squeezed]]}_L"
    if len(name) == 1:
        return name.lower()
    if squeezed[0] == "f" and squeezed[1:].isdigit():
        return squeezed.upper()
    return name
