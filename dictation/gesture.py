"""Turns presses and releases of the hotkey into the start and the stop of a dictation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# A worn switch, or X11's repeat of a held key, lets go for a moment: a press so soon after a
# release goes on with what was going on.
BOUNCE_S = 0.030


class Mode(StrEnum):
    """What the hotkey does."""

    HOLD = "hold"
    """Dictates while it is held."""
    TOGGLE = "toggle"
    """One press starts, the next one stops."""


class Wish(StrEnum):
    """What a gesture asks for."""

    START = "start"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Gesture:
    """The key as it is now, with the time in seconds of its last change."""

    mode: Mode
    down: bool = False
    changed_s: float = float("-inf")


def press(gesture: Gesture, now_s: float, *, dictating: bool) -> tuple[Gesture, Wish | None]:
    """The key goes down; a repeat of a key that is down, or a bounce, asks for nothing."""
    if gesture.down:
        return gesture, None
    bounced = now_s - gesture.changed_s < BOUNCE_S
    pressed = Gesture(gesture.mode, down=True, changed_s=now_s)
    if gesture.mode is Mode.TOGGLE:
        if bounced:
            return pressed, None
        return pressed, Wish.STOP if dictating else Wish.START
    return pressed, None if dictating else Wish.START


def release(gesture: Gesture, now_s: float, *, dictating: bool) -> tuple[Gesture, Wish | None]:
    """The key comes up."""
    if not gesture.down:
        return gesture, None
    released = Gesture(gesture.mode, down=False, changed_s=now_s)
    if gesture.mode is Mode.HOLD and dictating:
        return released, Wish.STOP
    return released, None
