"""What macOS' event tap tells of keys, and what is kept from the focused program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dictation.native import macos_keys
from dictation.native.held_keys import Move
from dictation.native.pynput_hotkey import Hear
from dictation.translation import Phrase, Words

MARK = 0x44696374
"""Rides on each event of ours."""

_KEY_DOWN, _KEY_UP, _FLAGS_CHANGED = 10, 11, 12
_TAP_ENDED = frozenset({0xFFFFFFFE, 0xFFFFFFFF})  # we were too slow, or the user wished it
_REPEAT_FIELD, _CODE_FIELD, USER_FIELD = 8, 9, 42


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """What matters of one."""

    kind: int
    key: int
    flags: int
    is_repeat: bool
    mark: int


def move(event: KeyEvent) -> Move | None:
    """None for what is no key."""
    if event.kind == _KEY_DOWN:
        return Move.REPEATED if event.is_repeat else Move.DOWN
    if event.kind == _KEY_UP:
        return Move.UP
    if event.kind == _FLAGS_CHANGED and event.key in macos_keys.FLAGS:
        return Move.DOWN if event.flags & macos_keys.FLAGS[event.key] else Move.UP
    return None


class MacHook:
    """Raises NoSuchKey."""

    why_deaf: Words = Phrase(
        "macOS tells this program of no keys; allow it in System Settings, Privacy & Security, "
        "Accessibility"
    )

    def __init__(self, key: str, keyboard: Any, read: Callable[[int, Any], KeyEvent]) -> None:
        """keyboard: pynput's. read: makes an event of its kind and macOS' own."""
        self.keys = macos_keys.keys(key)
        self._keyboard = keyboard
        self._read = read

    def listener(self, hear: Hear) -> Any:
        def on_event(kind: int, native: Any) -> Any:
            """The event, or None to keep it."""
            if kind in _TAP_ENDED:
                listener.stop()  # which tells that the hotkey is lost
                return native
            event = self._read(kind, native)
            what = move(event)
            if what is None or event.mark == MARK:
                return native
            is_kept = hear(event.key, what)
            # A modifier stays one for other programs.
            return None if is_kept and event.key not in macos_keys.MODIFIERS else native

        listener = self._keyboard.Listener(darwin_intercept=on_event)
        return listener


def read(kind: int, native: Any) -> KeyEvent:
    """Of macOS' own event."""
    import Quartz

    return KeyEvent(
        kind,
        Quartz.CGEventGetIntegerValueField(native, _CODE_FIELD),
        Quartz.CGEventGetFlags(native),
        bool(Quartz.CGEventGetIntegerValueField(native, _REPEAT_FIELD)),
        Quartz.CGEventGetIntegerValueField(native, USER_FIELD),
    )
