"""What Windows' keyboard hook tells of keys, and what is kept from the focused program."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from dictation.native import windows_keys
from dictation.native.held_keys import Move
from dictation.native.pynput_hotkey import Hear
from dictation.native.windows_input import MARK
from dictation.translation import Phrase, Words

_DOWNS = frozenset({0x100, 0x104})  # WM_KEYDOWN, WM_SYSKEYDOWN
_ALT_GR_SCAN = 0x21D  # of the left Ctrl that Windows adds to AltGr
# Windows begins to repeat after a second at most, and goes on thirty times a second. A key that was
# silent for longer came up where we could not hear it, such as at the lock screen.
_REPEAT_S = 1.1
# They stay what they are for other programs. Alt and Windows alone would open a menu.
_PASSED_ON = frozenset({0xA0, 0xA1, 0xA2, 0xA3})


class WindowsHook:
    """Raises NoSuchKey."""

    why_deaf: Words = Phrase("Windows has taken the keyboard hook away")

    def __init__(
        self,
        key: str,
        keyboard: Any,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """keyboard: pynput's."""
        self.keys = windows_keys.keys(key)
        self._keyboard = keyboard
        self._now = now
        self._heard_s: dict[int, float] = {}  # of keys that are down

    def listener(self, hear: Hear) -> Any:
        def on_event(message: int, event: Any) -> bool:
            """False: pynput has nothing more to do with it. What it raises keeps the event here."""
            if (event.dwExtraInfo or 0) != MARK and event.scanCode != _ALT_GR_SCAN:
                key = event.vkCode
                if hear(key, self._move(key, message)) and key not in _PASSED_ON:
                    listener.suppress_event()
            return False

        listener = self._keyboard.Listener(win32_event_filter=on_event)
        return listener

    def _move(self, key: int, message: int) -> Move:
        if message not in _DOWNS:
            self._heard_s.pop(key, None)
            return Move.UP
        before_s, now_s = self._heard_s.get(key), self._now()
        self._heard_s[key] = now_s
        is_repeat = before_s is not None and now_s - before_s < _REPEAT_S
        return Move.REPEATED if is_repeat else Move.DOWN
