"""Types text key by key, with characters lent to the keycodes that the keyboard does not use.

For programs that paste nothing. The map of the keyboard is changed for a piece of the text at a
time: a program must have read the change before its keys come, and the keys before the next
change. Where the window answers pings, that is known; where it does not, time has to do, and
whether all of it arrived cannot be told.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from Xlib import XK, X
from Xlib.ext import xtest

from dictation.errors import (
    DictationError,
    FocusMoved,
    KeysHeld,
    NoSpareKeys,
    NotConfirmed,
    NotTaking,
    TypedInPart,
)
from dictation.native.chunks import chunks
from dictation.native.contracts import Target
from dictation.native.x11 import CONNECTION_LOST, close, connect
from dictation.native.x11_keyboard import KeySender
from dictation.native.x11_ping import Pinger
from dictation.native.x11_spare_keys import SpareKeys
from dictation.speech import Outcome
from dictation.translation import Phrase

_SERVICE = Phrase("Typing into other programs")
_MOST_AT_ONCE = 200  # keys, before the program is asked whether it follows


@dataclass(frozen=True, slots=True)
class Pace:
    """How long each step may take, in seconds."""

    answer_s: float = 2.0
    """For a program to read what was sent to it; one that takes longer hangs."""
    settle_s: float = 0.1
    """For a program that answers no pings to read the changed map."""
    read_s: float = 0.3
    """For such a program to read its keys; a busy machine took 0.2 s."""
    modifiers_s: float = 0.8
    """For the user to let go the modifier keys."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What became of a text."""

    outcome: Outcome
    presses: int
    """Keys that were pressed, those of modifiers not counted."""
    reason: DictationError | None = None


class X11Typing:
    """Holds a connection of its own. Raises NotPossibleHere."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._display = connect(_SERVICE)
        try:
            self._keys = KeySender(self._display, _SERVICE)
        except BaseException:
            close(self._display)
            raise

    def close(self) -> None:
        close(self._display)

    def type(self, text: str, here: Target, where: Callable[[], Target | None]) -> Typed:
        """Types it into that window for as long as it is the one that has the focus.

        where: which one has it now. The keyboard is as it was when this returns. Raises what the
        X server raises.
        """
        pinger, spare = Pinger(self._display, here.window), SpareKeys(self._display)
        done = 0
        try:
            with self._caps_lock_off():
                done, stopped = self._typed(text, here, where, pinger, spare)
        finally:
            with contextlib.suppress(*CONNECTION_LOST):
                spare.give_back()
                pinger.close()
        if stopped is not None and 0 < done < len(text):
            stopped = TypedInPart(done=done, total=len(text), reason=str(stopped).rstrip(".。"))
        if stopped is not None:
            return Typed(Outcome.FAILED, done, stopped)
        if not pinger.is_possible:
            return Typed(Outcome.UNVERIFIED, done, NotConfirmed())
        return Typed(Outcome.DELIVERED, done)

    def _typed(
        self,
        text: str,
        here: Target,
        where: Callable[[], Target | None],
        pinger: Pinger,
        spare: SpareKeys,
    ) -> tuple[int, DictationError | None]:
        """How many characters were sent, and why no more."""
        if not len(spare):
            return 0, NoSpareKeys()
        done = 0
        for part in _steps(text, len(spare)):
            # A program that hangs gets no more: it would have it when nobody expects it any more.
            codes = spare.lend(part)
            reason: DictationError | None = None
            if not self._is_read(pinger, self._pace.settle_s):
                reason = NotTaking()
            elif not self._keys.free_modifiers(self._pace.modifiers_s):
                reason = KeysHeld()
            elif where() != here:
                reason = FocusMoved()
            if reason is not None:
                return done, reason
            self._press(codes[character] for character in part)
            done += len(part)
            if not self._is_read(pinger, self._pace.read_s):
                return done, NotTaking()
        return done, None if where() == here else FocusMoved()

    def _is_read(self, pinger: Pinger, instead_s: float) -> bool:
        """Whether the program has read all that was sent; if it cannot be asked, time passes."""
        if pinger.is_possible:
            return pinger.answers(self._pace.answer_s)
        time.sleep(instead_s)
        return True

    def _press(self, codes: Iterator[int]) -> None:
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    @contextlib.contextmanager
    def _caps_lock_off(self) -> Iterator[None]:
        """It would write letters large, and letters alone are on no key that it leaves alone."""
        was_on = self._caps_lock_is_on()
        if was_on:
            self._keys.press(XK.XK_Caps_Lock)
        try:
            yield
        finally:
            if was_on and not self._caps_lock_is_on():
                self._keys.press(XK.XK_Caps_Lock)

    def _caps_lock_is_on(self) -> bool:
        return bool(self._display.screen().root.query_pointer().mask & X.LockMask)


def _steps(text: str, most_keys: int) -> Iterator[str]:
    for chunk in chunks(text, most_keys):
        for begin in range(0, len(chunk.text), _MOST_AT_ONCE):
            yield chunk.text[begin : begin + _MOST_AT_ONCE]
