"""Turns presses and releases of the hotkey into the start and the stop of a dictation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# A worn switch, or X11's repeat of a held key, lets go for a moment: a press so soon after a
# release goes on with what was going on.
BOUNCE_S = 0.030
# A press that is let go sooner is a tap. Nobody says a word in that time, and few tap longer.
TAP_S = 0.30


class Mode(StrEnum):
    """What the hotkey does."""

    HOLD = "hold"
    """Dictates while it is held."""
    TOGGLE = "toggle"
    """One press starts, the next one stops."""
    TAP_OR_HOLD = "tap-or-hold"
    """A tap starts, and the next press stops; held longer, it dictates while it is held."""


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
    began: bool = False
    """Whether the press that goes on has started the dictation."""


def press(gesture: Gesture, now_s: float, *, dictating: bool) -> tuple[Gesture, Wish | None]:
    """The key goes down; a repeat of a key that is down, or a bounce, asks for nothing."""
    if gesture.down:
        return gesture, None
    bounced = now_s - gesture.changed_s < BOUNCE_S
    pressed = Gesture(gesture.mode, down=True, changed_s=now_s, began=not dictating)
    if not dictating:
        return pressed, None if bounced and gesture.mode is not Mode.HOLD else Wish.START
    if bounced and gesture.mode is Mode.TAP_OR_HOLD:
        # It goes on as the press that it seemed to end.
        return Gesture(gesture.mode, down=True, changed_s=now_s, began=gesture.began), None
    stops = gesture.mode is not Mode.HOLD and not bounced
    return pressed, Wish.STOP if stops else None


def release(gesture: Gesture, now_s: float, *, dictating: bool) -> tuple[Gesture, Wish | None]:
    """The key comes up."""
    if not gesture.down:
        return gesture, None
    released = Gesture(gesture.mode, down=False, changed_s=now_s, began=gesture.began)
    is_tap = now_s - gesture.changed_s < TAP_S
    match gesture.mode:
        case Mode.HOLD:
            stops = dictating
        case Mode.TAP_OR_HOLD:
            stops = dictating and gesture.began and not is_tap
        case Mode.TOGGLE:
            stops = False
    return released, Wish.STOP if stops else None
