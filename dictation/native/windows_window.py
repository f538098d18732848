"""A window that nobody sees, for what Windows tells windows alone. Never run where written."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import wintypes

from dictation.errors import NotPossibleHere
from dictation.native.windows_desk import Libraries
from dictation.translation import Phrase

_REMOVE = 1  # from the queue
_NAME = "DictationHidden"
_Procedure = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t, ctypes.c_void_p, wintypes.UINT, ctypes.c_size_t, ctypes.c_ssize_t
)


class _Class(ctypes.Structure):
    """WNDCLASSW."""

    _fields_ = (
        ("style", wintypes.UINT),
        ("lpfnWndProc", _Procedure),
        ("cbClsExtra", ctypes.c_int),
        ("cbWndExtra", ctypes.c_int),
        ("hInstance", ctypes.c_void_p),
        ("hIcon", ctypes.c_void_p),
        ("hCursor", ctypes.c_void_p),
        ("hbrBackground", ctypes.c_void_p),
        ("lpszMenuName", wintypes.LPCWSTR),
        ("lpszClassName", wintypes.LPCWSTR),
    )


class HiddenWindow:
    """Belongs to the thread that builds it. Raises NotPossibleHere."""

    def __init__(self, libraries: Libraries, on_message: Callable[[int, int], bool]) -> None:
        """on_message: told of each message with its first value; True if it needs no more."""
        user = self._user = libraries.user
        pointer = ctypes.c_void_p
        user.DefWindowProcW.argtypes = (pointer, wintypes.UINT, ctypes.c_size_t, ctypes.c_ssize_t)
        user.DefWindowProcW.restype = ctypes.c_ssize_t
        user.CreateWindowExW.argtypes = (
            wintypes.DWORD,
            wintypes.LPCWSTR,
            wintypes.LPCWSTR,
            wintypes.DWORD,
            *[ctypes.c_int] * 4,
            *[pointer] * 4,
        )
        user.CreateWindowExW.restype = pointer
        user.DestroyWindow.argtypes = (pointer,)
        user.PeekMessageW.argtypes = (pointer, pointer, *[wintypes.UINT] * 3)
        user.PostMessageW.argtypes = (pointer, wintypes.UINT, ctypes.c_size_t, ctypes.c_ssize_t)
        user.GetMessageW.argtypes = (pointer, pointer, wintypes.UINT, wintypes.UINT)
        user.DispatchMessageW.argtypes = (pointer,)

        def procedure(window: int, message: int, first: int, second: int) -> int:
            if on_message(message, first):
                return 0
            return int(user.DefWindowProcW(window, message, first, second))

        self._procedure = _Procedure(procedure)  # kept for as long as Windows may call it
        name = f"{_NAME}{id(self)}"
        kind = _Class(lpfnWndProc=self._procedure, lpszClassName=name)
        user.RegisterClassW(ctypes.byref(kind))
        # No child of HWND_MESSAGE: those hear no broadcasts, of which sleep is one.
        self.handle = user.CreateWindowExW(0, name, name, 0, 0, 0, 0, 0, None, None, None, None)
        if not self.handle:
            raise NotPossibleHere(
                service=Phrase("A hidden window"), reason=Phrase("Windows refused it")
            )

    def pump(self) -> None:
        """Handles the messages that have come."""
        message = wintypes.MSG()
        while self._user.PeekMessageW(ctypes.byref(message), None, 0, 0, _REMOVE):
            self._user.DispatchMessageW(ctypes.byref(message))

    def wait(self) -> None:
        """Handles the next one."""
        message = wintypes.MSG()
        self._user.GetMessageW(ctypes.byref(message), None, 0, 0)
        self._user.DispatchMessageW(ctypes.byref(message))

    def post(self, message: int) -> None:
        """From any thread."""
        self._user.PostMessageW(self.handle, message, 0, 0)

    def close(self) -> None:
        self._user.DestroyWindow(self.handle)
