"""The values that flow from audio to text. They are never changed once they are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dictation.errors import DictationError

SAMPLE_RATE_HZ = 16_000

Samples: TypeAlias = NDArray[np.float32]
"""Mono audio at 16 kHz: float32 in [-1, 1), shape (n,), each an exact multiple of 1/32768."""


class Language(StrEnum):
    """What was spoken, by SenseVoice's tag of frame 0."""

    CHINESE = "zh"
    ENGLISH = "en"
    CANTONESE = "yue"
    JAPANESE = "ja"
    KOREAN = "ko"
    NO_SPEECH = "nospeech"


LANGUAGES = tuple(language for language in Language if language is not Language.NO_SPEECH)


class Emotion(StrEnum):
    """How it was spoken, by SenseVoice's tag of frame 1."""

    HAPPY = "HAPPY"
    SAD = "SAD"
    ANGRY = "ANGRY"
    NEUTRAL = "NEUTRAL"
    FEARFUL = "FEARFUL"
    DISGUSTED = "DISGUSTED"
    SURPRISED = "SURPRISED"
    UNKNOWN = "EMO_UNKNOWN"


class Event(StrEnum):
    """What else was heard, by SenseVoice's tag of frame 2."""

    SPEECH = "Speech"
    MUSIC = "BGM"
    APPLAUSE = "Applause"
    LAUGHTER = "Laughter"
    CRY = "Cry"
    SNEEZE = "Sneeze"
    BREATH = "Breath"
    COUGH = "Cough"
    SINGING = "Sing"
    SPEECH_NOISE = "Speech_Noise"
    BACKGROUND = "GBG"
    UNKNOWN = "Event_UNK"


class TextStyle(StrEnum):
    """Which of its two styles SenseVoice is asked to write."""

    WRITTEN = "written"
    """Punctuation, capitals, and numbers as digits (inverse text normalisation, ITN)."""
    SPOKEN = "spoken"
    """The bare words as they were said."""


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """Audio of one take, in the order in which it was spoken."""

    take: int
    samples: Samples


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of text with its place in the audio."""

    text: str
    start_s: float
    end_s: float
    confidence: float
    """The highest posterior over the token's frames, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One decoded unit of speech. Times count from the start of the take."""

    text: str
    start_s: float
    end_s: float
    language: Language
    emotion: Emotion
    event: Event
    style: TextStyle
    language_probability: float
    """Among the languages enabled, by the sound of this unit alone."""
    emotion_probability: float
    event_probability: float
    style_probability: float
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What is known of a take so far: the final part never changes later, the tentative may."""

    take: int
    final: str
    tentative: str
    signs: tuple[str, ...] = ()
    """Emoji of the languages, emotions and events so far, each once. For eyes only."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """All of a take. ``text`` is what is typed: no tag and no emoji of ours, ever."""

    take: int
    segments: tuple[Segment, ...]
    text: str


class Outcome(StrEnum):
    """What became of an insertion."""

    DELIVERED = "delivered"
    """The target's own client took the text."""
    UNVERIFIED = "unverified"
    """It was sent, and whether it arrived cannot be known."""
    FAILED = "failed"
    """It did not arrive; the text is on the clipboard."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one insertion, by which method, and why."""

    outcome: Outcome
    method: str
    reason: DictationError | None = None
    """Why it is not delivered."""
