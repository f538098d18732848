"""Hears that a Windows session is locked, or that the machine goes to sleep. Never run here."""

from __future__ import annotations

import ctypes
import logging
import threading
from collections.abc import Callable

from dictation.errors import NotPossibleHere
from dictation.native.windows_desk import Libraries
from dictation.native.windows_window import HiddenWindow

logger = logging.getLogger(__name__)

_SESSION_CHANGE, _LOCK = 0x2B1, 7
_POWER, _SUSPEND = 0x218, 4
_WAKE = 0x400  # the first message that is free for programs


def leaves(message: int, what: int) -> bool:
    """Whether a window message says so."""
    return (message, what) in {(_SESSION_CHANGE, _LOCK), (_POWER, _SUSPEND)}


class WindowsLeavingWatch(threading.Thread):
    """Calls on_leave from its own thread. Never raises."""

    def __init__(self, on_leave: Callable[[], None]) -> None:
        super().__init__(name="leaving", daemon=True)
        self._on_leave = on_leave
        self._window: HiddenWindow | None = None
        self._is_ready = threading.Event()
        self._stopping = False

    def stop(self) -> None:
        self._is_ready.wait()
        self._stopping = True
        if self._window is not None:
            self._window.post(_WAKE)
            self.join()

    def run(self) -> None:
        try:
            self._window = window = HiddenWindow(Libraries(), self._on_message)
        except NotPossibleHere as reason:
            logger.info("%s", reason)
            return
        finally:
            self._is_ready.set()
        register = ctypes.CDLL("wtsapi32").WTSRegisterSessionNotification
        register.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
        register(window.handle, 0)  # for this session
        while not self._stopping:
            window.wait()
        window.close()

    def _on_message(self, message: int, what: int) -> bool:
        if leaves(message, what):
            logger.info("the user leaves")
            self._on_leave()
        return False
