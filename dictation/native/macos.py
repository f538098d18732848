"""What macOS offers today: pynput's hotkey, and the clipboard. Not tested where written."""

from __future__ import annotations

from dictation.native.copying import ClipboardCommand, CopyingTypist
from dictation.native.pynput_hotkey import PynputHotkey


def hotkey(key: str) -> PynputHotkey:
    return PynputHotkey(key)


def typist() -> CopyingTypist:
    return CopyingTypist(ClipboardCommand(["pbcopy"]))
