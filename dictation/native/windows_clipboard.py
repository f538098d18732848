"""Windows' clipboard, lent for one paste. Never run where it was written.

The text is promised, not put there: Windows asks our window for it when a program wants it. The
marks beside it keep it out of the clipboard history and the cloud. What is there belongs to us as
long as our window is its owner; a copy by anybody else ends that, so that it wins.
"""

from __future__ import annotations

import ctypes
import logging
import time
from collections.abc import Iterable
from ctypes import wintypes
from typing import Any

from dictation.errors import NoClipboard
from dictation.native.windows_desk import Libraries
from dictation.native.windows_window import HiddenWindow
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

UNICODE_TEXT = 13
_RENDER_FORMAT, _RENDER_ALL = 0x305, 0x306  # messages
_MOVEABLE = 0x2  # memory, as the clipboard wants it
_OPEN_S = 0.5  # for another program to let go of it
_TICK_S = 0.01
_MOST_BYTES = 16 * 1024 * 1024
# With what Windows makes of them by itself.
_SYNTHESISED = {UNICODE_TEXT: (1, 7, 16), 17: (2, 8), 8: (2, 17)}
# Handles of drawings, not of memory; and what only its owner can draw.
_NO_MEMORY = {2, 3, 9, 14, 0x80, 0x81, 0x82, 0x83, 0x8E, *range(0x300, 0x400)}
_MARKS = {
    "ExcludeClipboardContentFromMonitorProcessing": b"\0\0\0\0",
    "CanIncludeInClipboardHistory": b"\0\0\0\0",
    "CanUploadToCloudClipboard": b"\0\0\0\0",
}


def worth_keeping(formats: Iterable[int]) -> list[int]:
    """Those that together keep the content: Windows makes the others again."""
    listed = list(formats)
    made = {
        format_
        for at, source in enumerate(listed)
        for format_ in _SYNTHESISED.get(source, ())
        # They are listed in the order of their owner, and what is made of them behind.
        if format_ in listed[at + 1 :]
    }
    return [format_ for format_ in listed if format_ not in made | _NO_MEMORY]


class WindowsClipboard:
    """Belongs to one thread, the one that builds it."""

    def __init__(self, libraries: Libraries) -> None:
        self._user, self._kernel = libraries.user, libraries.kernel
        self._declare()
        self._window = HiddenWindow(libraries, self._on_message)
        self._marks = {
            self._user.RegisterClipboardFormatW(name): content for name, content in _MARKS.items()
        }
        self._before: dict[int, bytes] = {}
        self._text = ""
        self._is_fetched = False

    def lend(self, text: str) -> bool:
        if not self._opened():
            return False
        try:
            self._before = self._content()
            self._text, self._is_fetched = text, False
            self._user.EmptyClipboard()
            self._user.SetClipboardData(UNICODE_TEXT, None)
            for format_, content in self._marks.items():
                self._put(format_, content)
        finally:
            self._user.CloseClipboard()
        return True

    def wait_for_fetch(self, patience_s: float) -> bool:
        until_s = time.monotonic() + patience_s
        while not self._is_fetched and time.monotonic() < until_s:
            self._window.pump()
            time.sleep(_TICK_S)
        return self._is_fetched

    def give_back(self, quiet_s: float) -> None:
        until_s = time.monotonic() + quiet_s
        while time.monotonic() < until_s:
            self._window.pump()
            time.sleep(_TICK_S)
        if not self._opened():
            logger.warning("the clipboard could not be restored: another program holds it")
            return
        try:
            if self._user.GetClipboardOwner() == self._window.handle:
                self._user.EmptyClipboard()
                for format_, content in self._before.items():
                    self._put(format_, content)
        finally:
            self._user.CloseClipboard()
            self._before = {}

    def __call__(self, text: str) -> None:
        if not self._opened():
            raise NoClipboard(reason=Phrase("another program holds it"))
        try:
            self._user.EmptyClipboard()
            self._put(UNICODE_TEXT, _bytes(text))
        finally:
            self._user.CloseClipboard()

    def close(self) -> None:
        self._window.close()

    def _on_message(self, message: int, format_: int) -> bool:
        """Whether it was one of ours. The clipboard is open already when it is asked for text."""
        if message == _RENDER_FORMAT and format_ == UNICODE_TEXT:
            self._put(UNICODE_TEXT, _bytes(self._text))
            self._is_fetched = True
            return True
        if message == _RENDER_ALL and self._opened():  # our window goes
            if self._user.GetClipboardOwner() == self._window.handle:
                self._put(UNICODE_TEXT, _bytes(self._text))
            self._user.CloseClipboard()
            return True
        return False

    def _opened(self) -> bool:
        until_s = time.monotonic() + _OPEN_S
        while not self._user.OpenClipboard(self._window.handle):
            if time.monotonic() > until_s:
                return False
            time.sleep(_TICK_S)
        return True

    def _content(self) -> dict[int, bytes]:
        """Of the open clipboard; nothing from an owner that hangs, who would hang us too."""
        owner = self._user.GetClipboardOwner()
        if owner and self._user.IsHungAppWindow(owner):
            logger.warning("what the clipboard held is lost: its owner does not answer")
            return {}
        formats, format_ = [], 0
        while format_ := self._user.EnumClipboardFormats(format_):
            formats.append(format_)
        kept: dict[int, bytes] = {}
        left = _MOST_BYTES
        for format_ in worth_keeping(formats):
            content = self._got(format_)
            if content is not None and len(content) <= left:
                kept[format_] = content
                left -= len(content)
        return kept

    def _got(self, format_: int) -> bytes | None:
        memory = self._user.GetClipboardData(format_)
        place = self._kernel.GlobalLock(memory) if memory else None
        if not place:
            return None
        try:
            return ctypes.string_at(place, self._kernel.GlobalSize(memory))
        finally:
            self._kernel.GlobalUnlock(memory)

    def _put(self, format_: int, content: bytes) -> None:
        memory = self._kernel.GlobalAlloc(_MOVEABLE, len(content) or 1)
        if not memory:
            return
        ctypes.memmove(self._kernel.GlobalLock(memory), content, len(content))
        self._kernel.GlobalUnlock(memory)
        if not self._user.SetClipboardData(format_, memory):  # else it is the system's now
            self._kernel.GlobalFree(memory)

    def _declare(self) -> None:
        pointer = ctypes.c_void_p
        functions: tuple[tuple[Any, tuple[Any, ...], Any], ...] = (
            (self._user.OpenClipboard, (pointer,), wintypes.BOOL),
            (self._user.GetClipboardOwner, (), pointer),
            (self._user.IsHungAppWindow, (pointer,), wintypes.BOOL),
            (self._user.EnumClipboardFormats, (wintypes.UINT,), wintypes.UINT),
            (self._user.GetClipboardData, (wintypes.UINT,), pointer),
            (self._user.SetClipboardData, (wintypes.UINT, pointer), pointer),
            (self._user.RegisterClipboardFormatW, (wintypes.LPCWSTR,), wintypes.UINT),
            (self._kernel.GlobalAlloc, (wintypes.UINT, ctypes.c_size_t), pointer),
            (self._kernel.GlobalLock, (pointer,), pointer),
            (self._kernel.GlobalUnlock, (pointer,), wintypes.BOOL),
            (self._kernel.GlobalSize, (pointer,), ctypes.c_size_t),
            (self._kernel.GlobalFree, (pointer,), pointer),
        )
        for function, arguments, result in functions:
            function.argtypes, function.restype = arguments, result


def _bytes(text: str) -> bytes:
    """As CF_UNICODETEXT has it, with its lines and its end."""
    return text.replace("\n", "\r\n").encode("utf-16-le") + b"\0\0"
