"""Knows whether windows on an X screen can be transparent."""

from __future__ import annotations

from Xlib import X

from dictation.native.x11 import CONNECTION_LOST, connect
from dictation.translation import Phrase


class X11Windows:
    """Asks whether a compositing manager runs. For one thread. Raises NotPossibleHere."""

    def __init__(self) -> None:
        self._display = connect(Phrase("Placing a window"))
        # By the Extended Window Manager Hints, section "Compositing Managers".
        name = f"_NET_WM_CM_S{self._display.get_default_screen()}"
        self._owner_of = self._display.intern_atom(name)

    def are_see_through(self) -> bool:
        try:
            return bool(self._display.get_selection_owner(self._owner_of) != X.NONE)
        except CONNECTION_LOST:
            return False
