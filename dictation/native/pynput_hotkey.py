"""The hotkey through pynput, for Windows and macOS.

It could not be tested where it was written. The key is heard, not hidden: it reaches the focused
program as well, so one is best chosen that means nothing there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from dictation.errors import NoSuchKey, NotPossibleHere
from dictation.native.contracts import Listeners
from dictation.native.key_names import Combination, Modifier, parsed

logger = logging.getLogger(__name__)

# pynput's names for the keys that X11 calls otherwise.
_NAMES = {
    "Alt_L": "alt_l",
    "Alt_R": "alt_r",
    "BackSpace": "backspace",
    "Caps_Lock": "caps_lock",
    "Control_L": "ctrl_l",
    "Control_R": "ctrl_r",
    "ISO_Level3_Shift": "alt_gr",
    "Next": "page_down",
    "Num_Lock": "num_lock",
    "Print": "print_screen",
    "Prior": "page_up",
    "Return": "enter",
    "Escape": "esc",
    "Scroll_Lock": "scroll_lock",
    "Shift_L": "shift_l",
    "Shift_R": "shift_r",
    "Super_L": "cmd_l",
    "Super_R": "cmd_r",
}
_MODIFIER_STEMS = {
    Modifier.CTRL: "ctrl",
    Modifier.SHIFT: "shift",
    Modifier.ALT: "alt",
    Modifier.SUPER: "cmd",
}


def pynput_name(key: str) -> str:
    """What pynput calls the key that X11 calls so; a single character is its own name."""
    return _NAMES.get(key, key if len(key) == 1 else key.lower())


class PynputHotkey:
    """Listens to all keys and tells of one. Raises NotPossibleHere, or NoSuchKey."""

    def __init__(self, key: str) -> None:
        try:
            from pynput import keyboard
        except ImportError as error:  # also where the system lets nobody listen
            raise NotPossibleHere(service="A hotkey through pynput", reason=str(error)) from error
        self._keyboard: Any = keyboard
        self._combination: Combination = parsed(key)
        self._name = pynput_name(self._combination.key)
        if len(self._name) > 1 and not hasattr(keyboard.Key, self._name):
            raise NoSuchKey(key=key)
        self._down: set[str] = set()
        self._is_held = False
        self._on_escape: Callable[[], None] | None = None
        self._listener: Any = None

    def start(self, listeners: Listeners) -> None:
        self._listeners = listeners
        self._listener = self._keyboard.Listener(on_press=self._pressed, on_release=self._released)
        self._listener.start()

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        self._on_escape = on_escape

    def stop(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()
            listener.join()

    def _pressed(self, key: Any) -> None:
        name = _name_of(key)
        is_repeat = name in self._down
        self._down.add(name)
        if is_repeat or self._listener is None:
            return
        if name == self._name and self._modifiers_are_held():
            self._is_held = True
            self._listeners.pressed()
        elif name == "esc" and self._on_escape is not None:
            self._on_escape()

    def _released(self, key: Any) -> None:
        name = _name_of(key)
        self._down.discard(name)
        if name == self._name and self._is_held and self._listener is not None:
            self._is_held = False
            self._listeners.released()

    def _modifiers_are_held(self) -> bool:
        return all(
            any(name.startswith(_MODIFIER_STEMS[modifier]) for name in self._down)
            for modifier in self._combination.modifiers
        )


def _name_of(key: Any) -> str:
    """The name of one of pynput's special keys, else the character of the key."""
    return getattr(key, "name", None) or (getattr(key, "char", None) or "").lower()
