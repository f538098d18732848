"""Shows what was heard besides words, as emoji. For eyes only: none of this is ever typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from dictation.speech import Emotion, Event, Language, Segment, Transcript
from dictation.text.joining import join

_LANGUAGES = {
    Language.CHINESE: "🇨🇳",
    Language.ENGLISH: "🇬🇧",
    Language.CANTONESE: "🇭🇰",
    Language.JAPANESE: "🇯🇵",
    Language.KOREAN: "🇰🇷",
    Language.NO_SPEECH: "",
}
_EMOTIONS = {
    Emotion.HAPPY: "😊",
    Emotion.SAD: "😔",
    Emotion.ANGRY: "😡",
    Emotion.NEUTRAL: "",
    Emotion.FEARFUL: "😰",
    Emotion.DISGUSTED: "🤢",
    Emotion.SURPRISED: "😮",
    Emotion.UNKNOWN: "",
}
_EVENTS = {
    Event.SPEECH: "",
    Event.MUSIC: "🎼",
    Event.APPLAUSE: "👏",
    Event.LAUGHTER: "😀",
    Event.CRY: "😭",
    Event.SNEEZE: "🤧",
    Event.BREATH: "🌬️",
    Event.COUGH: "😷",
    Event.SINGING: "🎤",
    Event.SPEECH_NOISE: "",
    Event.BACKGROUND: "",
    Event.UNKNOWN: "",
}


class Detail(Enum):
    """What is shown of a transcript."""

    PLAIN = "plain"
    """The words."""
    RICH = "rich"
    """The language, emotion and event of each segment too."""


def signs(segment: Segment) -> tuple[str, ...]:
    """Emoji of a segment's language, emotion and event; none for what is usual."""
    found = _LANGUAGES[segment.language], _EMOTIONS[segment.emotion], _EVENTS[segment.event]
    return tuple(sign for sign in found if sign)


def all_signs(segments: Iterable[Segment]) -> tuple[str, ...]:
    """Those of several segments, in order, each once."""
    return tuple(dict.fromkeys(sign for segment in segments for sign in signs(segment)))


def rich_line(segment: Segment) -> str:
    """A segment's text behind its emoji."""
    return f"{''.join(signs(segment))} {segment.text}".strip()


def new_signs(segments: Iterable[Segment], detail: Detail) -> Iterator[tuple[str, ...]]:
    """Of each segment, where they are read one after the other: a language only when it changes."""
    before = None
    for segment in segments:
        language = _LANGUAGES[segment.language]
        every = signs(segment) if detail is Detail.RICH else ()
        yield tuple(sign for sign in every if segment.language is not before or sign != language)
        before = segment.language


def with_emoji(transcript: Transcript) -> str:
    """The text with what was heard before each segment, and how it was said behind it.

    As FunASR's own scripts show it; but no space and no word is lost.
    """
    return join(
        f"{_EVENTS[segment.event]}{segment.text}{_EMOTIONS[segment.emotion]}"
        for segment in transcript.segments
    )
