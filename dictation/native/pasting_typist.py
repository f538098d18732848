"""Pastes on Wayland with keys that others press, where there is no virtual keyboard of ours.

Which window has the focus is mostly not known there, so that a program that asks for the text after
the keys is taken to be the one that is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from dictation.apps import NO_RULES, Manner, is_terminal, manner
from dictation.errors import DesktopGone, DictationError, NotPossibleHere
from dictation.native import wayland_paste
from dictation.native.caret import nothing_to_undo
from dictation.native.contracts import ActiveWindow, Target
from dictation.native.copying import CopyingTypist
from dictation.native.focus import hindrance
from dictation.native.key_names import Combination
from dictation.native.offer import CLIPBOARD
from dictation.native.wayland_paste import chord, pasted
from dictation.settings import AppRule
from dictation.speech import Outcome, Verdict
from dictation.text.sanitise import sanitised

METHOD = "paste"


class _Clipboard(wayland_paste.Clipboard, Protocol):
    def __call__(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Means:
    """What a paste is done with."""

    clipboard: _Clipboard
    press: Callable[[Combination], bool]
    close: Callable[[], None]
    selections: tuple[str, ...]
    """From which programs may take the text."""
    keys: str
    """What pastes from there."""
    keys_in_terminals: str


class PastingTypist:
    """Pastes; delivered is what was asked for after the keys."""

    def __init__(
        self,
        active_window: ActiveWindow,
        means: Means,
        rules: Mapping[str, AppRule] = NO_RULES,
    ) -> None:
        """means: closed with this. rules: the user's."""
        self._active_window = active_window
        self._rules = rules
        self._means = means
        self._copying = CopyingTypist(means.clipboard, means.close)

    def insert(self, text: str, target: Target | None) -> Verdict:
        here = self._active_window.target()
        how = manner("" if here is None else here.app, self._rules)
        reason = None if here is None else hindrance(here, target, how)
        if reason is None:
            # A program that hangs may paste it later on: a terminal gets no line break to obey.
            text = sanitised(text, how.breaks)
            reason = self._pasted(text, how, here)
        if reason is not None:
            return self._copying.copied(text, reason)
        return Verdict(Outcome.DELIVERED, METHOD)

    def copy(self, text: str) -> Verdict:
        return self._copying.copy(text)

    def undo(self) -> Verdict:
        return nothing_to_undo(METHOD)

    def close(self) -> None:
        self._copying.close()

    def _pasted(self, text: str, how: Manner, here: Target | None) -> DictationError | None:
        means = self._means
        is_in_terminal = here is not None and is_terminal(here.app)
        keys = chord(how.keys, means.keys_in_terminals if is_in_terminal else means.keys)
        names = (CLIPBOARD,) if how.keys else means.selections
        try:
            reason = pasted(text, means.clipboard, names, lambda: means.press(keys))
            if reason is None and how.enter:
                means.press(chord("Return"))
        except (DesktopGone, NotPossibleHere) as failure:
            return failure
        return reason
