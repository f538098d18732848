"""macOS' keyboard, and the program that has the focus. Never run where it was written.

Through the frameworks that pynput brings with it, and Carbon by ctypes, which alone knows what the
present layout prints on a key.
"""

from __future__ import annotations

import ctypes
import time
from typing import Any

from dictation.errors import DictationError, KeysForbidden, NotPossibleHere
from dictation.native import macos_keys
from dictation.native.contracts import Target
from dictation.native.key_names import Combination, Modifier
from dictation.native.macos_hook import MARK, USER_FIELD
from dictation.translation import Phrase

_CARBON = "/System/Library/Frameworks/Carbon.framework/Carbon"
_COMMAND_HELD = 1  # as UCKeyTranslate counts modifiers
_DISPLAY, _NO_DEAD_KEYS = 3, 1
_SIGNS = 4
_TICK_S = 0.01
_FLAGS = {
    Modifier.SHIFT: 1 << 17,
    Modifier.CTRL: 1 << 18,
    Modifier.ALT: 1 << 19,
    Modifier.SUPER: 1 << 20,
}
_ANY_FLAG = sum(_FLAGS.values())
_SESSION_STATE, _SESSION_TAP = 0, 1


def frameworks() -> tuple[Any, Any]:
    """AppKit and Quartz. Raises NotPossibleHere."""
    try:
        import AppKit
        import Quartz
    except ImportError as error:
        raise NotPossibleHere(service=Phrase("Pasting on macOS"), reason=str(error)) from error
    return AppKit, Quartz


class MacActiveWindow:
    """Knows the program in front, by its bundle's name."""

    def __init__(self, appkit: Any) -> None:
        self._workspace = appkit.NSWorkspace.sharedWorkspace()

    def target(self) -> Target | None:
        program = self._workspace.frontmostApplication()
        if program is None:
            return None
        name = program.bundleIdentifier() or program.localizedName() or ""
        process = int(program.processIdentifier())
        return Target(process, str(name).lower(), process)


class MacDesk:
    """Presses keys as the window server's own events."""

    pastes = "Cmd+V"
    can_type = False

    def __init__(self, quartz: Any) -> None:
        self._quartz = quartz
        self._carbon = _carbon()
        self._source = quartz.CGEventSourceCreate(_SESSION_STATE)

    def obstacle(self, _here: Target) -> DictationError | None:
        return None if _is_trusted() else KeysForbidden()

    def free_modifiers(self, patience_s: float) -> None:
        """Each event of ours says itself which modifiers are held; the user's matter to none."""
        until_s = time.monotonic() + patience_s
        held = self._quartz.CGEventSourceFlagsState
        while held(_SESSION_STATE) & _ANY_FLAG and time.monotonic() < until_s:
            time.sleep(_TICK_S)

    def should_type(self, _text: str, _app: str) -> bool:
        return False

    def type(self, _text: str) -> bool:
        return False

    def press(self, combination: Combination) -> bool:
        printed = _Layout(self._carbon).printed
        place = (
            macos_keys.place_of(combination.key, printed)
            if len(combination.key) == 1
            else macos_keys.code(combination.key)
        )
        if place is None:
            return False
        flags = sum(_FLAGS[modifier] for modifier in combination.modifiers)
        for is_down in (True, False):
            event = self._quartz.CGEventCreateKeyboardEvent(self._source, place, is_down)
            self._quartz.CGEventSetFlags(event, flags)
            self._quartz.CGEventSetIntegerValueField(event, USER_FIELD, MARK)
            self._quartz.CGEventPost(_SESSION_TAP, event)
        return True


class _Layout:
    """The present keyboard layout."""

    def __init__(self, carbon: Any) -> None:
        self._carbon = carbon
        source = carbon.TISCopyCurrentKeyboardLayoutInputSource()
        name = ctypes.c_void_p.in_dll(carbon, "kTISPropertyUnicodeKeyLayoutData")
        content = carbon.TISGetInputSourceProperty(source, name) if source else None
        self._table = carbon.CFDataGetBytePtr(content) if content else None

    def printed(self, place: int) -> str:
        """What that key gives while Command is held; empty where that is not known."""
        if not self._table:
            return ""
        dead, length = ctypes.c_uint32(), ctypes.c_ulong()
        signs = (ctypes.c_uint16 * _SIGNS)()
        self._carbon.UCKeyTranslate(
            self._table,
            place,
            _DISPLAY,
            _COMMAND_HELD,
            self._carbon.LMGetKbdType(),
            _NO_DEAD_KEYS,
            ctypes.byref(dead),
            _SIGNS,
            ctypes.byref(length),
            signs,
        )
        return "".join(map(chr, signs[: length.value])).lower()


def _is_trusted() -> bool:
    import HIServices

    return bool(HIServices.AXIsProcessTrusted())


def _carbon() -> Any:
    carbon: Any = ctypes.CDLL(_CARBON)
    pointer = ctypes.c_void_p
    carbon.TISCopyCurrentKeyboardLayoutInputSource.restype = pointer
    carbon.TISGetInputSourceProperty.argtypes = (pointer, pointer)
    carbon.TISGetInputSourceProperty.restype = pointer
    carbon.CFDataGetBytePtr.argtypes = (pointer,)
    carbon.CFDataGetBytePtr.restype = pointer
    carbon.LMGetKbdType.restype = ctypes.c_uint8
    carbon.UCKeyTranslate.argtypes = (
        pointer,
        ctypes.c_uint16,
        ctypes.c_uint16,
        ctypes.c_uint32,
        ctypes.c_uint32,
        ctypes.c_uint32,
        pointer,
        ctypes.c_ulong,
        pointer,
        pointer,
    )
    return carbon
