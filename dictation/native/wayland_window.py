"""Which window is active: zwlr_foreign_toplevel_manager_v1, as wlroots compositors have it."""

from __future__ import annotations

import logging
import struct
import threading
from dataclasses import dataclass

from dictation.errors import DesktopGone
from dictation.native.contracts import Target
from dictation.native.wayland import Event, Id, Wayland
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

MANAGER = "zwlr_foreign_toplevel_manager_v1"
_VERSION = 1

_TOPLEVEL = 0  # event of the manager
_APP_ID, _STATE, _CLOSED = 1, 4, 6  # events of a window
_DESTROY = 7  # its request
_ACTIVATED = 2  # among its states


@dataclass(slots=True)
class _Window:
    number: int
    """Ours: the compositor uses its own numbers again."""
    app: str = ""
    is_active: bool = False


class WaylandActiveWindow:
    """Follows the compositor's list of windows. Raises NotPossibleHere."""

    def __init__(self) -> None:
        self._wayland = Wayland(Phrase("Knowing the active window"))
        self._lock = threading.Lock()
        self._windows: dict[Id, _Window] = {}
        self._count = 0
        try:
            self._wayland.bind(MANAGER, _VERSION, self._on_manager)
            self._wayland.roundtrip()
        except BaseException:
            self._wayland.close()
            raise

    def target(self) -> Target | None:
        """None while something has the focus that is no window, such as a panel."""
        with self._lock:
            try:
                self._wayland.roundtrip()
            except (DesktopGone, OSError, ValueError) as failure:
                logger.warning("the compositor cannot be asked for the active window: %s", failure)
                return None
            for window in self._windows.values():
                if window.is_active:
                    return Target(window.number, window.app)
            return None

    def close(self) -> None:
        with self._lock:
            self._wayland.close()

    def _on_manager(self, event: Event) -> None:
        if event.opcode == _TOPLEVEL:
            handle = event.object()
            self._count += 1
            window = self._windows[handle] = _Window(self._count)
            self._wayland.listen(handle, lambda told: self._on_window(handle, window, told))

    def _on_window(self, handle: Id, window: _Window, event: Event) -> None:
        if event.opcode == _APP_ID:
            window.app = event.string().lower()
        elif event.opcode == _STATE:
            states = event.content()
            window.is_active = _ACTIVATED in struct.unpack(f"={len(states) // 4}I", states)
        elif event.opcode == _CLOSED:
            del self._windows[handle]
            self._wayland.listen(handle, None)
            self._wayland.request(handle, _DESTROY)
