"""Types into the focused window with a keyboard of its own; pastes what keys are no good for.

For compositors that let programs have a virtual keyboard: sway, Hyprland, niri, labwc, river and
others. While it types, the clipboard is not touched. Typed text is delivered when the compositor
has passed on all keys and the target had the focus before and after; what the window makes of its
keys cannot be seen from outside. Pasted text is delivered when it was fetched after the keys.
"""

from __future__ import annotations

from collections.abc import Mapping

from dictation.apps import NO_RULES, Manner, is_terminal, manner
from dictation.errors import (
    DesktopGone,
    DictationError,
    FocusMoved,
    OnlyCopied,
)
from dictation.native.caret import nothing_to_undo
from dictation.native.contracts import ActiveWindow, Target
from dictation.native.copying import CopyingTypist
from dictation.native.focus import hindrance
from dictation.native.offer import CLIPBOARD
from dictation.native.wayland import Wayland
from dictation.native.wayland_clipboard import WaylandClipboard
from dictation.native.wayland_keyboard import VirtualKeyboard
from dictation.native.wayland_paste import PASTES, chord, pasted
from dictation.settings import AppRule, InsertionWay
from dictation.speech import Outcome, Verdict
from dictation.text.sanitise import sanitised
from dictation.translation import Phrase

KEYBOARD, PASTE = "keyboard", "paste"

# A program that hangs while text is typed has all its keys queued, and is ended by the compositor
# when the queue is full: after some 2,500 characters where that is smallest.
_MOST_TYPED = 1_000
_PASTES_IN_TERMINALS = "Ctrl+Shift+V"
_MOST_BITS = 0xFFFF


def _is_better_pasted(text: str) -> bool:
    """Return sends a message in many a chat; and keys with characters of more than 16 bits, such as
    emoji, type others in Chromium and none in LibreOffice."""
    return any(character == "\n" or ord(character) > _MOST_BITS for character in text)


class WaylandTypist:
    """Types and pastes. Raises NotPossibleHere."""

    def __init__(
        self,
        active_window: ActiveWindow,
        copying: CopyingTypist,
        clipboard: WaylandClipboard | None = None,
        rules: Mapping[str, AppRule] = NO_RULES,
    ) -> None:
        """copying: for text that could not be inserted; it is closed with this.

        clipboard: for text that is pasted; None: no program may have it. rules: the user's.
        """
        self._active_window = active_window
        self._copying = copying
        self._clipboard = clipboard
        self._rules = rules
        self._wayland = Wayland(Phrase("Typing into other programs"))
        try:
            self._keyboard = VirtualKeyboard(self._wayland)
        except BaseException:
            self._wayland.close()
            raise

    def insert(self, text: str, target: Target | None) -> Verdict:
        try:
            here = self._active_window.target()
            how = manner("" if here is None else here.app, self._rules)
            reason = hindrance(here, target, how)
            if reason is not None or here is None:
                return self._copying.copied(text, reason)
            plain = sanitised(text, how.breaks)
            pastes = len(plain) > _MOST_TYPED or self._is_to_be_pasted(plain, how)
            reason = self._pasted(plain, here, how) if pastes else self._typed(plain, here)
            if reason is not None:
                # As it was to be there: a terminal that hangs may still paste it, later on.
                return self._copying.copied(plain, reason)
            if how.enter:
                self._keyboard.type("\n")
            return Verdict(Outcome.DELIVERED, PASTE if pastes else KEYBOARD)
        except DesktopGone as gone:
            return self._copying.copied(text, gone)

    def copy(self, text: str) -> Verdict:
        return self._copying.copy(text)

    def undo(self) -> Verdict:
        return nothing_to_undo(KEYBOARD)

    def close(self) -> None:
        self._keyboard.close()
        self._wayland.close()
        self._copying.close()

    def _is_to_be_pasted(self, text: str, how: Manner) -> bool:
        """Whether it is, though it is not too long to be typed."""
        if how.way is InsertionWay.TYPE:
            return False
        return bool(how.keys) or (self._clipboard is not None and _is_better_pasted(text))

    def _typed(self, text: str, here: Target) -> DictationError | None:
        """None, or why part of it may not have arrived."""
        self._keyboard.type(text)
        return None if self._active_window.target() == here else FocusMoved()

    def _pasted(self, text: str, here: Target, how: Manner) -> DictationError | None:
        """None, or why it did not arrive."""
        if self._clipboard is None:
            return OnlyCopied()
        usual = _PASTES_IN_TERMINALS if is_terminal(here.app) else PASTES
        keys = chord(how.keys, usual)
        return pasted(text, self._clipboard, [CLIPBOARD], lambda: self._keyboard.press(keys))
