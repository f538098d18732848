"""Counts what the user presses, to know whether the caret is still where we left it.

Only the count is kept, never which keys they were. XInput tells of every key and button, and from
version 2.1 on also while another program has grabbed the keyboard or the mouse, as for a menu.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from Xlib import X
from Xlib.ext import ge, xinput

from dictation.errors import NoSuchKey, NotPossibleHere
from dictation.native.key_names import Combination, Modifier, parsed
from dictation.native.serving import ServingThread, Source
from dictation.native.x11 import CONNECTION_LOST, XDisplay, XEvent, close, connect
from dictation.native.x11_button import button
from dictation.native.x11_keyboard import Keyboard, keysym
from dictation.translation import Phrase

_SERVICE = Phrase("Knowing whether you have typed")
_VERSION = (2, 2)
_EVENTS = xinput.RawKeyPressMask | xinput.RawKeyReleaseMask | xinput.RawButtonPressMask
# XIRawEvent, behind the ten bytes that all generic events have: device, time, then which it is.
_DETAIL = struct.Struct("=HII")  # without padding, as it is on the wire


class InputWatch:
    """Counts from when it is built. Raises NotPossibleHere. Other methods raise DesktopGone."""

    def __init__(self, hotkeys: Sequence[str] = ()) -> None:
        """hotkeys: their names; they do not count, and may change. Modifiers never do."""
        self._names = hotkeys
        self._display = connect(_SERVICE)
        self._count = 0
        if _xinput_version(self._display) < _VERSION:
            close(self._display)
            raise NotPossibleHere(service=_SERVICE, reason=Phrase("the X server has no XInput 2.2"))
        self._display.screen().root.xinput_select_events([(xinput.AllMasterDevices, _EVENTS)])
        self._display.sync()
        self._keyboard = Keyboard(self._display)
        self._held = {code for code in range(256) if self._keyboard.is_down(code)}
        self._learn_layout()
        self._thread = ServingThread(
            "input",
            Source(
                self._display,
                is_pending=lambda: bool(self._display.pending_events()),
                serve=self._take_in,
                close=lambda: close(self._display),
                lost=CONNECTION_LOST,
            ),
        )

    def count(self) -> int:
        """Presses so far, up to this moment."""
        return self._thread.done(self._counted)

    def close(self) -> None:
        self._thread.end()

    def _counted(self) -> int:
        self._display.sync()
        self._take_in()
        return self._count

    def _take_in(self) -> None:
        while self._display.pending_events():
            self._note(self._display.next_event())

    def _note(self, event: XEvent) -> None:
        if event.type == X.MappingNotify:
            self._display.refresh_keyboard_mapping(event)
            self._learn_layout()
        elif event.type == ge.GenericEventCode:
            if self._known != tuple(self._names):
                self._learn_layout()
            _device, _time, detail = _DETAIL.unpack_from(event.data)
            if event.evtype == xinput.RawButtonPress:
                self._count += detail not in self._buttons
            elif event.evtype == xinput.RawKeyRelease:
                self._held.discard(detail)
            elif event.evtype == xinput.RawKeyPress:
                self._count += not self._is_silent(detail)
                self._held.add(detail)

    def _is_silent(self, keycode: int) -> bool:
        """A letter of a hotkey does type where its modifiers are not held."""
        return keycode in self._modifiers or any(
            keycode == code and all(self._held & codes for codes in held)
            for code, held in self._hotkeys
        )

    def _learn_layout(self) -> None:
        """Where the modifiers and the hotkeys are now."""
        self._known = tuple(self._names)
        self._buttons = {button(name) for name in self._known}
        self._modifiers = {code for row in self._display.get_modifier_mapping() for code in row}
        of_modifier = {modifier: self._keyboard.keycodes(modifier) for modifier in Modifier}
        self._hotkeys = [
            (self._keyboard.keycode(key), [of_modifier[modifier] for modifier in modifiers])
            for key, modifiers in _combinations(self._known)
        ]


def _xinput_version(display: XDisplay) -> tuple[int, int]:
    """The highest that both sides know, of which the server then speaks; (0, 0) for none."""
    if not display.has_extension("XInputExtension"):
        return (0, 0)
    major, minor = _VERSION
    answer = xinput.XIQueryVersion(
        display=display.display,
        opcode=display.display.get_extension_major(xinput.extname),
        major_version=major,
        minor_version=minor,
    )
    return (answer.major_version, answer.minor_version)


def _combinations(hotkeys: Iterable[str]) -> Iterable[tuple[int, frozenset[Modifier]]]:
    """Of those that are keys; of a name that no key has, the hotkey itself tells."""
    for name in hotkeys:
        try:
            combination: Combination = parsed(name)
            yield keysym(combination.key), combination.modifiers
        except NoSuchKey:
            continue
