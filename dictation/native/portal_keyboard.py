"""Presses keys through the desktop portal, as the user has allowed it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dictation.errors import NotPossibleHere
from dictation.native import kernel_keys
from dictation.native.key_names import Combination, Modifier
from dictation.native.portal_session import PortalSession

logger = logging.getLogger(__name__)

_RELEASED, _PRESSED = 0, 1


@dataclass(frozen=True, slots=True)
class Numbers:
    """How keys are told to the portal."""

    method: str
    key: Callable[[str], int | None]
    """Of the key that X11 calls so."""
    modifiers: Mapping[Modifier, int]


_KEYSYMS = {"Insert": 0xFF63, "Return": 0xFF0D}

PLACES = Numbers(
    "NotifyKeyboardKeycode",
    kernel_keys.code,
    {Modifier.SHIFT: 42, Modifier.CTRL: 29, Modifier.ALT: 56, Modifier.SUPER: 125},
)
"""By the place on the keyboard."""
SIGNS = Numbers(
    "NotifyKeyboardKeysym",
    lambda key: ord(key) if len(key) == 1 else _KEYSYMS.get(key),
    {
        Modifier.SHIFT: 0xFFE1,
        Modifier.CTRL: 0xFFE3,
        Modifier.ALT: 0xFFE9,
        Modifier.SUPER: 0xFFEB,
    },
)
"""By what is printed on the key: the desktop finds it on any layout, or lends it a place."""


class PortalKeyboard:
    """Presses keys together. Belongs to the thread of its session."""

    def __init__(self, session: PortalSession, numbers: Numbers = PLACES) -> None:
        self._session = session
        self._numbers = numbers

    def press(self, combination: Combination) -> bool:
        """Presses keys together, such as Shift+Insert; False if they could not be. DesktopGone."""
        key = self._numbers.key(combination.key)
        if key is None:
            return False
        held = [modifier for modifier in Modifier if modifier in combination.modifiers]
        numbers = [*(self._numbers.modifiers[modifier] for modifier in held), key]
        try:
            for number in numbers:
                self._move(number, _PRESSED)
        except NotPossibleHere as refusal:  # the user has taken the permission back
            logger.warning("%s", refusal)
            return False
        finally:
            for number in reversed(numbers):
                self._let_go(number)
        return True

    def _move(self, number: int, state: int) -> None:
        session = self._session
        session.portal.call(self._numbers.method, "oa{sv}iu", session.handle, {}, number, state)

    def _let_go(self, number: int) -> None:
        try:
            self._move(number, _RELEASED)
        except NotPossibleHere as refusal:
            logger.debug("%s", refusal)
