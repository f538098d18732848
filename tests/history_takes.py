"""Takes for the tests of the history and its window."""

from __future__ import annotations

from dictation.history import History
from dictation.speech import (
    Emotion,
    Event,
    Language,
    Outcome,
    Segment,
    TextStyle,
    Token,
    Transcript,
    Verdict,
)

PASTED = Verdict(Outcome.DELIVERED, "paste")


def segment(
    text: str,
    language: Language = Language.ENGLISH,
    emotion: Emotion = Emotion.NEUTRAL,
    event: Event = Event.SPEECH,
    start_s: float = 0.0,
) -> Segment:
    """A token a word, or a character, a quarter of a second each."""
    pieces = text.split() if " " in text else list(text)
    tokens = tuple(
        Token(piece, start_s + at / 4, start_s + (at + 1) / 4, 0.9)
        for at, piece in enumerate(pieces)
    )
    end_s = start_s + len(pieces) / 4
    return Segment(
        text, start_s, end_s, language, emotion, event, TextStyle.WRITTEN, 0.9, 0.8, 0.7, 1, tokens
    )


def dictated(
    history: History,
    text: str,
    language: Language = Language.ENGLISH,
    *,
    app: str = "kate",
    emotion: Emotion = Emotion.NEUTRAL,
    event: Event = Event.SPEECH,
    verdict: Verdict = PASTED,
) -> int:
    """A whole dictation, as the program tells the history of it."""
    take = history.next_take()
    said = segment(text, language, emotion, event)
    history.began(take, app)
    history.captured(take, said.end_s)
    history.transcribed(Transcript(take, (said,), text))
    history.delivered(take, verdict)
    return take
