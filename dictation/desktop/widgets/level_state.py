"""What a level meter shows of what comes from a microphone. Only numbers, no clock, no Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np

from dictation.audio.level import level
from dictation.audio.microphone import Block

_RISE_S, _FALL_S = 0.02, 0.18
_VOICE = 0.4  # some -41 dBFS: louder than a quiet room, softer than somebody who speaks
_DEAD_BELOW = 3 / 32_768  # what a switched-off microphone may still flicker by
_MUTE_AFTER_S = 1.0  # the slowest start that was measured is 0.08 s
_DEAD_AFTER_S = 1.5
_HEARD_FOR_S = 4.0


class Hears(Enum):
    """How well it hears."""

    NOTHING_YET = auto()
    """It works, and nobody has said anything for a while."""
    VOICE = auto()
    MUTE = auto()
    """Nothing at all comes from it."""
    DEAD = auto()
    """What comes is complete silence, as from one that is switched off."""


@dataclass(frozen=True, slots=True)
class LevelState:
    """height: from 0 to 1, as it is shown."""

    height: float = 0.0
    mute_s: float = 0.0
    dead_s: float = 0.0
    quiet_s: float = _HEARD_FOR_S

    @property
    def hears(self) -> Hears:
        if self.mute_s >= _MUTE_AFTER_S:
            return Hears.MUTE
        if self.dead_s >= _DEAD_AFTER_S:
            return Hears.DEAD
        return Hears.VOICE if self.quiet_s < _HEARD_FOR_S else Hears.NOTHING_YET


def after(state: LevelState, blocks: Sequence[Block], passed_s: float) -> LevelState:
    """blocks: what has come in that time; each float32, shape (frames, channels)."""
    if not blocks:
        still = replace(state, mute_s=state.mute_s + passed_s, quiet_s=state.quiet_s + passed_s)
        return _shown(still, 0.0, passed_s)
    sound = np.concatenate(blocks).mean(axis=1)
    is_dead = float(np.abs(sound).max()) < _DEAD_BELOW
    loudness = level(float(np.dot(sound, sound)) / sound.size)
    seen = LevelState(
        height=state.height,
        dead_s=state.dead_s + passed_s if is_dead else 0.0,
        quiet_s=0.0 if loudness >= _VOICE else state.quiet_s + passed_s,
    )
    return _shown(seen, loudness, passed_s)


def _shown(state: LevelState, aim: float, passed_s: float) -> LevelState:
    pace_s = _RISE_S if aim > state.height else _FALL_S
    height = aim + (state.height - aim) * math.exp(-passed_s / pace_s)
    return replace(state, height=height)
