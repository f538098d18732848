"""Hears the hotkey through the X server: the press by a grab, the release by asking.

A passive grab gives us the key and hides it from the focused program. While it is active every
other key would come to us too, also those by which text is inserted during a hold; therefore we
let the keyboard go as soon as the press is here. The release then is not told to us, so it is
looked for while, and only while, the key is down. A press that follows a release faster than we
look counts as a repeat; no finger is that fast.
"""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Callable
from enum import Enum

from Xlib import XK, X, error

from dictation.errors import DictationError, HotkeyLost, HotkeyTaken, NoSuchKey
from dictation.native.contracts import Listeners
from dictation.native.key_names import Combination, parsed
from dictation.native.waker import Waker
from dictation.native.x11 import CONNECTION_LOST, XDisplay, XEvent, close, connect
from dictation.native.x11_keyboard import Keyboard, keysym
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_POLL_S = 0.012
_SERVICE = Phrase("A hotkey through the X server")


class X11Hotkey:
    """A global hotkey by XGrabKey. Raises NotPossibleHere, or NoSuchKey for its name."""

    def __init__(self, key: str) -> None:
        self._name = key
        self._combination = parsed(key)
        self._keysym = keysym(self._combination.key)
        self._listener: _Listener | None = None
        close(connect(_SERVICE))

    def start(self, listeners: Listeners) -> None:
        display = connect(_SERVICE)
        try:
            keys = _GrabbedKeys(display, self._keysym, self._combination)
            if not keys.hotkey_code():
                raise NoSuchKey(key=self._name)
            if not keys.take_hotkey():
                raise HotkeyTaken(key=self._name)
        except BaseException:
            close(display)
            raise
        self._listener = _Listener(display, keys, listeners)
        self._listener.start()
        logger.info("the hotkey %s is heard", self._name)

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        if self._listener is not None:
            self._listener.watch_escape(on_escape)

    def stop(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()


class KeyState(Enum):
    """Whether a key is down, as far as we have been told or have looked."""

    UP = "up"
    DOWN = "down"
    IGNORED = "ignored"
    """Down since before we listened: neither its repeats nor its release mean anything."""


class WatchedKey:
    """Makes one press and one release of all that is heard of a key while it is held."""

    def __init__(self, state: KeyState) -> None:
        self.state = state

    def heard(self) -> bool:
        """A press or a repeat has come: whether it is a press."""
        if self.state is not KeyState.UP:
            return False
        self.state = KeyState.DOWN
        return True

    def looked(self, *, is_down: bool) -> bool:
        """Somebody has looked at the key: whether that found the release of a press."""
        if is_down or self.state is KeyState.UP:
            return False
        was_told = self.state is KeyState.DOWN
        self.state = KeyState.UP
        return was_told


class _Grab:
    """One key, kept from all other programs in some states of the modifiers."""

    def __init__(self, display: XDisplay) -> None:
        self._display = display
        self.place: tuple[int, tuple[int, ...]] = (0, ())

    def take(self, keycode: int, states: tuple[int, ...]) -> bool:
        """False if another program has it; then nothing is grabbed."""
        self.place = (keycode, states)
        refusal = error.CatchError(error.BadAccess)
        for state in states:
            self._display.screen().root.grab_key(
                keycode,
                state,
                owner_events=False,
                pointer_mode=X.GrabModeAsync,
                keyboard_mode=X.GrabModeAsync,
                onerror=refusal,
            )
        self._display.sync()
        if refusal.get_error():
            self.release()
            return False
        return True

    def release(self) -> None:
        keycode, states = self.place
        for state in states:
            self._display.screen().root.ungrab_key(keycode, state)
        self._display.sync()
        self.place = (0, ())


class _GrabbedKeys:
    """The hotkey and Escape, wherever the present layout has them."""

    def __init__(self, display: XDisplay, key: int, combination: Combination) -> None:
        self._display = display
        self._keyboard = Keyboard(display)
        self._key = key
        self._combination = combination
        self.hotkey = _Grab(display)
        self.escape = _Grab(display)
        self._silenced = 0

    def hotkey_code(self) -> int:
        return self._keyboard.keycode(self._key)

    def escape_code(self) -> int:
        return self._keyboard.keycode(XK.XK_Escape)

    def take_hotkey(self) -> bool:
        if not self.hotkey.take(*self._hotkey_place()):
            return False
        self._silence()
        return True

    def take_escape(self) -> None:
        if not self.escape.take(*self._escape_place()):
            logger.warning("another program has taken Escape")

    def follow_layout(self) -> None:
        """After a change of the layout: grabs the keys where they are now."""
        if self.hotkey.place != self._hotkey_place():
            self.hotkey.release()
            self._let_repeat()
            if not self.hotkey_code():
                logger.warning("the hotkey is on no key of the present layout")
            elif not self.take_hotkey():
                logger.warning("another program has taken the hotkey's new place")
        if self.escape.place[0] and self.escape.place != self._escape_place():
            self.escape.release()
            self.take_escape()

    def release(self) -> None:
        self._let_repeat()
        self.hotkey.release()
        self.escape.release()

    def _silence(self) -> None:
        """Switches the hotkey's repeats off: each would grab the keyboard anew for a moment, and
        a letter or paste that is sent in that moment would be lost. The server looks at this only
        when a key goes down, so it holds until we stop; therefore not for a letter that the user
        also types.
        """
        code = self.hotkey_code()
        repeats = self._display.get_keyboard_control().auto_repeats
        if not self._combination.modifiers and repeats[code >> 3] >> (code & 7) & 1:
            self._set_repeats(code, X.AutoRepeatModeOff)
            self._silenced = code

    def _let_repeat(self) -> None:
        if self._silenced:
            self._set_repeats(self._silenced, X.AutoRepeatModeOn)
            self._silenced = 0

    def _set_repeats(self, code: int, mode: int) -> None:
        self._display.change_keyboard_control(key=code, auto_repeat_mode=mode)
        self._display.sync()

    def is_down(self, keycode: int) -> bool:
        return self._keyboard.is_down(keycode)

    def _hotkey_place(self) -> tuple[int, tuple[int, ...]]:
        return self.hotkey_code(), self._states(self._held_bits())

    def _escape_place(self) -> tuple[int, tuple[int, ...]]:
        # Escape is pressed while the hotkey is held as well, which then may count as a modifier.
        held = self._held_bits() | self._keyboard.own_bit(self.hotkey_code())
        return self.escape_code(), self._states(0, held)

    def _held_bits(self) -> int:
        return sum(self._keyboard.bit(modifier) for modifier in self._combination.modifiers)

    def _states(self, *held: int) -> tuple[int, ...]:
        locks = self._keyboard.lock_variants()
        return tuple(sorted({bits | lock for bits in held for lock in locks}))


class _Listener(threading.Thread):
    """The hotkey's thread: owns the connection, and calls the listeners."""

    def __init__(
        self,
        display: XDisplay,
        keys: _GrabbedKeys,
        listeners: Listeners,
    ) -> None:
        super().__init__(name="hotkey", daemon=True)
        self._display = display
        self._keys = keys
        self._listeners = listeners
        self._on_escape: Callable[[], None] | None = None
        self._escape_is_wanted = False
        down = keys.is_down(keys.hotkey_code())
        self._hotkey = WatchedKey(KeyState.IGNORED if down else KeyState.UP)
        self._escape = WatchedKey(KeyState.UP)
        self._waker = Waker()
        self._stopping = False

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        self._on_escape = on_escape
        self._waker.wake()

    def stop(self) -> None:
        self._stopping = True
        self._waker.wake()
        if threading.current_thread() is not self:
            self.join()

    def run(self) -> None:
        try:
            while not self._stopping:
                self._step()
            self._keys.release()
        except CONNECTION_LOST as failure:
            logger.warning("the hotkey is no longer heard: %s", failure)
            self._lose(HotkeyLost(reason=str(failure)))
        except Exception as failure:  # the thread's boundary: nobody else would ever hear of it
            logger.exception("the hotkey is no longer heard")
            self._lose(HotkeyLost(reason=type(failure).__name__))
        finally:
            close(self._display)
            self._waker.close()

    def _lose(self, failure: DictationError) -> None:
        if self._stopping:
            return
        if self._hotkey.looked(is_down=False):
            self._listeners.released()  # nobody could end what it began any more
        self._listeners.lost(failure)

    def _step(self) -> None:
        self._hear_all()
        self._grab_escape_while_watched()
        self._look()
        # Requests above may have brought events with their replies: those wake no select.
        if self._display.pending_events():
            return
        held = {self._hotkey.state, self._escape.state} != {KeyState.UP}
        select.select([self._display, self._waker], [], [], _POLL_S if held else None)
        self._waker.hear()

    def _hear_all(self) -> None:
        layout_changed = False
        while self._display.pending_events() and not self._stopping:
            event = self._display.next_event()
            if event.type == X.KeyPress:
                self._hear(event)
            elif event.type == X.MappingNotify:
                self._display.refresh_keyboard_mapping(event)
                layout_changed = True
        if layout_changed:
            self._keys.follow_layout()

    def _hear(self, event: XEvent) -> None:
        if event.detail == self._keys.hotkey.place[0]:
            self._display.ungrab_keyboard(X.CurrentTime)
            self._display.sync()  # so that whoever is told can type at once
            if self._hotkey.heard():
                self._listeners.pressed()
        elif event.detail == self._keys.escape_code() and self._escape.heard():
            # The grab stays until Escape is up again, so that its repeats are swallowed too.
            on_escape = self._on_escape
            if on_escape is not None:
                on_escape()

    def _look(self) -> None:
        if self._hotkey.state is not KeyState.UP:
            is_down = self._keys.is_down(self._keys.hotkey.place[0])
            if self._hotkey.looked(is_down=is_down) and not self._stopping:
                self._listeners.released()
        if self._escape.state is not KeyState.UP:
            self._escape.looked(is_down=self._keys.is_down(self._keys.escape_code()))

    def _grab_escape_while_watched(self) -> None:
        is_wanted = self._on_escape is not None
        if is_wanted is self._escape_is_wanted:
            return
        self._escape_is_wanted = is_wanted
        if is_wanted:
            self._keys.take_escape()
        else:
            self._keys.escape.release()
