"""How Windows does each of the services. Never run where it was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dictation.native.contracts import ActiveWindow
from dictation.native.lending_typist import LendingTypist
from dictation.native.pynput_hotkey import PynputHotkey, keyboard
from dictation.native.windows_clipboard import WindowsClipboard
from dictation.native.windows_desk import Libraries, WindowsActiveWindow, WindowsDesk
from dictation.native.windows_hook import WindowsHook
from dictation.native.windows_leaving import WindowsLeavingWatch
from dictation.settings import AppRule


def hotkey(key: str) -> PynputHotkey:
    return PynputHotkey(WindowsHook(key, keyboard()))


def active_window() -> WindowsActiveWindow:
    return WindowsActiveWindow(Libraries())


def typist(window: ActiveWindow, rules: Mapping[str, AppRule]) -> LendingTypist:
    libraries = Libraries()
    return LendingTypist(window, WindowsDesk(libraries), WindowsClipboard(libraries), rules)


def leaving(on_leave: Callable[[], None]) -> WindowsLeavingWatch:
    watch = WindowsLeavingWatch(on_leave)
    watch.start()
    return watch
