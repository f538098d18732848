"""Types, or pastes with a clipboard that it lends itself, on Windows and macOS.

What is on the clipboard is taken away, the text is offered but not handed over, and keys are
pressed. The system tells when somebody asks for the text; then it has been pasted, and what was
there before comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from dictation.apps import NO_RULES, Manner, manner
from dictation.errors import (
    CannotUndo,
    DictationError,
    FocusMoved,
    NoClipboard,
    NoSuchKey,
    NotPasted,
)
from dictation.native.caret import UNDO
from dictation.native.contracts import ActiveWindow, Target
from dictation.native.copying import CopyingTypist
from dictation.native.focus import hindrance
from dictation.native.key_names import Combination, parsed
from dictation.settings import AppRule, InsertionWay
from dictation.speech import Outcome, Verdict
from dictation.text.sanitise import sanitised
from dictation.translation import Phrase

KEYBOARD, PASTE = "keyboard", "paste"

_MODIFIERS_S = 0.8  # for the user to let go the modifier keys
_FETCH_S = 1.0  # for the target to ask for the text
_QUIET_S = 0.4  # after that, for programs that ask more than once


class Desk(Protocol):
    """The keyboard of a system, and what it knows of the window that has the focus."""

    pastes: str
    """What pastes in most programs."""
    can_type: bool

    def obstacle(self, here: Target) -> DictationError | None:
        """Why no key can reach that window."""
        ...

    def free_modifiers(self, patience_s: float) -> None:
        """Waits until the user holds none, and lets go those that are still down then."""
        ...

    def should_type(self, text: str, app: str) -> bool:
        """Whether the text is better typed there than pasted."""
        ...

    def type(self, text: str) -> bool:
        """False if the system did not take all of it."""
        ...

    def press(self, combination: Combination) -> bool:
        """Presses keys together; False if they could not be."""
        ...


class LendingClipboard(Protocol):
    """A clipboard that offers a text for a while."""

    def lend(self, text: str) -> bool:
        """Keeps what is there, and offers the text instead; False if another program has it."""
        ...

    def wait_for_fetch(self, patience_s: float) -> bool:
        """Whether somebody asked for the text in that time."""
        ...

    def give_back(self, quiet_s: float) -> None:
        """After so long, what was there comes back; not if another program has copied since."""
        ...

    def __call__(self, text: str) -> None:
        """Copies it. Raises NoClipboard."""
        ...

    def close(self) -> None: ...


class LendingTypist:
    """Types and pastes. Typed text is delivered when the system took it and the focus stayed."""

    def __init__(
        self,
        active_window: ActiveWindow,
        desk: Desk,
        clipboard: LendingClipboard,
        rules: Mapping[str, AppRule] = NO_RULES,
    ) -> None:
        """clipboard: closed with this. rules: the user's."""
        self._active_window = active_window
        self._desk = desk
        self._clipboard = clipboard
        self._rules = rules
        self._copying = CopyingTypist(clipboard, clipboard.close)

    def insert(self, text: str, target: Target | None) -> Verdict:
        here = self._active_window.target()
        how = manner("" if here is None else here.app, self._rules)
        reason = hindrance(here, target, how)
        if reason is None and here is not None:
            reason = self._desk.obstacle(here)
        if reason is not None or here is None:
            return self._copying.copied(text, reason)
        self._desk.free_modifiers(_MODIFIERS_S)
        if self._active_window.target() != here:
            return self._copying.copied(text, FocusMoved())
        plain = sanitised(text, how.breaks)
        types = self._types(plain, here, how)
        reason = self._typed(plain, here) if types else self._pasted(plain, how)
        if reason is not None:
            return self._copying.copied(text, reason)
        if how.enter:
            self._desk.press(parsed("Return"))
        return Verdict(Outcome.DELIVERED, KEYBOARD if types else PASTE)

    def copy(self, text: str) -> Verdict:
        return self._copying.copy(text)

    def undo(self) -> Verdict:
        """Whether the user has typed since is not looked at here."""
        reason = CannotUndo(reason=Phrase("it is not known here whether you have typed since"))
        return Verdict(Outcome.FAILED, UNDO, reason)

    def close(self) -> None:
        self._copying.close()

    def _types(self, text: str, here: Target, how: Manner) -> bool:
        """As a rule has it, else as is best there."""
        if how.way is InsertionWay.TYPE or how.keys:
            return how.way is InsertionWay.TYPE and self._desk.can_type
        return self._desk.should_type(text, here.app)

    def _typed(self, text: str, here: Target) -> DictationError | None:
        """None, or why part of it may not have arrived."""
        if not self._desk.type(text):
            return NotPasted()
        return None if self._active_window.target() == here else FocusMoved()

    def _pasted(self, text: str, how: Manner) -> DictationError | None:
        """None, or why it did not arrive."""
        if not self._clipboard.lend(text):
            return NoClipboard(reason=Phrase("another program holds it"))
        pressed = self._desk.press(_chord(how.keys, self._desk.pastes))
        if not pressed or not self._clipboard.wait_for_fetch(_FETCH_S):
            return NotPasted()
        self._clipboard.give_back(_QUIET_S)
        return None


def _chord(keys: str, usual: str) -> Combination:
    """Of a rule for a program; the usual one if that has none, or names keys that do not exist."""
    try:
        return parsed(keys or usual)
    except NoSuchKey:
        return parsed(usual)
