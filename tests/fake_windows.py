"""What Windows does with the calls of ours, as its documentation has it. Not a Windows."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from dictation.native.windows_input import Flags, Input

WINDOW, FOCUS, INPUT_METHOD = 0x1_0000_0001, 0x1_0000_0002, 0x1_0000_0003
PROCESS = 4242
UNICODE_TEXT = 13


class FakeWindows:
    """Keeps a clipboard, a foreground window and what was sent; plays the focused program."""

    def __init__(self) -> None:
        self.program = r"C:\\Windows\\Notepad.exe"
        self.foreground = WINDOW
        self.is_elevated = {PROCESS: False, None: False}
        self.held: set[int] = set()
        self.sent: list[tuple[int, int, int]] = []
        self.batches: list[int] = []
        self.takes = 1_000_000  # strokes at once
        self.ime_open = 0
        self.ime_orders: list[tuple[int, int]] = []
        self.clipboard: dict[int, bytes | None] = {}
        self.owner = 0
        self.is_open = False
        self.is_locked = False
        self.hung: set[int] = set()
        self.pastes = True
        self.pasted: list[str] = []
        self.on_paste: Callable[[], None] = lambda: None
        self._memory: dict[int, Any] = {}
        self._procedures: dict[int, Callable[..., int]] = {}
        self._formats: dict[str, int] = {}
        self._pending: list[Callable[[], None]] = []
        self.user = SimpleNamespace(**{name: self._function(f"_{name}") for name in _USER.split()})
        self.kernel = SimpleNamespace(
            **{name: self._function(f"_{name}") for name in _KERNEL.split()}
        )
        self.advapi = SimpleNamespace(
            OpenProcessToken=self._function("_OpenProcessToken"),
            GetTokenInformation=self._function("_GetTokenInformation"),
        )
        self.imm = SimpleNamespace(ImmGetDefaultIMEWnd=lambda _window: INPUT_METHOD)

    @property
    def typed(self) -> str:
        """What a program makes of the units that went down."""
        units = [unit for key, unit, flags in self.sent if not key and not flags & Flags.UP]
        return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le")

    def copy(self, content: dict[int, bytes | None], owner: int = 99) -> None:
        """Another program does."""
        self.clipboard, self.owner = dict(content), owner

    def text(self) -> str:
        content = self.clipboard.get(UNICODE_TEXT) or b""
        return content.decode("utf-16-le").removesuffix("\0")

    def fetch(self) -> str:
        """Some program asks for the text."""
        if UNICODE_TEXT in self.clipboard and self.clipboard[UNICODE_TEXT] is None:
            self.is_open = True
            self._procedures[self.owner](self.owner, 0x305, UNICODE_TEXT, 0)
            self.is_open = False
        return self.text()

    def _function(self, name: str) -> Callable[..., Any]:
        method = getattr(self, name)

        def function(*arguments: Any) -> Any:  # whose argtypes can be set
            return method(*arguments)

        return function

    def _GetForegroundWindow(self) -> int:
        return self.foreground

    def _GetWindowThreadProcessId(self, _window: int, process: Any) -> int:
        if process is not None:
            process._obj.value = PROCESS
        return 7

    def _GetGUIThreadInfo(self, _thread: int, info: Any) -> int:
        info._obj.hwndFocus = FOCUS
        return 1

    def _GetAsyncKeyState(self, key: int) -> int:
        return -0x8000 if key in self.held else 0

    def _SendInput(self, count: int, batch: Any, size: int) -> int:
        assert size == ctypes.sizeof(Input)
        self.batches.append(count)
        down: set[int] = set()
        for place in list(batch)[: self.takes]:
            stroke = place.union.ki
            self.sent.append((stroke.wVk, stroke.wScan, stroke.dwFlags))
            if stroke.dwFlags & Flags.UP:
                self.held.discard(stroke.wVk)
                down.discard(stroke.wVk)
            elif stroke.wVk:
                down.add(stroke.wVk)
                if down == {0xA2, ord("V")} and self.pastes:
                    self._pending.append(self._paste)
        return min(count, self.takes)

    def _paste(self) -> None:
        self.pasted.append(self.fetch())
        self.on_paste()

    def _SendMessageTimeoutW(
        self, window: int, message: int, order: int, value: int, *rest: Any
    ) -> int:
        assert (window, message) == (INPUT_METHOD, 0x283)
        self.ime_orders.append((order, value))
        if order == 6:
            self.ime_open = value
        rest[-1]._obj.value = self.ime_open
        return 1

    def _OpenProcess(self, _rights: int, _inherited: int, process: int) -> int:
        return process

    def _GetCurrentProcess(self) -> int:
        return -1

    def _CloseHandle(self, _handle: Any) -> int:
        return 1

    def _QueryFullProcessImageNameW(
        self, _handle: int, _flags: int, path: Any, _length: Any
    ) -> int:
        path.value = self.program
        return 1

    def _OpenProcessToken(self, process: int, _rights: int, token: Any) -> int:
        token._obj.value = 1 if process == -1 else 2
        return 1

    def _GetTokenInformation(self, token: Any, _kind: int, value: Any, *_rest: Any) -> int:
        value._obj.value = self.is_elevated[None if token.value == 1 else PROCESS]
        return 1

    def _RegisterClassW(self, kind: Any) -> int:
        self._last_procedure = kind._obj.lpfnWndProc
        return 1

    def _CreateWindowExW(self, *_arguments: Any) -> int:
        handle = 500 + len(self._procedures)
        self._procedures[handle] = self._last_procedure
        return handle

    def _DestroyWindow(self, handle: int) -> int:
        if self.owner == handle and None in self.clipboard.values():
            self._procedures[handle](handle, 0x306, 0, 0)
        return 1

    def _DefWindowProcW(self, *_arguments: Any) -> int:
        return 0

    def _PeekMessageW(self, *_arguments: Any) -> int:
        while self._pending:
            self._pending.pop(0)()
        return 0

    def _DispatchMessageW(self, _message: Any) -> int:
        return 0

    def _GetMessageW(self, *_arguments: Any) -> int:
        return 0

    def _PostMessageW(self, *_arguments: Any) -> int:
        return 1

    def _RegisterClipboardFormatW(self, name: str) -> int:
        return self._formats.setdefault(name, 0xC000 + len(self._formats))

    def _OpenClipboard(self, window: int) -> int:
        if self.is_locked or self.is_open:
            return 0
        self._opener, self.is_open = window, True
        return 1

    def _CloseClipboard(self) -> int:
        self.is_open = False
        return 1

    def _EmptyClipboard(self) -> int:
        assert self.is_open
        self.clipboard, self.owner = {}, self._opener
        return 1

    def _GetClipboardOwner(self) -> int:
        return self.owner

    def _IsHungAppWindow(self, window: int) -> int:
        return window in self.hung

    def _EnumClipboardFormats(self, before: int) -> int:
        formats = [0, *self.clipboard]
        at = formats.index(before) + 1
        return formats[at] if at < len(formats) else 0

    def _GetClipboardData(self, format_: int) -> int:
        return self._kept(self.clipboard[format_] or b"")

    def _SetClipboardData(self, format_: int, memory: int | None) -> int:
        assert self.is_open
        self.clipboard[format_] = None if memory is None else self._memory[memory].raw
        return memory or 1

    def _kept(self, content: bytes) -> int:
        buffer = ctypes.create_string_buffer(content, len(content))
        self._memory[ctypes.addressof(buffer)] = buffer
        return ctypes.addressof(buffer)

    def _GlobalAlloc(self, _flags: int, size: int) -> int:
        return self._kept(bytes(size))

    def _GlobalLock(self, memory: int) -> int:
        return memory

    def _GlobalUnlock(self, _memory: int) -> int:
        return 1

    def _GlobalSize(self, memory: int) -> int:
        return len(self._memory[memory])

    def _GlobalFree(self, _memory: int) -> int:
        return 0


_USER = """
    GetForegroundWindow GetWindowThreadProcessId GetGUIThreadInfo GetAsyncKeyState SendInput
    SendMessageTimeoutW RegisterClassW CreateWindowExW DestroyWindow DefWindowProcW PeekMessageW
    DispatchMessageW GetMessageW PostMessageW RegisterClipboardFormatW OpenClipboard
    CloseClipboard EmptyClipboard GetClipboardOwner IsHungAppWindow EnumClipboardFormats
    GetClipboardData SetClipboardData
"""
_KERNEL = """
    OpenProcess GetCurrentProcess CloseHandle QueryFullProcessImageNameW GlobalAlloc GlobalLock
    GlobalUnlock GlobalSize GlobalFree
"""
