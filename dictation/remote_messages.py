"""What our client and our server tell each other over one WebSocket, which carries one take.

The endpoint is that of FunASR's own protocol; a number under ``dictation`` in the first message
says that this one is meant. Up, from the client:

    text      {"dictation": 1, "profile": "live", …}   first, as ``opening`` writes it
    binary    audio as it is spoken: 16 kHz, mono, signed 16-bit little-endian
    text      {"is_speaking": false}    no more audio comes
    text      {"cancel": true}          nobody wants it any more; so does closing the socket

Down, from the server, each a JSON object with a ``type``; ``ended`` or ``failed`` is the last:

    progress    stage, part        how far the server's recogniser has come with its start
    voice       speaking           the voice has risen or fallen; it is quiet at the start
    hypothesis  final, tentative   what is known so far
    segment     as ``speech.Segment`` has it: the next one; it will not change
    advanced    samples            of a file: its audio up to here is recognised
    ended                          all segments were sent
    failed      kind, sentence, remedy

A client sends no more of a file than ``process.AHEAD_SAMPLES`` beyond what has advanced. Keys that
are not known are left alone. What the other side sends is never trusted: whatever does not fit
raises RemoteNotUnderstood, and the socket is closed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from dictation.audio.take_file import BYTES_PER_SAMPLE, encoded, samples_of
from dictation.errors import DictationError, RemoteVersion, ServerSaid
from dictation.recognition.messages import (
    Advanced,
    Cancel,
    Decoded,
    Ended,
    Failed,
    Finish,
    Progress,
    Sent,
    Stage,
    Unusable,
    Voice,
)
from dictation.recognition.options import FILE, LIVE, Options
from dictation.settings import SpokenLanguage
from dictation.speech import (
    LANGUAGES,
    SAMPLE_RATE_HZ,
    Emotion,
    Event,
    Hypothesis,
    Language,
    Samples,
    Segment,
    TextStyle,
    Token,
)
from dictation.text import given
from dictation.translation import Phrase

VERSION = 1
KEY = "dictation"
"""In the first message: that it is one of ours, and of which version."""
PATH = "/"
"""Where FunASR's clients, too, look for the WebSocket."""

MOST_UP_BYTES = 1 << 16
"""Of one message from a client, text or two seconds of audio."""
MOST_DOWN_BYTES = 1 << 20
"""Of one message from a server. A segment of 20 s, the longest, has some 50,000."""

_MOST_SAMPLES = 1 << 40  # two years: counts and times beyond are nonsense
_MOST_S = _MOST_SAMPLES / SAMPLE_RATE_HZ
_ONE = 1 + 1e-5  # a softmax in float32 may sum up to a little more

FINISH = json.dumps({"is_speaking": False})
CANCEL = json.dumps({"cancel": True})


class _Type(StrEnum):
    PROGRESS = "progress"
    VOICE = "voice"
    HYPOTHESIS = "hypothesis"
    SEGMENT = "segment"
    ADVANCED = "advanced"
    ENDED = "ended"
    FAILED = "failed"


class _Profile(StrEnum):
    LIVE = "live"
    FILE = "file"


# --- up


def opening(options: Options) -> str:
    """The first message. Beside our own keys it has those that FunASR's servers look for."""
    live = options.profile.is_live
    language = SpokenLanguage.AUTO if options.language is None else options.language
    message = {
        KEY: VERSION,
        "profile": _Profile.LIVE if live else _Profile.FILE,
        "language": language,
        "languages": sorted(options.languages),
        "style": options.style,
        "mode": "2pass" if live else "offline",
        "wav_name": "dictation",
        "wav_format": "pcm",
        "audio_fs": SAMPLE_RATE_HZ,
        "itn": options.style is TextStyle.WRITTEN,
        "is_speaking": True,
    }
    return json.dumps(message)


def parsed(text: str | bytes) -> dict[str, Any]:
    """A client's text message, of whatever protocol. Raises RemoteNotUnderstood."""
    return given.parsed(text, MOST_UP_BYTES)


def options_of(first: Mapping[str, Any]) -> Options:
    """What an ``opening`` asks for. Raises RemoteVersion or RemoteNotUnderstood."""
    if (version := given.whole(first, KEY, 1 << 31)) != VERSION:
        raise RemoteVersion(theirs=version, ours=VERSION)
    if (rate_hz := first.get("audio_fs", SAMPLE_RATE_HZ)) != SAMPLE_RATE_HZ:
        given.refuse(Phrase("{key} is {value}", key="audio_fs", value=given.shown(rate_hz)))
    spoken = given.choice(first, "language", SpokenLanguage)
    languages = [
        given.choice({"languages": one}, "languages", Language)
        for one in given.items(first, "languages")
    ]
    if not languages or not set(languages) <= set(LANGUAGES):
        given.refuse(
            Phrase(
                "{key} is not one or more of {allowed}",
                key="languages",
                allowed=", ".join(LANGUAGES),
            )
        )
    return Options(
        language=None if spoken is SpokenLanguage.AUTO else Language(spoken.value),
        style=given.choice(first, "style", TextStyle),
        profile=LIVE if given.choice(first, "profile", _Profile) is _Profile.LIVE else FILE,
        languages=frozenset(languages),
    )


def read_up(text: str | bytes, take: int) -> Finish | Cancel:
    """A text message of a client after its first. Raises RemoteNotUnderstood."""
    message = parsed(text)
    if message.get("cancel") is True:
        return Cancel(take)
    if message.get("is_speaking") is False:
        return Finish(take)
    given.refuse(Phrase("it neither ends nor cancels"))


def audio_bytes(samples: Samples) -> list[bytes]:
    """The binary messages of this audio."""
    sound = encoded(samples)
    return [sound[at : at + MOST_UP_BYTES] for at in range(0, len(sound), MOST_UP_BYTES)]


def audio_of(sound: bytes) -> Samples:
    """What a binary message holds. Raises RemoteNotUnderstood."""
    if len(sound) > MOST_UP_BYTES or len(sound) % BYTES_PER_SAMPLE:
        given.refuse(Phrase("audio of {number} bytes", number=len(sound)))
    return samples_of(sound)


# --- down


def written(message: Sent) -> list[str]:
    """The text messages that tell this. Its take goes without saying."""
    match message:
        case Progress(stage, part):
            return [_line(_Type.PROGRESS, stage=stage, part=part)]
        case Voice(_, speaking):
            return [_line(_Type.VOICE, speaking=speaking)]
        case Hypothesis(_, final, tentative):
            line = _line(_Type.HYPOTHESIS, final=final, tentative=tentative)
            # After half a day of speech it would be too long; the segments tell the same.
            return [line] if len(line.encode()) <= MOST_DOWN_BYTES else []
        case Decoded(_, segments):
            return [_line(_Type.SEGMENT, **asdict(segment)) for segment in segments]
        case Advanced(_, samples):
            return [_line(_Type.ADVANCED, samples=samples)]
        case Ended():
            return [_line(_Type.ENDED)]
        case Failed(_, error) | Unusable(error):
            return [_failed(error)]


def read_down(text: str | bytes, take: int) -> Sent:
    """A message from a server. Raises RemoteNotUnderstood."""
    message = given.parsed(text, MOST_DOWN_BYTES)
    match given.choice(message, "type", _Type):
        case _Type.PROGRESS:
            part = None if message.get("part") is None else given.number(message, "part", _ONE)
            return Progress(given.choice(message, "stage", Stage), part)
        case _Type.VOICE:
            return Voice(take, speaking=given.flag(message, "speaking"))
        case _Type.HYPOTHESIS:
            return Hypothesis(take, given.text(message, "final"), given.text(message, "tentative"))
        case _Type.SEGMENT:
            return Decoded(take, (_segment(message),))
        case _Type.ADVANCED:
            return Advanced(take, given.whole(message, "samples", _MOST_SAMPLES))
        case _Type.ENDED:
            return Ended(take)
        case _Type.FAILED:
            return Failed(take, _error(message))


def _line(kind: _Type, /, **fields: object) -> str:
    return json.dumps({"type": kind, **fields}, ensure_ascii=False)


def _failed(error: DictationError) -> str:
    return _line(_Type.FAILED, kind=type(error).__name__, sentence=str(error), remedy=error.remedy)


def _error(message: Mapping[str, Any]) -> ServerSaid:
    kind, sentence, remedy = (
        given.shown(given.text(message, key)) for key in ("kind", "sentence", "remedy")
    )
    return ServerSaid(
        kind=kind,
        sentence=sentence.rstrip(".。") or kind,
        remedy=remedy or Phrase("Ask whoever runs the server."),
    )


def _segment(fields: Mapping[str, Any]) -> Segment:
    return Segment(
        text=given.text(fields, "text"),
        start_s=given.number(fields, "start_s", _MOST_S),
        end_s=given.number(fields, "end_s", _MOST_S),
        language=given.choice(fields, "language", Language),
        emotion=given.choice(fields, "emotion", Emotion),
        event=given.choice(fields, "event", Event),
        style=given.choice(fields, "style", TextStyle),
        language_probability=given.number(fields, "language_probability", _ONE),
        emotion_probability=given.number(fields, "emotion_probability", _ONE),
        event_probability=given.number(fields, "event_probability", _ONE),
        style_probability=given.number(fields, "style_probability", _ONE),
        tokens=tuple(_token(token) for token in given.items(fields, "tokens")),
    )


def _token(fields: object) -> Token:
    if not isinstance(fields, dict):
        given.refuse(Phrase("a token is no object"))
    return Token(
        text=given.text(fields, "text"),
        start_s=given.number(fields, "start_s", _MOST_S),
        end_s=given.number(fields, "end_s", _MOST_S),
        confidence=given.number(fields, "confidence", _ONE),
    )
