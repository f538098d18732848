"""Windows' keyboard, and its window that has the focus. Never run where it was written."""

from __future__ import annotations

import contextlib
import ctypes
import time
from collections.abc import Iterator
from ctypes import wintypes
from pathlib import PureWindowsPath
from typing import Any

from dictation.errors import DictationError, OutOfReach
from dictation.native import windows_input, windows_keys
from dictation.native.contracts import Target
from dictation.native.key_names import Combination
from dictation.native.windows_input import Input, Stroke

_QUERY_LIMITED = 0x1000  # of a process
_TOKEN_QUERY, _TOKEN_ELEVATION = 0x8, 20
_IME_CONTROL, _GET_OPEN, _SET_OPEN = 0x283, 5, 6
_ABORT_IF_HUNG, _IME_MS = 0x2, 200
_LONGEST_PATH = 32_768
_TICK_S = 0.01


class _GuiThreadInfo(ctypes.Structure):
    """GUITHREADINFO."""

    _fields_ = (
        ("cbSize", wintypes.DWORD),
        ("flags", wintypes.DWORD),
        ("hwndActive", wintypes.HWND),
        ("hwndFocus", wintypes.HWND),
        ("hwndCapture", wintypes.HWND),
        ("hwndMenuOwner", wintypes.HWND),
        ("hwndMoveSize", wintypes.HWND),
        ("hwndCaret", wintypes.HWND),
        ("rcCaret", wintypes.RECT),
    )


class Libraries:
    """Windows' own, with the types of what is called. Handles are pointers: an int is too short."""

    def __init__(self) -> None:
        # CDLL: there is one calling convention on every Windows of 64 bits.
        self.user: Any = ctypes.CDLL("user32")
        self.kernel: Any = ctypes.CDLL("kernel32")
        self.imm: Any = ctypes.CDLL("imm32")
        self.advapi: Any = ctypes.CDLL("advapi32")
        pointer, number = ctypes.c_void_p, wintypes.DWORD
        self.user.GetForegroundWindow.restype = pointer
        self.user.GetWindowThreadProcessId.argtypes = (pointer, ctypes.POINTER(number))
        self.user.GetWindowThreadProcessId.restype = number
        self.user.GetGUIThreadInfo.argtypes = (number, ctypes.POINTER(_GuiThreadInfo))
        self.user.GetAsyncKeyState.argtypes = (ctypes.c_int,)
        self.user.GetAsyncKeyState.restype = ctypes.c_short
        self.user.SendInput.argtypes = (wintypes.UINT, ctypes.POINTER(Input), ctypes.c_int)
        self.user.SendInput.restype = wintypes.UINT
        self.user.SendMessageTimeoutW.argtypes = (
            pointer,
            wintypes.UINT,
            ctypes.c_size_t,
            ctypes.c_ssize_t,
            wintypes.UINT,
            wintypes.UINT,
            ctypes.POINTER(ctypes.c_size_t),
        )
        self.user.SendMessageTimeoutW.restype = ctypes.c_ssize_t
        self.imm.ImmGetDefaultIMEWnd.argtypes = (pointer,)
        self.imm.ImmGetDefaultIMEWnd.restype = pointer
        self.kernel.OpenProcess.argtypes = (number, wintypes.BOOL, number)
        self.kernel.OpenProcess.restype = pointer
        self.kernel.GetCurrentProcess.restype = pointer
        self.kernel.CloseHandle.argtypes = (pointer,)
        self.kernel.QueryFullProcessImageNameW.argtypes = (
            pointer,
            number,
            wintypes.LPWSTR,
            ctypes.POINTER(number),
        )
        self.advapi.OpenProcessToken.argtypes = (pointer, number, ctypes.POINTER(pointer))
        self.advapi.GetTokenInformation.argtypes = (
            pointer,
            ctypes.c_int,
            pointer,
            number,
            ctypes.POINTER(number),
        )


class WindowsActiveWindow:
    """Knows the foreground window, and its program by the name of its file."""

    def __init__(self, libraries: Libraries) -> None:
        self._libraries = libraries

    def target(self) -> Target | None:
        window = self._libraries.user.GetForegroundWindow()
        if not window:
            return None
        process = wintypes.DWORD()
        self._libraries.user.GetWindowThreadProcessId(window, ctypes.byref(process))
        return Target(window, self._program(process.value), process.value)

    def _program(self, process: int) -> str:
        kernel = self._libraries.kernel
        handle = kernel.OpenProcess(_QUERY_LIMITED, 0, process)
        if not handle:
            return ""
        path = ctypes.create_unicode_buffer(_LONGEST_PATH)
        length = wintypes.DWORD(_LONGEST_PATH)
        is_known = kernel.QueryFullProcessImageNameW(handle, 0, path, ctypes.byref(length))
        kernel.CloseHandle(handle)
        return PureWindowsPath(path.value).stem.lower() if is_known else ""


class WindowsDesk:
    """Presses keys in batches."""

    pastes = "Ctrl+V"
    can_type = True

    def __init__(self, libraries: Libraries) -> None:
        self._libraries = libraries

    def obstacle(self, here: Target) -> DictationError | None:
        """Windows drops the keys of a plain program for one with more rights, and says nothing."""
        is_above = self._is_elevated(here.process) and not self._is_elevated(None)
        return OutOfReach(app=here.app) if is_above else None

    def free_modifiers(self, patience_s: float) -> None:
        until_s = time.monotonic() + patience_s
        while (held := self._held()) and time.monotonic() < until_s:
            time.sleep(_TICK_S)
        self._send(windows_input.letting_go(held))

    def should_type(self, text: str, app: str) -> bool:
        return windows_input.should_type(text, app)

    def type(self, text: str) -> bool:
        with self._input_method_closed():
            return self._send(windows_input.text_strokes(text))

    def press(self, combination: Combination) -> bool:
        strokes = windows_input.chord_strokes(combination)
        return bool(strokes) and self._send(strokes)

    def _send(self, strokes: list[Stroke]) -> bool:
        batch = windows_input.packed(strokes)
        sent = self._libraries.user.SendInput(len(strokes), batch, ctypes.sizeof(Input))
        return bool(sent == len(strokes))

    def _held(self) -> list[int]:
        is_down = self._libraries.user.GetAsyncKeyState
        return [key for key in windows_keys.MODIFIERS if is_down(key) & 0x8000]

    @contextlib.contextmanager
    def _input_method_closed(self) -> Iterator[None]:
        """An open one takes what is typed for the beginning of something else."""
        window = self._input_method()
        if window is None or not self._asked(window, _GET_OPEN, 0):
            yield
            return
        self._asked(window, _SET_OPEN, 0)
        try:
            yield
        finally:
            self._asked(window, _SET_OPEN, 1)

    def _input_method(self) -> int | None:
        user = self._libraries.user
        thread = user.GetWindowThreadProcessId(user.GetForegroundWindow(), None)
        info = _GuiThreadInfo(cbSize=ctypes.sizeof(_GuiThreadInfo))
        if not user.GetGUIThreadInfo(thread, ctypes.byref(info)) or not info.hwndFocus:
            return None
        window = self._libraries.imm.ImmGetDefaultIMEWnd(info.hwndFocus)
        return int(window) if window else None

    def _asked(self, window: int, order: int, value: int) -> int:
        """0 from one that hangs."""
        answer = ctypes.c_size_t()
        self._libraries.user.SendMessageTimeoutW(
            window, _IME_CONTROL, order, value, _ABORT_IF_HUNG, _IME_MS, ctypes.byref(answer)
        )
        return answer.value

    def _is_elevated(self, process: int | None) -> bool:
        """process: None: ours. One that tells us nothing has more rights than we."""
        libraries = self._libraries
        if process is None:
            handle = libraries.kernel.GetCurrentProcess()
        else:
            handle = libraries.kernel.OpenProcess(_QUERY_LIMITED, 0, process)
        token = ctypes.c_void_p()
        if not libraries.advapi.OpenProcessToken(handle, _TOKEN_QUERY, ctypes.byref(token)):
            libraries.kernel.CloseHandle(handle)
            return True
        elevated, length = wintypes.DWORD(), wintypes.DWORD()
        libraries.advapi.GetTokenInformation(
            token,
            _TOKEN_ELEVATION,
            ctypes.byref(elevated),
            ctypes.sizeof(elevated),
            ctypes.byref(length),
        )
        libraries.kernel.CloseHandle(token)
        libraries.kernel.CloseHandle(handle)
        return bool(elevated.value)
