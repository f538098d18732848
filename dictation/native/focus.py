"""Whether the window that has the focus now is the one that text is meant for."""

from __future__ import annotations

from dataclasses import replace

from dictation.apps import Manner
from dictation.errors import CopiedByRule, DictationError, FocusMoved, NoFocus, PasswordField
from dictation.native.contracts import ActiveWindow, PasswordFields, Target
from dictation.settings import InsertionWay

_UNKNOWN = Target(window=0, app="")


def obstacle(here: Target | None, target: Target | None) -> DictationError | None:
    """Why text for the target must not be typed while that window has the focus."""
    if here is None:
        return NoFocus()
    if here.is_password:
        return PasswordField()
    if target is not None and not here.same_app(target):
        return FocusMoved()
    return None


def hindrance(here: Target | None, target: Target | None, how: Manner) -> DictationError | None:
    """Why text for the target must not be put into that window: an obstacle, or its rule."""
    reason = obstacle(here, target)
    if reason is None and here is not None and how.way is InsertionWay.COPY:
        return CopiedByRule(app=here.app)
    return reason


class WatchfulWindow:
    """The active window, together with whether a password is being typed into it."""

    def __init__(self, window: ActiveWindow, passwords: PasswordFields) -> None:
        self._window = window
        self._passwords = passwords

    def target(self) -> Target | None:
        here = self._window.target()
        if not self._passwords.is_focused():
            return here
        # Also where nobody tells which window it is.
        return replace(here or _UNKNOWN, is_password=True)

    def close(self) -> None:
        self._passwords.close()
