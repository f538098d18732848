"""Whether the window that has the focus now is the one that text is meant for."""

from __future__ import annotations

from dictation.errors import DictationError, FocusMoved, NoFocus
from dictation.native.contracts import Target


def obstacle(here: Target | None, target: Target | None) -> DictationError | None:
    """Why text for the target must not be typed while that window has the focus."""
    if here is None:
        return NoFocus()
    if target is not None and not here.same_app(target):
        return FocusMoved()
    return None
