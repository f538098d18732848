"""OpenAI's ``/v1/audio/transcriptions`` and ``/v1/models``: most clients speak it already."""

from __future__ import annotations

import asyncio
import json
import math
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from dictation.errors import DictationError
from dictation.recognition.messages import Decoded, Final
from dictation.recognition.options import Options
from dictation.server.errors import BadRequest, NotInTime
from dictation.server.guard import error_body
from dictation.server.limits import ServerLimits
from dictation.server.requests import recognised, recording_of, with_client
from dictation.server.takes import Take, Takes
from dictation.speech import LANGUAGES, Language, Segment, Transcript
from dictation.text.joining import gap, join
from dictation.text.subtitles import srt, vtt
from dictation.text.words import words_of
from dictation.translation import Phrase

MODEL = "sensevoice-small"
_PATH = "/v1/audio/transcriptions"
_MOST_FIELDS = 64
_FIELD_BYTES = 64 * 1024
_NAMES = {
    Language.CHINESE: "chinese",
    Language.ENGLISH: "english",
    Language.CANTONESE: "cantonese",
    Language.JAPANESE: "japanese",
    Language.KOREAN: "korean",
    Language.NO_SPEECH: "",
}
_LEAST = 1e-10  # a probability whose logarithm is taken

Choice = TypeVar("Choice", bound=StrEnum)


class Form(StrEnum):
    """What is answered."""

    JSON = "json"
    TEXT = "text"
    SRT = "srt"
    VTT = "vtt"
    VERBOSE_JSON = "verbose_json"


class Granularity(StrEnum):
    """Of what the times are told."""

    WORD = "word"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks for; the model's name, prompts and temperatures change nothing."""

    content: bytes
    form: Form
    language: Language | None
    granularities: frozenset[Granularity]
    stream: bool


_FORM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "model": {"type": "string", "description": "Any name; there is one model."},
        "language": {"type": "string", "enum": ["auto", *LANGUAGES]},
        "response_format": {"type": "string", "enum": list(Form)},
        "timestamp_granularities[]": {
            "type": "array",
            "items": {"type": "string", "enum": list(Granularity)},
        },
        "stream": {"type": "string", "enum": ["true", "false"]},
    },
}
_ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {"message": {"type": "string"}, "type": {"type": "string"}},
        }
    },
}
ERRORS: dict[str, Any] = {
    status: {
        "description": description,
        "content": {"application/json": {"schema": _ERROR_SCHEMA}},
    }
    for status, description in (("4XX", "What is wrong."), ("503", "Not now."))
}


def router(takes: Takes, options: Options, limits: ServerLimits) -> APIRouter:
    """options: what is recognised where the client does not say otherwise."""
    routes = APIRouter(prefix="/v1")

    @routes.post(
        "/audio/transcriptions",
        summary="A file in, its text out, as OpenAI has it",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"multipart/form-data": {"schema": _FORM_SCHEMA}},
            },
            "responses": {
                "200": {
                    "description": "The text.",
                    "content": {
                        "application/json": {"schema": {"type": "object"}},
                        "text/plain": {"schema": {"type": "string"}},
                        "text/vtt": {"schema": {"type": "string"}},
                        "text/event-stream": {"schema": {"type": "string"}},
                    },
                },
                **ERRORS,
            },
        },
    )
    async def transcriptions(request: Request) -> Response:
        wish = await _wish(request)
        recording = await recording_of(wish.content, limits)
        wanted = replace(options, language=wish.language or options.language)
        if wish.stream:
            # Asked for here, so that a full queue is a 503 still.
            take = takes.submit(recording, with_client(wanted, request))
            events = _events(take, recording.duration_s, limits.answer_s)
            return StreamingResponse(events, media_type="text/event-stream")
        transcript = await recognised(request, takes, recording, wanted, limits)
        return _ANSWERS[wish.form](transcript, recording.duration_s, wish)

    @routes.get("/models", summary="The one model", openapi_extra={"responses": ERRORS})
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [_model(MODEL)]}

    @routes.get("/models/{name}", summary="It, by any name", openapi_extra={"responses": ERRORS})
    async def model(name: str) -> dict[str, Any]:
        return _model(name)

    return routes


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "dictation"}


class _InMemory(MultiPartParser):
    """Nothing of what is sent touches a disk; its whole size is limited before."""

    spool_max_size = 2**62


async def _wish(request: Request) -> Wish:
    """Raises BadRequest."""
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "multipart/form-data":
        raise BadRequest(reason=Phrase("its body is not multipart/form-data"))
    parser = _InMemory(
        request.headers,
        request.stream(),
        max_files=1,
        max_fields=_MOST_FIELDS,
        max_part_size=_FIELD_BYTES,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise BadRequest(reason=error.message.rstrip(".").lower()) from error
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise BadRequest(reason=Phrase("there is no file in it"))
    content = await file.read()
    await form.close()
    granularities = [
        *form.getlist("timestamp_granularities[]"),
        *form.getlist("timestamp_granularities"),
    ]
    wish = Wish(
        content,
        form=_choice(Form, form.get("response_format") or Form.JSON, "response_format"),
        language=_language(form.get("language") or "auto"),
        granularities=frozenset(
            _choice(Granularity, each, "timestamp_granularities") for each in granularities
        ),
        stream=_flag(form.get("stream") or "false"),
    )
    if wish.stream and wish.form not in (Form.JSON, Form.TEXT):
        raise BadRequest(reason=Phrase("stream goes with the formats json and text alone"))
    return wish


def _choice(kind: type[Choice], value: Any, key: str) -> Choice:
    try:
        return kind(value)
    except ValueError as error:
        allowed = ", ".join(each.value for each in kind)
        raise BadRequest(
            reason=Phrase("{key} is none of {allowed}", key=key, allowed=allowed)
        ) from error


def _language(value: object) -> Language | None:
    if value == "auto":
        return None
    by_name = {name: language for language, name in _NAMES.items() if name}
    given = by_name.get(str(value).lower(), value)
    language = _choice(Language, given, "language")
    if language not in LANGUAGES:
        raise BadRequest(
            reason=Phrase(
                "{key} is none of {allowed}", key="language", allowed=", ".join(LANGUAGES)
            )
        )
    return language


def _flag(value: object) -> bool:
    known = {"true": True, "1": True, "false": False, "0": False}
    if not isinstance(value, str) or value.lower() not in known:
        raise BadRequest(reason=Phrase("stream is neither true nor false"))
    return known[value.lower()]


def _json(transcript: Transcript, duration_s: float, _: Wish) -> Response:
    return JSONResponse({"text": transcript.text, "usage": _usage(duration_s)})


def _verbose(transcript: Transcript, duration_s: float, wish: Wish) -> Response:
    segments = transcript.segments
    answer: dict[str, Any] = {
        "task": "transcribe",
        "language": _NAMES[_most_spoken(segments)],
        "duration": round(duration_s, 3),
        "text": transcript.text,
        "usage": _usage(duration_s),
    }
    if Granularity.WORD in wish.granularities:
        answer["words"] = [
            {"word": word.text, "start": round(word.start_s, 3), "end": round(word.end_s, 3)}
            for segment in segments
            for word in words_of(segment)
        ]
    if Granularity.SEGMENT in wish.granularities or not wish.granularities:
        answer["segments"] = [_segment(number, each) for number, each in enumerate(segments)]
    return JSONResponse(answer)


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    text = segment.text.encode()
    certain = [math.log(max(token.confidence, _LEAST)) for token in segment.tokens]
    return {
        "id": number,
        "seek": 0,
        "start": round(segment.start_s, 3),
        "end": round(segment.end_s, 3),
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": round(sum(certain) / len(certain), 4) if certain else 0.0,
        "compression_ratio": round(len(text) / len(zlib.compress(text)), 3),
        "no_speech_prob": 0.0,
        # What no other model of this interface has:
        "language": segment.language.value,
        "language_probability": round(segment.language_probability, 3),
        "emotion": segment.emotion.value,
        "emotion_probability": round(segment.emotion_probability, 3),
        "event": segment.event.value,
        "event_probability": round(segment.event_probability, 3),
    }


def _most_spoken(segments: tuple[Segment, ...]) -> Language:
    lengths: dict[Language, float] = {}
    for segment in segments:
        longer = segment.end_s - segment.start_s
        lengths[segment.language] = lengths.get(segment.language, 0.0) + longer
    return max(lengths, key=lambda language: lengths[language], default=Language.NO_SPEECH)


def _usage(duration_s: float) -> dict[str, Any]:
    return {"type": "duration", "seconds": math.ceil(duration_s)}


_ANSWERS: Mapping[Form, Callable[[Transcript, float, Wish], Response]] = {
    Form.JSON: _json,
    Form.VERBOSE_JSON: _verbose,
    Form.TEXT: lambda transcript, *_: PlainTextResponse(f"{transcript.text}\n"),
    Form.SRT: lambda transcript, *_: PlainTextResponse(srt(transcript.segments)),
    Form.VTT: lambda transcript, *_: PlainTextResponse(
        vtt(transcript.segments), media_type="text/vtt"
    ),
}


async def _events(take: Take, duration_s: float, deadline_s: float) -> AsyncIterator[str]:
    """Server-sent events; cancelled when the client goes."""
    with take:
        try:
            async with asyncio.timeout(deadline_s):
                async for event in _told(take, duration_s):
                    yield _event(event)
        except TimeoutError:
            yield _event(error_body(_PATH, NotInTime(deadline_s=deadline_s), 503))
        except DictationError as error:
            yield _event(error_body(_PATH, error, 503))
    yield "data: [DONE]\n\n"


async def _told(take: Take, duration_s: float) -> AsyncIterator[dict[str, Any]]:
    said = ""
    async for message in take.messages():
        if isinstance(message, Decoded):
            more = join(segment.text for segment in message.segments)
            if more:
                delta = gap(said, more) + more
                said += delta
                yield {"type": "transcript.text.delta", "delta": delta}
        elif isinstance(message, Final):
            text, usage = message.transcript.text, _usage(duration_s)
            yield {"type": "transcript.text.done", "text": text, "usage": usage}


def _event(told: dict[str, Any]) -> str:
    return f"data: {json.dumps(told, ensure_ascii=False)}\n\n"
