"""Pastes on Wayland: owns the selections for a moment, has keys pressed, and puts all back."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from dictation.errors import DictationError, NoSuchKey, NotPasted
from dictation.native.key_names import Combination, parsed
from dictation.native.offer import NOTHING, Offer, passing_text_offer

logger = logging.getLogger(__name__)

PASTES = "Shift+Insert"
"""What pastes in most programs."""

_MANAGERS_S = 0.1  # for clipboard managers, which look at once
_FETCH_S = 1.0  # for the target to ask for the text
_QUIET_S = 0.3  # after its last request, before the selections are restored
_MOST_S = 5.0


class Clipboard(Protocol):
    """Selections that can be owned for a moment. Its methods raise DesktopGone."""

    def read(self, *names: str) -> list[Offer | None]: ...
    def own(self, offers: Mapping[str, Offer], on_fetch: Callable[[str], None]) -> None: ...
    def replace(self, name: str, old: Offer, new: Offer) -> None: ...


def pasted(
    text: str, clipboard: Clipboard, names: Sequence[str], press: Callable[[], bool]
) -> DictationError | None:
    """None once it was fetched after the keys; else why it was not, and the text is still offered.

    names: the selections from which the target may take it. press: presses what pastes; False if
    that cannot be done. Raises DesktopGone.
    """
    before = dict(zip(names, clipboard.read(*names), strict=True))
    offer, fetches = passing_text_offer(text), _Fetches()
    clipboard.own(dict.fromkeys(names, offer), fetches.note)
    fetches.wait_for_quiet(_MANAGERS_S, _QUIET_S)
    fetches.forget()
    if not press() or not fetches.wait_for_one(_FETCH_S):
        return NotPasted()
    fetches.wait_for_quiet(_QUIET_S, _MOST_S)
    for name, content in before.items():
        if content is None:
            logger.warning("what %s held is lost: its owner did not answer", name)
        clipboard.replace(name, offer, content or NOTHING)
    return None


def chord(keys: str, usual: str = PASTES) -> Combination:
    """Of a rule for a program; the usual one if that has none, or names keys that do not exist."""
    try:
        return parsed(keys or usual)
    except NoSuchKey:
        logger.warning("a rule names keys that do not exist: %s", keys)
        return parsed(usual)


class _Fetches:
    """Requests for what is offered; noted on the clipboard's thread."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def note(self, _type: str) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def forget(self) -> None:
        with self._changed:
            self._count = 0

    def wait_for_one(self, patience_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._count > 0, patience_s)

    def wait_for_quiet(self, quiet_s: float, most_s: float) -> None:
        """Until there was none for so long."""
        with self._changed:
            for _ in range(int(most_s / quiet_s)):
                if not self._changed.wait(quiet_s):
                    return
