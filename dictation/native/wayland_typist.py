"""Types into the focused window with a keyboard of its own; the clipboard is not touched.

For compositors that let programs have a virtual keyboard: sway, Hyprland, niri, labwc, river and
others. Text is delivered when the compositor has passed on all keys and the target had the focus
before and after. What the window makes of its keys cannot be seen from outside.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from dictation.apps import NO_RULES, manner
from dictation.errors import CannotUndo, CopiedByRule, DesktopGone, FocusMoved
from dictation.native.contracts import ActiveWindow, Target
from dictation.native.copying import CopyingTypist
from dictation.native.focus import obstacle
from dictation.native.wayland import Wayland
from dictation.native.wayland_keyboard import VirtualKeyboard
from dictation.settings import AppRule, InsertionWay
from dictation.speech import Outcome, Verdict
from dictation.text.sanitise import sanitised

logger = logging.getLogger(__name__)

METHOD = "keyboard"


class WaylandTypist:
    """Types. Raises NotPossibleHere."""

    def __init__(
        self,
        active_window: ActiveWindow,
        copying: CopyingTypist,
        rules: Mapping[str, AppRule] = NO_RULES,
    ) -> None:
        """copying: for text that could not be typed; it is closed with this. rules: the user's."""
        self._rules = rules
        self._active_window = active_window
        self._copying = copying
        self._wayland = Wayland("Typing into other programs")
        try:
            self._keyboard = VirtualKeyboard(self._wayland)
        except BaseException:
            self._wayland.close()
            raise

    def insert(self, text: str, target: Target | None) -> Verdict:
        try:
            here = self._active_window.target()
            reason = obstacle(here, target)
            if reason is None and here is not None:
                how = manner(here.app, self._rules)
                if how.way is InsertionWay.COPY:
                    return self._copying.copied(text, CopiedByRule(app=here.app))
                enter = "\n" if how.enter else ""
                self._keyboard.type(sanitised(text, how.breaks) + enter)
                if self._active_window.target() != here:
                    reason = FocusMoved()  # part of it may have gone to the other window
        except DesktopGone as gone:
            reason = gone
        if reason is not None:
            return self._copying.copied(text, reason)
        return Verdict(Outcome.DELIVERED, METHOD)

    def copy(self, text: str) -> Verdict:
        return self._copying.copy(text)

    def undo(self) -> Verdict:
        """Whether the user has typed since cannot be known here."""
        reason = CannotUndo(reason="Wayland does not tell whether you have typed since")
        return Verdict(Outcome.FAILED, METHOD, reason)

    def close(self) -> None:
        self._keyboard.close()
        self._wayland.close()
        self._copying.close()
