"""How a take is to be recognised: chosen by the caller, light to import."""

from __future__ import annotations

from dataclasses import dataclass

from dictation.speech import Language, TextStyle


@dataclass(frozen=True, slots=True)
class Profile:
    """How a take is cut into units."""

    pause_ms: int
    """A pause of this length may end a unit."""
    close_after_ms: int
    """… once the unit is this long."""
    longest_ms: int
    """No unit is longer: it is cut at its best pause, where silence is most probable."""


LIVE = Profile(pause_ms=400, close_after_ms=4_000, longest_ms=20_000)
FILE = Profile(pause_ms=800, close_after_ms=4_000, longest_ms=20_000)


@dataclass(frozen=True, slots=True)
class Options:
    """How one take is recognised."""

    language: Language | None = None
    """What is spoken; None: the model finds it for each unit."""
    style: TextStyle = TextStyle.WRITTEN
    profile: Profile = FILE
