"""What Windows offers today: pynput's hotkey, and the clipboard. Not tested where written."""

from __future__ import annotations

from dictation.native.copying import ClipboardCommand, CopyingTypist
from dictation.native.pynput_hotkey import PynputHotkey


def hotkey(key: str) -> PynputHotkey:
    return PynputHotkey(key)


def typist() -> CopyingTypist:
    # clip.exe takes UTF-16 with a byte order mark, and anything else for the old code page.
    return CopyingTypist(ClipboardCommand(["clip"], encoding="utf-16"))
