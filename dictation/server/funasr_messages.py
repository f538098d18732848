"""What a client and ``dictation serve`` say to each other over a WebSocket.

FunASR's websocket protocol, so that its clients work here, with everything that SenseVoice tells
in one more field, ``dictation``, for clients that ask for it. This module is both sides' knowledge
of the shapes: pure values, to JSON and back, checked.

The client says, in text frames of JSON, and in binary frames of audio between them:

    {"mode": "2pass", "wav_name": "mic", "is_speaking": true, …}    Start: a take begins
    16-bit little-endian samples, mono, at audio_fs (16 kHz)         its audio
    {"is_speaking": false}                                          Stop: it has no more

mode: ``2pass`` tells hypotheses and segments, ``online`` segments as they come, ``offline`` all at
the end. More takes may follow on the same connection. Further keys of Start, all optional:

    audio_fs            rate of the audio, 8000 to 192000
    wav_format          pcm (default), or that of a whole file, whose bytes are sent: wav, mp3 …
    svs_lang            auto, zh, en, yue, ja, ko
    itn, svs_itn        false: the bare words, without punctuation and digits
    dictation           {"version": 1, "languages": ["zh", "en"]}: the client wants ``dictation`` in
                        every answer; languages: those among which svs_lang auto looks

The server answers in text frames. For FunASR's clients: mode (2pass-online: text may still change,
and is appended to what came since the last 2pass-offline; 2pass-offline: it stays), text,
wav_name, is_final (true once, in the last answer to a take), timestamp, stamp_sents. For ours,
``dictation`` is one of:

    {"kind": "hypothesis", "final": …, "tentative": …}   all that is known so far
    {"kind": "voice", "speaking": true}                  the voice has risen or fallen
    {"kind": "segments", "segments": [{…}]}              the next ones; they stay
    {"kind": "done", "text": …}                          the take is recognised: all of its text
    {"kind": "failed", "error": …, "message": …, "remedy": …}

A segment has all fields of ``speech.Segment``, its tokens those of ``speech.Token``.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from dictation.errors import MessageInvalid
from dictation.speech import (
    LANGUAGES,
    SAMPLE_RATE_HZ,
    Emotion,
    Event,
    Language,
    Segment,
    TextStyle,
    Token,
)
from dictation.translation import Phrase

VERSION = 1
PCM = "pcm"

_RATES_HZ = (8_000, 192_000)
_LONGEST_NAME = 256
_AUTO = "auto"

Choice = TypeVar("Choice", bound=StrEnum)


class Mode(StrEnum):
    """When a client is told of its text."""

    TWO_PASS = "2pass"
    """Hypotheses while one speaks, and each segment when it stays."""
    ONLINE = "online"
    """Each segment when it stays."""
    OFFLINE = "offline"
    """All of it at the end."""


@dataclass(frozen=True, slots=True)
class Start:
    """A take begins."""

    mode: Mode = Mode.TWO_PASS
    name: str = ""
    rate_hz: int = SAMPLE_RATE_HZ
    audio_format: str = PCM
    """What the binary frames are: samples, or the bytes of a whole file."""
    language: Language | None = None
    languages: frozenset[Language] = frozenset(LANGUAGES)
    style: TextStyle = TextStyle.WRITTEN
    version: int | None = VERSION
    """Of the client's ``dictation``; None: it does not know of it."""

    def as_json(self) -> str:
        """The text frame."""
        told: dict[str, Any] = {
            "mode": self.mode.value,
            "chunk_size": [5, 10, 5],
            "wav_name": self.name,
            "wav_format": self.audio_format,
            "audio_fs": self.rate_hz,
            "is_speaking": True,
            "itn": self.style is TextStyle.WRITTEN,
            "svs_itn": self.style is TextStyle.WRITTEN,
            "svs_lang": self.language.value if self.language else _AUTO,
        }
        if self.version is not None:
            languages = [language.value for language in LANGUAGES if language in self.languages]
            told["dictation"] = {"version": self.version, "languages": languages}
        return json.dumps(told)


@dataclass(frozen=True, slots=True)
class Stop:
    """The take has no more audio."""

    def as_json(self) -> str:
        """The text frame."""
        return json.dumps({"is_speaking": False})


@dataclass(frozen=True, slots=True)
class Heard:
    """All that is known of a take: what stays, and what may still change."""

    final: str
    tentative: str


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """The voice has risen or fallen; it is quiet at the start."""

    speaking: bool


@dataclass(frozen=True, slots=True)
class Segments:
    """The next ones of a take."""

    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A take is recognised."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A take got no text."""

    error: str
    """The kind of error, by the name of its class in ``dictation.errors`` or the server's own."""
    message: str
    remedy: str


Told = Heard | VoiceHeard | Segments | Done | Refused


def read_request(text: str) -> Start | Stop:
    """A client's text frame. Raises MessageInvalid."""
    told = _object(text)
    if told.get("is_speaking") is False:
        return Stop()
    itn = told.get("svs_itn", told.get("itn"))
    ours = told.get("dictation")
    if ours is not None and not isinstance(ours, dict):
        raise MessageInvalid(reason=Phrase("dictation is not an object"))
    return Start(
        mode=_choice(Mode, _given(told, "mode", Mode.TWO_PASS), "mode"),
        name=_text(_given(told, "wav_name", ""), "wav_name")[:_LONGEST_NAME],
        rate_hz=_rate(_given(told, "audio_fs", SAMPLE_RATE_HZ)),
        audio_format=_text(_given(told, "wav_format", PCM), "wav_format").lower(),
        language=_language(_given(told, "svs_lang", _AUTO)),
        languages=_languages(ours or {}),
        style=TextStyle.SPOKEN if itn is False else TextStyle.WRITTEN,
        version=None if ours is None else _version(ours),
    )


def told_json(told: Told) -> dict[str, Any]:
    """The value of ``dictation`` in an answer."""
    match told:
        case Heard():
            return {"kind": "hypothesis", **dataclasses.asdict(told)}
        case VoiceHeard():
            return {"kind": "voice", **dataclasses.asdict(told)}
        case Segments():
            return {"kind": "segments", **dataclasses.asdict(told)}
        case Done():
            return {"kind": "done", **dataclasses.asdict(told)}
        case Refused():
            return {"kind": "failed", **dataclasses.asdict(told)}


def read_answer(text: str) -> Told:
    """A server's text frame to a client that asked for ``dictation``. Raises MessageInvalid."""
    told = _object(text).get("dictation")
    if not isinstance(told, dict):
        raise MessageInvalid(reason=Phrase("there is no dictation in it"))
    reader = _READERS.get(told.get("kind", ""))
    if reader is None:
        raise MessageInvalid(reason=Phrase("dictation is of no known kind"))
    try:
        return reader(told)
    except (KeyError, TypeError, ValueError) as error:
        raise MessageInvalid(reason=Phrase("{name} is malformed", name=told["kind"])) from error


def _segments(told: Mapping[str, Any]) -> Segments:
    return Segments(tuple(_segment(each) for each in told["segments"]))


def _segment(told: Mapping[str, Any]) -> Segment:
    return Segment(
        text=_text(told["text"], "text"),
        start_s=float(told["start_s"]),
        end_s=float(told["end_s"]),
        language=Language(told["language"]),
        emotion=Emotion(told["emotion"]),
        event=Event(told["event"]),
        style=TextStyle(told["style"]),
        language_probability=float(told["language_probability"]),
        emotion_probability=float(told["emotion_probability"]),
        event_probability=float(told["event_probability"]),
        style_probability=float(told["style_probability"]),
        tokens=tuple(
            Token(
                text=_text(token["text"], "text"),
                start_s=float(token["start_s"]),
                end_s=float(token["end_s"]),
                confidence=float(token["confidence"]),
            )
            for token in told["tokens"]
        ),
    )


_READERS: dict[str, Callable[[Mapping[str, Any]], Told]] = {
    "hypothesis": lambda told: Heard(
        _text(told["final"], "final"), _text(told["tentative"], "tentative")
    ),
    "voice": lambda told: VoiceHeard(speaking=bool(told["speaking"])),
    "segments": _segments,
    "done": lambda told: Done(_text(told["text"], "text")),
    "failed": lambda told: Refused(
        _text(told["error"], "error"),
        _text(told["message"], "message"),
        _text(told["remedy"], "remedy"),
    ),
}


def _object(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MessageInvalid(reason=Phrase("it is not JSON")) from error
    if not isinstance(told, dict):
        raise MessageInvalid(reason=Phrase("it is not a JSON object"))
    return told


def _given(told: Mapping[str, Any], key: str, usual: object) -> Any:
    """Clients also send nothing as null or empty."""
    value = told.get(key)
    return usual if value is None or value == "" else value


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise MessageInvalid(reason=Phrase("{key} is not text", key=key))
    return value


def _choice(kind: type[Choice], value: Any, key: str) -> Choice:
    try:
        return kind(value)
    except ValueError as error:
        allowed = ", ".join(each.value for each in kind)
        raise MessageInvalid(
            reason=Phrase("{key} is none of {allowed}", key=key, allowed=allowed)
        ) from error


def _rate(value: object) -> int:
    lowest, highest = _RATES_HZ
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise MessageInvalid(
            reason=Phrase(
                "{key} is no number from {lowest} to {highest}",
                key="audio_fs",
                lowest=lowest,
                highest=highest,
            )
        )
    return value


def _language(value: object) -> Language | None:
    if value == _AUTO:
        return None
    language = _choice(Language, value, "svs_lang")
    if language not in LANGUAGES:
        raise MessageInvalid(reason=Phrase("svs_lang is no language"))
    return language


def _languages(ours: Mapping[str, Any]) -> frozenset[Language]:
    if "languages" not in ours:
        return frozenset(LANGUAGES)
    values = ours["languages"]
    if not isinstance(values, list) or not values:
        raise MessageInvalid(reason=Phrase("languages is not a list of one or more"))
    found = frozenset(_choice(Language, value, "languages") for value in values)
    if Language.NO_SPEECH in found:
        raise MessageInvalid(reason=Phrase("languages has one that is no language"))
    return found


def _version(ours: Mapping[str, Any]) -> int:
    version = ours.get("version", VERSION)
    if not isinstance(version, int) or isinstance(version, bool):
        raise MessageInvalid(reason=Phrase("version is not a number"))
    return version
