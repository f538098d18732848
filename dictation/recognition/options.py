"""How a take is to be recognised: chosen by the caller, light to import."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dictation.settings import RecognitionSettings, SpokenLanguage
from dictation.speech import LANGUAGES, SAMPLE_RATE_HZ, Language, TextStyle

QUIET_BLOCK_SAMPLES = 60 * SAMPLE_RATE_HZ // 1000
"""While nobody speaks, nobody waits: audio is heard in pieces of 60 ms, three blocks in half the
time of three."""


FILE_BLOCK_SAMPLES = 240 * SAMPLE_RATE_HZ // 1000
"""Where nobody waits for the end of a word: the VAD takes a quarter of the time."""


class OpenUnit(Enum):
    """What is done with a unit before it closes."""

    WAITS = "waits"
    DECODED_AHEAD = "decoded ahead"
    """Decoded at each short silence, so that the text is there when the take ends; and each second
    while speech goes on, to be shown."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a take is cut into units."""

    pause_ms: int
    """A pause of this length may end a unit."""
    close_after_ms: int
    """… once the unit is this long."""
    longest_ms: int
    """No unit is longer: it is cut at its best pause, where silence is most probable."""
    open_unit: OpenUnit = OpenUnit.WAITS

    @property
    def is_live(self) -> bool:
        """Whether somebody speaks and waits: such takes go before those of files."""
        return self.open_unit is OpenUnit.DECODED_AHEAD


LIVE = Profile(
    pause_ms=400, close_after_ms=4_000, longest_ms=20_000, open_unit=OpenUnit.DECODED_AHEAD
)
FILE = Profile(pause_ms=800, close_after_ms=4_000, longest_ms=20_000)


@dataclass(frozen=True, slots=True)
class Options:
    """How one take is recognised."""

    language: Language | None = None
    """What is spoken; None: the model finds it for each unit, among ``languages``."""
    style: TextStyle = TextStyle.WRITTEN
    profile: Profile = FILE
    languages: frozenset[Language] = frozenset(LANGUAGES)
    """What may be spoken where ``language`` is None; never empty, never NO_SPEECH."""
    client: int = 0
    """Whose take it is: clients get their turns one after the other, however many takes each
    has."""


def chosen_options(chosen: RecognitionSettings, profile: Profile) -> Options:
    """What the user's settings ask for."""
    automatic = chosen.language is SpokenLanguage.AUTO
    return Options(
        language=None if automatic else Language(chosen.language.value),
        style=chosen.style,
        profile=profile,
        languages=frozenset(chosen.languages),
    )
