"""Segments made up for tests, with a token for each word or character."""

from __future__ import annotations

from dictation.speech import Emotion, Event, Language, Segment, TextStyle, Token


def segment(
    text: str,
    start_s: float = 0.0,
    end_s: float | None = None,
    *,
    language: Language = Language.ENGLISH,
    emotion: Emotion = Emotion.NEUTRAL,
    event: Event = Event.SPEECH,
    tokens: tuple[Token, ...] = (),
) -> Segment:
    return Segment(
        text=text,
        start_s=start_s,
        end_s=start_s + 1.0 if end_s is None else end_s,
        language=language,
        emotion=emotion,
        event=event,
        style=TextStyle.WRITTEN,
        language_probability=0.99,
        emotion_probability=0.98,
        event_probability=0.97,
        style_probability=0.96,
        tokens=tokens,
    )


def spoken(
    pieces: list[str],
    start_s: float = 0.0,
    each_s: float = 0.3,
    *,
    language: Language = Language.ENGLISH,
    confidence: float = 0.9,
) -> Segment:
    """Pieces of text one after the other, each as long, as the vocabulary has them: " word"."""
    tokens = tuple(
        Token(piece, start_s + index * each_s, start_s + (index + 0.5) * each_s, confidence)
        for index, piece in enumerate(pieces)
    )
    text = "".join(pieces).strip()
    end_s = start_s + len(pieces) * each_s
    return segment(text, start_s, end_s, language=language, tokens=tokens)
