"""A transcript's segments in a few hundred bytes, with the time of every token."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from dictation.speech import Emotion, Event, Language, Segment, TextStyle, Token

_DIGITS = 3


def packed(segments: Sequence[Segment]) -> bytes:
    told = [
        [
            segment.text,
            *_rounded(segment.start_s, segment.end_s),
            segment.language.value,
            segment.emotion.value,
            segment.event.value,
            segment.style.value,
            *_rounded(
                segment.language_probability,
                segment.emotion_probability,
                segment.event_probability,
                segment.style_probability,
            ),
            [
                [token.text, *_rounded(token.start_s, token.end_s, token.confidence)]
                for token in segment.tokens
            ],
        ]
        for segment in segments
    ]
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(plain.encode("utf-8", "surrogatepass"))


def unpacked(content: bytes) -> tuple[Segment, ...]:
    """Raises ValueError where that is damaged."""
    try:
        told = json.loads(zlib.decompress(content).decode("utf-8", "surrogatepass"))
        return tuple(_segment(*row) for row in told)
    except (zlib.error, TypeError) as error:
        raise ValueError(str(error)) from error


def _segment(text: str, start_s: float, end_s: float, *rest: Any) -> Segment:
    language, emotion, event, style, of_language, of_emotion, of_event, of_style, tokens = rest
    return Segment(
        text,
        start_s,
        end_s,
        Language(language),
        Emotion(emotion),
        Event(event),
        TextStyle(style),
        of_language,
        of_emotion,
        of_event,
        of_style,
        tuple(Token(*token) for token in tokens),
    )


def _rounded(*values: float) -> list[float]:
    return [round(value, _DIGITS) for value in values]
