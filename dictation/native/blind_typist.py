"""Copies, and presses what pastes, where nobody tells whether anything came of it.

That is Wayland without data control and without the portal's clipboard, such as an older GNOME, if
ydotool can press keys. The text stays on the clipboard: a program may fetch it at any time later,
and would paste the wrong one if the old content came back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from dictation.apps import NO_RULES, is_terminal, manner
from dictation.errors import NotPasted
from dictation.native.caret import nothing_to_undo
from dictation.native.contracts import ActiveWindow, Target
from dictation.native.copying import CopyingTypist
from dictation.native.focus import hindrance
from dictation.native.key_names import Combination
from dictation.native.wayland_paste import chord
from dictation.settings import AppRule
from dictation.speech import Outcome, Verdict
from dictation.text.sanitise import sanitised

METHOD = "paste"
# wl-copy takes the focus for a moment where the compositor asks for that.
_FOCUS_S = 0.2


class BlindTypist:
    """Pastes, unverified."""

    def __init__(
        self,
        active_window: ActiveWindow,
        copying: CopyingTypist,
        press: Callable[[Combination], bool],
        rules: Mapping[str, AppRule] = NO_RULES,
    ) -> None:
        """copying: closed with this. press: False if keys could not be pressed."""
        self._active_window = active_window
        self._copying = copying
        self._press = press
        self._rules = rules

    def insert(self, text: str, target: Target | None) -> Verdict:
        here = self._active_window.target()
        app = "" if here is None else here.app
        how = manner(app, self._rules)
        reason = None if here is None else hindrance(here, target, how)
        if reason is not None:
            return self._copying.copied(text, reason)
        copied = self._copying.copy(sanitised(text, how.breaks))
        if copied.outcome is Outcome.FAILED:
            return copied
        time.sleep(_FOCUS_S)
        if not self._press(chord(how.keys, "Ctrl+Shift+V" if is_terminal(app) else "Ctrl+V")):
            return Verdict(Outcome.FAILED, METHOD, NotPasted())
        return Verdict(Outcome.UNVERIFIED, METHOD)

    def copy(self, text: str) -> Verdict:
        return self._copying.copy(text)

    def undo(self) -> Verdict:
        return nothing_to_undo(METHOD)

    def close(self) -> None:
        self._copying.close()
