"""How macOS does each of the services. Never run where it was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dictation.native import macos_hook, macos_pasteboard
from dictation.native.contracts import ActiveWindow
from dictation.native.lending_typist import LendingTypist
from dictation.native.macos_desk import MacActiveWindow, MacDesk, frameworks
from dictation.native.macos_leaving import MacLeavingWatch
from dictation.native.pynput_hotkey import PynputHotkey, keyboard
from dictation.settings import AppRule


def hotkey(key: str) -> PynputHotkey:
    return PynputHotkey(macos_hook.MacHook(key, keyboard(), macos_hook.read))


def active_window() -> MacActiveWindow:
    appkit, _quartz = frameworks()
    return MacActiveWindow(appkit)


def typist(window: ActiveWindow, rules: Mapping[str, AppRule]) -> LendingTypist:
    appkit, quartz = frameworks()
    pasteboard = macos_pasteboard.MacPasteboard(appkit, macos_pasteboard.pump)
    return LendingTypist(window, MacDesk(quartz), pasteboard, rules)


def leaving(on_leave: Callable[[], None]) -> MacLeavingWatch:
    appkit, _quartz = frameworks()
    return MacLeavingWatch(appkit, on_leave)
