"""Inserts text by pasting: owns the selections for a moment, and presses Shift+Insert.

Where a rule for a program says so, text is typed instead; never because a paste was not fetched.
That happens to programs that hang, which would then have the text twice, and where no text can be
put at all: there keys are commands, and "e" archives a mail.

Shift+Insert pastes in editors and in terminals, on every keyboard layout; the former take the
CLIPBOARD, most of the latter PRIMARY. That the text arrived is known because the target's own
client fetches it from us. What was on the clipboard before is offered again afterwards.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from Xlib import XK, error

from dictation.apps import NO_RULES, Manner, manner, pastes_primary
from dictation.errors import (
    CannotUndo,
    DesktopGone,
    DictationError,
    KeysHeld,
    NoClipboard,
    NoSuchKey,
    NotPasted,
    NotPossibleHere,
)
from dictation.native.caret import UNDO, Left, continued, undo_presses
from dictation.native.contracts import ActiveWindow, Target
from dictation.native.focus import hindrance, obstacle
from dictation.native.key_names import parsed
from dictation.native.offer import (
    CLIPBOARD,
    NOTHING,
    PRIMARY,
    Offer,
    passing_text_offer,
    text_offer,
)
from dictation.native.x11 import CONNECTION_LOST, close, connect, focused_window, program_of
from dictation.native.x11_input import InputWatch
from dictation.native.x11_keyboard import KeySender, keysym, modifier_keysyms
from dictation.native.x11_selection import Selections
from dictation.native.x11_serving import Fetches
from dictation.native.x11_typing import X11Typing
from dictation.settings import AppRule, InsertionWay
from dictation.speech import Outcome, Verdict
from dictation.text.sanitise import Breaks, sanitised
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

METHOD, KEYBOARD = "paste", "keyboard"
_USUAL_KEYS = "Shift+Insert"
_OWN_PRESSES = 1  # of what pastes, such as Insert; modifiers do not count
_SERVICE = Phrase("Pasting into other programs")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an insertion waits, in seconds."""

    modifiers_s: float = 0.8
    """For the user to let go the modifier keys."""
    fetch_s: float = 1.0
    """For the target to fetch the text."""
    quiet_s: float = 0.3
    """After its last request, before the clipboard is restored. Chromium drops the paste if the
    owner changes within 20 ms of it; from 40 ms on it never did."""
    most_s: float = 5.0
    """For the target to fetch long text to its end."""


def selections_to_own(app: str, *, primary_is_its: bool, clipboard_is_known: bool) -> list[str]:
    """From which selections that program is to take the text.

    Both, as a program may paste either, with two exceptions. A program that itself owns PRIMARY
    shows a selection, which the text is to replace, and GTK deselects when it loses PRIMARY. And
    a clipboard that cannot be read cannot be restored: it is spared where PRIMARY is enough.
    """
    if pastes_primary(app):
        return [CLIPBOARD, PRIMARY] if clipboard_is_known else [PRIMARY]
    return [CLIPBOARD] if primary_is_its else [CLIPBOARD, PRIMARY]


def _chord(keys: str) -> list[int]:
    """The keysyms of what pastes; of a rule with a key that does not exist, the usual ones."""
    try:
        combination = parsed(keys or _USUAL_KEYS)
        return [*modifier_keysyms(combination), keysym(combination.key)]
    except NoSuchKey:
        logger.warning("a rule names keys that do not exist: %s", keys)
        return _chord(_USUAL_KEYS)


def _input_watch(hotkeys: Sequence[str]) -> InputWatch | None:
    try:
        return InputWatch(hotkeys)
    except NotPossibleHere as reason:
        logger.info("%s", reason)
        return None


class X11Typist:
    """Pastes into the focused window. Raises NotPossibleHere."""

    def __init__(
        self,
        active_window: ActiveWindow,
        patience: Patience | None = None,
        hotkeys: Sequence[str] = (),
        rules: Mapping[str, AppRule] = NO_RULES,
    ) -> None:
        """hotkeys: their names; to press them types nothing. rules: the user's."""
        self._rules = rules
        self._active_window = active_window
        self._patience = patience or Patience()
        self._display = connect(_SERVICE)
        try:
            self._keys = KeySender(self._display, _SERVICE)
            self._selections = Selections()
        except BaseException:
            close(self._display)
            raise
        self._typing: X11Typing | None = None
        self._left: Left | None = None
        self._watch = _input_watch(hotkeys)

    def insert(self, text: str, target: Target | None) -> Verdict:
        return self._told(lambda: self._insert(text, target))

    def copy(self, text: str) -> Verdict:
        return self._told(lambda: self._copied(text, None))

    def undo(self) -> Verdict:
        return self._told(self._undo)

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()
        if self._typing is not None:
            self._typing.close()
        self._selections.close()
        close(self._display)

    def _told(self, step: Callable[[], Verdict]) -> Verdict:
        try:
            return step()
        except DesktopGone as gone:
            return Verdict(Outcome.FAILED, METHOD, gone)
        except (*CONNECTION_LOST, error.XError) as failure:
            return Verdict(Outcome.FAILED, METHOD, DesktopGone(reason=str(failure)))

    def _insert(self, text: str, target: Target | None) -> Verdict:
        here = self._active_window.target()
        reason = obstacle(here, target)
        if reason is None and not self._keys.free_modifiers(self._patience.modifiers_s):
            reason = KeysHeld()
        if reason is not None or here is None:
            return self._copied(text, reason)
        how = manner(here.app, self._rules)
        if how.way is InsertionWay.TYPE:
            return self._typed(text, here, how)
        clipboard, primary = self._selections.read(CLIPBOARD, PRIMARY)
        # Once more, for the user has had up to 1.3 s to turn to another window.
        here = self._active_window.target()
        how = manner("" if here is None else here.app, self._rules)
        reason = hindrance(here, target, how)
        if reason is not None or here is None:
            return self._copied(text, reason)
        programs = self._programs_of(here)
        names = [CLIPBOARD]
        if not how.keys:
            names = selections_to_own(
                here.app,
                primary_is_its=self._selections.owner(PRIMARY) in programs,
                clipboard_is_known=clipboard is not None,
            )
        presses = self._presses()
        whole = continued(sanitised(text, how.breaks), self._left_at(here, presses))
        self._left = None
        offer = passing_text_offer(whole)
        is_fetched = self._pasted(offer, names, programs, _chord(how.keys))
        if not is_fetched:
            # A program that hangs may paste all the same, later on: this text then, and none older;
            # so PRIMARY stays as it is, and a terminal gets no line break to obey.
            return self._copied(text, NotPasted(), how.breaks)
        self._restore(offer, {CLIPBOARD: clipboard, PRIMARY: primary}, names)
        if how.enter:
            self._keys.press(XK.XK_Return)
        elif presses is not None:
            self._left = Left(here.window, whole, presses + _OWN_PRESSES)
        return Verdict(Outcome.DELIVERED, METHOD)

    def _typed(self, text: str, here: Target, how: Manner) -> Verdict:
        presses = self._presses()
        whole = continued(sanitised(text, how.breaks), self._left_at(here, presses))
        whole = whole.replace("\t", " ")  # the key goes to the next field instead
        self._left = None
        if self._typing is None:
            self._typing = X11Typing()
        typed = self._typing.type(whole, here, self._active_window.target)
        if typed.outcome is not Outcome.DELIVERED:
            copied = self._copied(text, typed.reason)
            return replace(copied, outcome=typed.outcome, method=KEYBOARD)
        if how.enter:
            self._keys.press(XK.XK_Return)
        elif presses is not None:
            self._left = Left(here.window, whole, presses + typed.presses)
        return Verdict(Outcome.DELIVERED, KEYBOARD)

    def _presses(self) -> int | None:
        """None where the user's presses cannot be counted."""
        return None if self._watch is None else self._watch.count()

    def _left_at(self, here: Target | None, presses: int | None) -> Left | None:
        """What the caret must still stand behind."""
        left = self._left
        if left is None or presses is None or not left.still_stands(here, presses):
            return None
        return left

    def _undo(self) -> Verdict:
        here = self._active_window.target()
        left = self._left_at(here, self._presses())
        if left is None:
            why = Phrase("something was typed or clicked since, or it is in another window")
            return Verdict(Outcome.FAILED, UNDO, CannotUndo(reason=why))
        count = undo_presses(left.text)
        if count is None:
            why = Phrase("programs differ in how they delete such text")
            return Verdict(Outcome.FAILED, UNDO, CannotUndo(reason=why))
        if not self._keys.free_modifiers(self._patience.modifiers_s):
            return Verdict(Outcome.FAILED, UNDO, KeysHeld())
        self._left = None
        if not all(self._keys.press(XK.XK_BackSpace) for _ in range(count)):
            return Verdict(
                Outcome.FAILED, UNDO, CannotUndo(reason=Phrase("there is no BackSpace key"))
            )
        return Verdict(Outcome.DELIVERED, UNDO)

    def _programs_of(self, here: Target) -> set[int]:
        """Whoever of them fetches the text, the target has it. Mostly they are one."""
        focus = focused_window(self._display)
        programs = {here.process}
        if focus is not None:
            programs.add(program_of(self._display, focus.id))
        return programs

    def _pasted(
        self, offer: Offer, names: list[str], programs: set[int], chord: Sequence[int]
    ) -> bool:
        """Whether the target has fetched the text, to its end as far as can be known."""
        fetches = Fetches()
        if not self._selections.own(dict.fromkeys(names, offer), fetches):
            return False
        began_s = time.monotonic()
        if not self._keys.press(*chord):
            logger.warning("the keyboard layout lacks a key of those that paste")
            return False
        if not fetches.wait_for_text(programs, self._patience.fetch_s):
            return False
        logger.debug("the text was fetched after %.0f ms", (time.monotonic() - began_s) * 1000)
        fetches.wait_for_quiet(programs, self._patience.quiet_s, self._patience.most_s)
        return True

    def _restore(self, offer: Offer, before: Mapping[str, Offer | None], names: list[str]) -> None:
        for name in names:
            content = before[name]
            if content is None:
                logger.warning("what %s held is lost: its owner did not answer", name)
            self._selections.replace(name, offer, content or NOTHING)

    def _copied(
        self, text: str, reason: DictationError | None, breaks: Breaks = Breaks.KEPT
    ) -> Verdict:
        """Leaves the text on the clipboard; delivered only if that was all that was wanted."""
        if not self._selections.own({CLIPBOARD: text_offer(sanitised(text, breaks))}):
            reason = NoClipboard(reason=Phrase("another program took it at the same moment"))
        outcome = Outcome.DELIVERED if reason is None else Outcome.FAILED
        return Verdict(outcome, METHOD if reason else "clipboard", reason)
