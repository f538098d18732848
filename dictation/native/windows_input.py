"""What Windows is told to type: batches of key strokes, and their bytes for ``SendInput``.

A batch goes in as a whole: no key of the user's comes between two of ours.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntFlag

from dictation.native import windows_keys
from dictation.native.key_names import Combination, Modifier

MARK = 0x44696374
"""Rides on each stroke of ours, so that our own hotkey does not take it for the user's."""

_KEYBOARD = 1  # a type of input
_UNASSIGNED = 0xE8  # a virtual key that means nothing to anybody
_MOST_TYPED = 300  # characters; more take a second and longer in some programs
_EXTENDED = frozenset({0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x2D, 0x2E, 0xA3, 0xA5})
# They change what is typed, by completing, indenting, closing brackets or correcting it.
_CHANGE_TYPING = frozenset(
    {
        "clion64",
        "code",
        "cursor",
        "devenv",
        "emacs",
        "excel",
        "goland64",
        "gvim",
        "idea64",
        "notepad++",
        "onenote",
        "outlook",
        "phpstorm64",
        "powerpnt",
        "pycharm64",
        "rider64",
        "rubymine64",
        "studio64",
        "sublime_text",
        "webstorm64",
        "windsurf",
        "winword",
        "zed",
    }
)


class Flags(IntFlag):
    """As KEYBDINPUT has them."""

    NONE = 0
    EXTENDED = 1
    UP = 2
    UNICODE = 4


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key goes down or up; or one unit of UTF-16 does, which needs no key."""

    key: int
    unit: int
    flags: Flags


def should_type(text: str, app: str) -> bool:
    """Whether typing is exact there. A line break would be Enter, and send a message; a tab moves

    on to the next field.
    """
    is_plain = not any(character in "\n\t" for character in text)
    return is_plain and len(text) <= _MOST_TYPED and app not in _CHANGE_TYPING


def text_strokes(text: str) -> list[Stroke]:
    """Down and up of each unit; a character beyond the basic plane is two units, together."""
    content = text.encode("utf-16-le")
    units = [content[at] | content[at + 1] << 8 for at in range(0, len(content), 2)]
    return [Stroke(0, unit, Flags.UNICODE | up) for unit in units for up in (Flags.NONE, Flags.UP)]


def chord_strokes(combination: Combination) -> list[Stroke]:
    """Of keys that are pressed together; empty if keyboards lack one."""
    key = windows_keys.code(combination.key)
    if key is None:
        return []
    held = [windows_keys.LEFT[each] for each in Modifier if each in combination.modifiers]
    downs = [key_stroke(each) for each in (*held, key)]
    return downs + [key_stroke(each, Flags.UP) for each in (key, *reversed(held))]


def letting_go(held: Iterable[int]) -> list[Stroke]:
    """Of modifiers that the user holds. They are not pressed again, for whoever lets one go

    meanwhile would find it down for ever. Alt and Windows alone open a menu when they come up, and
    do not with another key in between.
    """
    ups = [key_stroke(key, Flags.UP) for key in held]
    if not ups:
        return []
    return [key_stroke(_UNASSIGNED), key_stroke(_UNASSIGNED, Flags.UP), *ups]


def key_stroke(key: int, up: Flags = Flags.NONE) -> Stroke:
    """up: Flags.UP where it comes up."""
    return Stroke(key, 0, up | (Flags.EXTENDED if key in _EXTENDED else Flags.NONE))


class KeyboardInput(ctypes.Structure):
    """KEYBDINPUT; with types of fixed sizes, so that it is the same wherever this is tested."""

    _fields_ = (
        ("wVk", ctypes.c_uint16),
        ("wScan", ctypes.c_uint16),
        ("dwFlags", ctypes.c_uint32),
        ("time", ctypes.c_uint32),
        ("dwExtraInfo", ctypes.c_size_t),
    )


class _MouseInput(ctypes.Structure):
    """MOUSEINPUT, the largest of the union."""

    _fields_ = (
        ("dx", ctypes.c_int32),
        ("dy", ctypes.c_int32),
        ("mouseData", ctypes.c_uint32),
        ("dwFlags", ctypes.c_uint32),
        ("time", ctypes.c_uint32),
        ("dwExtraInfo", ctypes.c_size_t),
    )


class _Union(ctypes.Union):
    _fields_ = (("mi", _MouseInput), ("ki", KeyboardInput))


class Input(ctypes.Structure):
    """INPUT."""

    _fields_ = (("type", ctypes.c_uint32), ("union", _Union))


def packed(strokes: Sequence[Stroke]) -> ctypes.Array[Input]:
    """As SendInput wants them."""
    batch = (Input * len(strokes))()
    for place, stroke in zip(batch, strokes, strict=True):
        place.type = _KEYBOARD
        place.union.ki = KeyboardInput(stroke.key, stroke.unit, stroke.flags, 0, MARK)
    return batch
