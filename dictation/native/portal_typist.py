"""Pastes through the desktop portal, where the compositor has data control but no virtual keyboard.

That is KDE. The portal does not tell which window has the focus, so the text is offered from both
selections, and a program that asks for it after the keys is taken to be the one that is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dictation.apps import NO_RULES, manner
from dictation.errors import DesktopGone
from dictation.native.caret import nothing_to_undo
from dictation.native.contracts import ActiveWindow, Target
from dictation.native.copying import CopyingTypist
from dictation.native.focus import hindrance
from dictation.native.offer import CLIPBOARD, PRIMARY
from dictation.native.portal_keyboard import PortalKeyboard
from dictation.native.wayland_clipboard import WaylandClipboard
from dictation.native.wayland_paste import chord, pasted
from dictation.settings import AppRule
from dictation.speech import Outcome, Verdict
from dictation.text.sanitise import sanitised

METHOD = "paste"


class PortalTypist:
    """Pastes. Raises NotPossibleHere."""

    def __init__(
        self,
        active_window: ActiveWindow,
        memory: Path,
        rules: Mapping[str, AppRule] = NO_RULES,
        *,
        may_ask: bool,
    ) -> None:
        """memory: a file that keeps the user's answer. may_ask: whether to ask for one now."""
        self._active_window = active_window
        self._rules = rules
        self._clipboard = WaylandClipboard()
        try:
            self._keyboard = PortalKeyboard(memory, may_ask=may_ask)
        except BaseException:
            self._clipboard.close()
            raise
        self._copying = CopyingTypist(self._clipboard, self._clipboard.close)

    def insert(self, text: str, target: Target | None) -> Verdict:
        here = self._active_window.target()
        how = manner("" if here is None else here.app, self._rules)
        reason = None if here is None else hindrance(here, target, how)
        if reason is not None:
            return self._copying.copied(text, reason)
        keys = chord(how.keys)
        names = [CLIPBOARD] if how.keys else [CLIPBOARD, PRIMARY]
        try:
            plain = sanitised(text, how.breaks)
            reason = pasted(plain, self._clipboard, names, lambda: self._keyboard.press(keys))
        except DesktopGone as gone:
            reason = gone
        if reason is not None:
            return self._copying.copied(text, reason)
        return Verdict(Outcome.DELIVERED, METHOD)

    def copy(self, text: str) -> Verdict:
        return self._copying.copy(text)

    def undo(self) -> Verdict:
        return nothing_to_undo(METHOD)

    def close(self) -> None:
        self._keyboard.close()
        self._copying.close()
