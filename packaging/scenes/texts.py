"""What is said in the pictures: always the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dictation.speech import Emotion, Event, Language, Segment, TextStyle, Token

NOW = datetime(2026, 3, 18, 14, 32).astimezone()
HELLO = "Hello, and welcome to dictation. Our first meeting is on Monday, June 15th, at 2:30 PM."
LAST = {
    "en": "The train leaves at 9:45, so let us meet in front of the station.",
    "zh_CN": "火车九点四十五分开，我们在车站门口见吧。",
}


@dataclass(frozen=True)
class Said:
    """A dictation of the past."""

    text: str
    before: timedelta
    app: str
    language: Language = Language.ENGLISH
    emotion: Emotion = Emotion.NEUTRAL
    event: Event = Event.SPEECH


_LONG = (
    "The tests pass on my machine, but the build server still has the old compiler. I will look "
    "into it after lunch, and write down what I find."
)
_WEATHER = "今天天气很好，我们下午去公园散步吧，顺便买点水果回来。"
_CHINESE, _JAPANESE, _CANTONESE = Language.CHINESE, Language.JAPANESE, Language.CANTONESE
PAST = (
    Said("Remember to call the dentist.", timedelta(days=20), "kate"),
    Said("明天の会議は三時からに変更になりました。", timedelta(days=9), "slack", _JAPANESE),
    Said("Thanks, that made my day!", timedelta(days=6), "thunderbird", emotion=Emotion.HAPPY),
    Said(_WEATHER, timedelta(days=2), "wechat", _CHINESE, Emotion.HAPPY),
    Said(_LONG, timedelta(days=1, hours=3), "code"),
    Said(
        "呢個餐廳嘅點心真係好好食。", timedelta(hours=5), "wechat", _CANTONESE, event=Event.LAUGHTER
    ),
    Said(LAST["zh_CN"], timedelta(hours=2), "wechat", Language.CHINESE),
    Said(LAST["en"], timedelta(minutes=25), "thunderbird"),
    Said(HELLO, timedelta(minutes=3), "kate", emotion=Emotion.HAPPY),
)


def segment(
    text: str,
    language: Language,
    emotion: Emotion = Emotion.NEUTRAL,
    event: Event = Event.SPEECH,
) -> Segment:
    """A quarter of a second for each word, or two characters."""
    pieces = text.split() if " " in text else [text[at : at + 2] for at in range(0, len(text), 2)]
    tokens = tuple(Token(piece, at / 4, (at + 1) / 4, 0.9) for at, piece in enumerate(pieces))
    return Segment(
        text, 0.0, len(pieces) / 4, language, emotion, event, TextStyle.WRITTEN, 0.9, 0.8, 0.7, 1,
        tokens,
    )  # fmt: skip
