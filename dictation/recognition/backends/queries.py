"""Which rows of SenseVoice's query embedding ask for what, as its class numbers them."""

from __future__ import annotations

from dictation.speech import Language, TextStyle

ROWS = 16
_AUTO_ROW, _EVENT_ROW, _EMOTION_ROW = 0, 1, 2
_LANGUAGE_ROWS = {
    Language.CHINESE: 3,
    Language.ENGLISH: 4,
    Language.CANTONESE: 7,
    Language.JAPANESE: 11,
    Language.KOREAN: 12,
    Language.NO_SPEECH: 13,
}
_STYLE_ROWS = {TextStyle.WRITTEN: 14, TextStyle.SPOKEN: 15}


def query_rows(language: Language | None, style: TextStyle) -> list[int]:
    """Four rows, which stand before the features; language None: the model finds it."""
    return [
        _AUTO_ROW if language is None else _LANGUAGE_ROWS[language],
        _EVENT_ROW,
        _EMOTION_ROW,
        _STYLE_ROWS[style],
    ]
