"""What a key that is pressed in a window is called in the settings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from dictation.native.key_names import Modifier

_K = Qt.Key
_MODIFIERS = {
    _K.Key_Control: Modifier.CTRL,
    _K.Key_Shift: Modifier.SHIFT,
    _K.Key_Alt: Modifier.ALT,
    _K.Key_Meta: Modifier.SUPER,
    _K.Key_Super_L: Modifier.SUPER,
    _K.Key_Super_R: Modifier.SUPER,
}
_HELD = {
    Modifier.CTRL: Qt.KeyboardModifier.ControlModifier,
    Modifier.SHIFT: Qt.KeyboardModifier.ShiftModifier,
    Modifier.ALT: Qt.KeyboardModifier.AltModifier,
    Modifier.SUPER: Qt.KeyboardModifier.MetaModifier,
}
# Qt lets Command stand for Ctrl there, and Ctrl for Meta.
_SWAPPED_ON_MACOS = {Modifier.CTRL: Modifier.SUPER, Modifier.SUPER: Modifier.CTRL}
_NAMES = {
    _K.Key_AltGr: "AltGr",
    _K.Key_Backspace: "Backspace",
    _K.Key_Backtab: "Tab",
    _K.Key_CapsLock: "Caps Lock",
    _K.Key_Delete: "Delete",
    _K.Key_Down: "Down",
    _K.Key_End: "End",
    _K.Key_Enter: "KP_Enter",
    _K.Key_Home: "Home",
    _K.Key_Insert: "Insert",
    _K.Key_Left: "Left",
    _K.Key_Menu: "Menu",
    _K.Key_Minus: "Minus",
    _K.Key_NumLock: "Num Lock",
    _K.Key_PageDown: "Page Down",
    _K.Key_PageUp: "Page Up",
    _K.Key_Pause: "Pause",
    _K.Key_Plus: "Plus",
    _K.Key_Print: "Print",
    _K.Key_Return: "Enter",
    _K.Key_Right: "Right",
    _K.Key_ScrollLock: "Scroll Lock",
    _K.Key_Space: "Space",
    _K.Key_Tab: "Tab",
    _K.Key_Up: "Up",
    # As X11 calls the keys of keyboards for music and offices.
    _K.Key_Calculator: "XF86Calculator",
    _K.Key_HomePage: "XF86HomePage",
    _K.Key_LaunchMail: "XF86Mail",
    _K.Key_MediaNext: "XF86AudioNext",
    _K.Key_MediaPlay: "XF86AudioPlay",
    _K.Key_MediaPrevious: "XF86AudioPrev",
    _K.Key_MediaStop: "XF86AudioStop",
    _K.Key_MicMute: "XF86AudioMicMute",
    _K.Key_Search: "XF86Search",
    _K.Key_Tools: "XF86Tools",
    _K.Key_VolumeDown: "XF86AudioLowerVolume",
    _K.Key_VolumeMute: "XF86AudioMute",
    _K.Key_VolumeUp: "XF86AudioRaiseVolume",
}
# Without one of these no text could be written, or mended.
_FOR_WRITING = frozenset({
    "Backspace", "Delete", "Down", "End", "Enter", "Home", "KP_Enter", "Left", "Minus",
    "Page Down", "Page Up", "Plus", "Right", "Space", "Tab", "Up",
})  # fmt: skip
_BUTTONS = {
    Qt.MouseButton.BackButton: "Mouse4",
    Qt.MouseButton.ForwardButton: "Mouse5",
}
_FIRST_DIGIT_SCAN = 10  # of X11, also told on Wayland: the keys 1 to 9 and 0 in a row
_DIGITS = "1234567890"
_RIGHT_SYMBOLS = frozenset({0xFFE2, 0xFFE4, 0xFFE8, 0xFFEA, 0xFFEC})  # Shift_R … Super_R of X11
_LEFT_SYMBOLS = frozenset(symbol - 1 for symbol in _RIGHT_SYMBOLS)
_RIGHT_PLACES = frozenset({0x3C, 0x3E, 0x3D, 0x36})  # of macOS
_WINDOWS_RIGHT_SHIFT, _WINDOWS_EXTENDED = 0x36, 0x100


def modifier(event: QKeyEvent) -> Modifier | None:
    """The modifier that this key holds; None if it is none."""
    return _here(_MODIFIERS.get(Qt.Key(event.key())))


def held(event: QKeyEvent) -> tuple[Modifier, ...]:
    """All modifiers that are held with the key, in the order in which they are written."""
    down = {_here(each) for each, bit in _HELD.items() if event.modifiers() & bit}
    return tuple(each for each in Modifier if each in down)


def lone_modifier(event: QKeyEvent, which: Modifier) -> str:
    """Its name if nothing is pressed with it: "Right Ctrl"."""
    side = _side(event, which)
    return f"{side} {which.value}" if side else which.value


def key(event: QKeyEvent) -> str | None:
    """The name of a key that is no modifier; None if it has none that can be saved."""
    number = event.key()
    is_keypad = bool(event.modifiers() & Qt.KeyboardModifier.KeypadModifier)
    if is_keypad and _K.Key_0 <= number <= _K.Key_9:
        return f"KP_{chr(number)}"
    if number in _NAMES:
        return _NAMES[Qt.Key(number)]
    if _K.Key_F1 <= number <= _K.Key_F35:
        return f"F{number - _K.Key_F1 + 1}"
    at = event.nativeScanCode() - _FIRST_DIGIT_SCAN
    is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if is_shifted and _is_x11_or_wayland() and 0 <= at < len(_DIGITS):
        return _DIGITS[at]  # Qt tells the sign above it
    if _K.Key_Space < number < _K.Key_Escape and chr(number).isprintable():
        return chr(number).upper()
    return None


def button(pressed: Qt.MouseButton) -> str | None:
    """The name of a side button of the mouse."""
    return _BUTTONS.get(pressed)


def is_for_writing(name: str) -> bool:
    """Whether somebody would miss that key, as each key that is ours reaches no program."""
    return len(name) == 1 or name in _FOR_WRITING


def _here(which: Modifier | None) -> Modifier | None:
    if which is not None and QGuiApplication.platformName() == "cocoa":
        return _SWAPPED_ON_MACOS.get(which, which)
    return which


def _side(event: QKeyEvent, which: Modifier) -> str:
    """Qt does not tell; the platform's own numbers do. Empty where they say nothing."""
    virtual, scan = event.nativeVirtualKey(), event.nativeScanCode()
    if _is_x11_or_wayland():
        known = {True: virtual in _RIGHT_SYMBOLS, False: virtual in _LEFT_SYMBOLS}
    elif QGuiApplication.platformName() == "cocoa":
        known = {True: virtual in _RIGHT_PLACES, False: virtual not in _RIGHT_PLACES}
    elif QGuiApplication.platformName() == "windows":
        is_shift = which is Modifier.SHIFT
        is_right = scan == _WINDOWS_RIGHT_SHIFT if is_shift else bool(scan & _WINDOWS_EXTENDED)
        known = {True: is_right, False: not is_right}
    else:
        return ""
    return "Right" if known[True] else "Left" if known[False] else ""


def _is_x11_or_wayland() -> bool:
    return QGuiApplication.platformName().startswith(("xcb", "wayland"))
