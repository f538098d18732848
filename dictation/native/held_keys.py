"""Makes the presses and releases of one combination out of the moves of all keys.

For platforms that tell of every key by a number: evdev, Windows, macOS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from dictation.native.key_names import Modifier


class Move(Enum):
    """What a key did."""

    DOWN = "down"
    REPEATED = "repeated"
    UP = "up"


class Told(Enum):
    """What a listener is to hear."""

    PRESS = "press"
    RELEASE = "release"
    ESCAPE = "escape"


@dataclass(frozen=True, slots=True)
class Heard:
    """What follows from a move."""

    told: tuple[Told, ...] = ()
    is_ours: bool = False
    """Whether the move should be kept from the focused program, where that can be done."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Which numbers matter."""

    hotkey: int
    held: frozenset[Modifier]
    """What has to be held with it, and nothing else."""
    modifiers: Mapping[int, Modifier]
    """What is held with which key."""
    escape: int


class HeldKeys:
    """The keys that are down, as far as was told."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._down: set[int] = set()
        self._is_pressed = False
        self._has_escape = False
        self.watches_escape = False

    def heard(self, key: int, move: Move) -> Heard:
        """A second DOWN means that an UP was lost, for a held key only repeats."""
        if key == self._keys.hotkey:
            return self._hotkey(move)
        if key == self._keys.escape:
            return self._escape(move)
        if move is Move.UP:
            self._down.discard(key)
        else:
            self._down.add(key)
        return Heard()

    def forget(self) -> Heard:
        """All keys are up: nobody would tell of them any more."""
        self._down.clear()
        self._has_escape = False
        return self._released()

    def is_down(self, key: int) -> bool:
        return key in self._down

    def _hotkey(self, move: Move) -> Heard:
        if move is Move.REPEATED:
            return Heard(is_ours=self._is_pressed)
        before = self._released()
        if move is Move.UP:
            self._down.discard(self._keys.hotkey)
            return before
        self._down.add(self._keys.hotkey)
        if self._held() != self._keys.held:
            return before
        self._is_pressed = True
        return Heard((*before.told, Told.PRESS), is_ours=True)

    def _escape(self, move: Move) -> Heard:
        if move is Move.DOWN and self.watches_escape:
            self._has_escape = True
            return Heard((Told.ESCAPE,), is_ours=True)
        ours, self._has_escape = self._has_escape, self._has_escape and move is not Move.UP
        return Heard(is_ours=ours)

    def _released(self) -> Heard:
        if not self._is_pressed:
            return Heard()
        self._is_pressed = False
        return Heard((Told.RELEASE,), is_ours=True)

    def _held(self) -> frozenset[Modifier]:
        """Without what the hotkey itself is, if it is one of them."""
        modifiers = self._keys.modifiers
        others = self._down - {self._keys.hotkey}
        return frozenset(modifiers[key] for key in others if key in modifiers)
