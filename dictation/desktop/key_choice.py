"""Which keys the program hears: found when it starts, exchanged when others are chosen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from dictation.desktop.keys import DICTATE, Keys
from dictation.errors import DictationError
from dictation.gesture import Mode
from dictation.native import choose
from dictation.native.candidates import Choice
from dictation.native.contracts import Hotkey
from dictation.settings import HotkeySettings

logger = logging.getLogger(__name__)

ORDERS = ("undo", "repeat", "cancel", "language")
"""Commands that may have keys of their own."""

FindKey = Callable[[str, str, bool], Choice[Hotkey]]
"""Of the key's name, its purpose, and whether it is read from the input devices. Raises
NoSuchKey."""


def find_key(name: str, purpose: str, evdev: bool) -> Choice[Hotkey]:  # noqa: FBT001 - a setting
    return choose.hotkey(choose.this_session(), name, purpose, evdev=evdev)


@dataclass
class KeyChoice:
    """names: of all keys that are meant to be heard; the same list is changed when others are."""

    find: FindKey = find_key
    names: list[str] = field(default_factory=list)
    are_wishes: bool = False
    """Whether the desktop decides which key the hotkey really is."""

    def first(
        self, chosen: HotkeySettings
    ) -> tuple[Hotkey, dict[str, Hotkey], list[DictationError]]:
        """The hotkey, those of commands, and what the user has to know of them."""
        troubles: list[DictationError] = []
        found: dict[str, Hotkey] = {}
        for purpose, name in _named(chosen).items():
            try:
                choice = self._found(name, purpose, chosen)
            except DictationError as error:  # no key has that name; the rest still works
                troubles.append(error)
                continue
            found[purpose] = choice.service
            if purpose == DICTATE:  # what the user asked for is not passed over in silence
                troubles += [
                    each.reason for each in choice.refused if each.candidate == choose.EVDEV
                ]
        self.names[:] = _named(chosen).values()
        return found.pop(DICTATE, choose.NoHotkey()), found, troubles

    def change(
        self, keys: Keys, before: HotkeySettings, now: HotkeySettings
    ) -> list[DictationError]:
        """What differs is heard at once; a key that cannot be had leaves the old one as it is."""
        keys.change_mode(Mode(now.mode.value))
        old, new = _named(before), _named(now)
        news: dict[str, Hotkey | None] = {}
        unnamed: dict[str, DictationError] = {}
        for purpose in (DICTATE, *ORDERS):
            name = new.get(purpose)
            if name == old.get(purpose) and before.evdev == now.evdev:
                continue
            try:
                news[purpose] = self._found(name, purpose, now).service if name else None
            except DictationError as error:
                unnamed[purpose] = error
        if DICTATE in news and news[DICTATE] is None:
            news[DICTATE] = choose.NoHotkey()
        refused = keys.exchange(news) if news else {}
        troubles = {**unnamed, **refused}
        meant = {name for purpose, name in new.items() if purpose not in unnamed}
        self.names[:] = {*meant, *(old[each] for each in troubles if each in old)}
        for trouble in troubles.values():
            logger.warning("a key is not heard: %s", type(trouble).__name__)
        return list(troubles.values())

    def _found(self, name: str, purpose: str, chosen: HotkeySettings) -> Choice[Hotkey]:
        """Raises NoSuchKey."""
        choice = self.find(name, purpose, chosen.evdev)
        if purpose == DICTATE:
            self.are_wishes = choice.candidate == choose.PORTAL
        return choice


def _named(chosen: HotkeySettings) -> dict[str, str]:
    """Names of keys, by purpose; only those that there shall be."""
    names = {DICTATE: chosen.key, **{order: getattr(chosen, order) for order in ORDERS}}
    return {purpose: name for purpose, name in names.items() if name}
