"""``POST /asr``: base64 audio in JSON, text with emoji out."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from dictation.recognition.options import Options
from dictation.server.errors import BadRequest
from dictation.server.limits import ServerLimits
from dictation.server.requests import recognised, recording_of
from dictation.server.takes import Takes
from dictation.text.rich import with_emoji
from dictation.translation import Phrase

_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["wav"],
                "properties": {
                    "wav": {
                        "type": "string",
                        "format": "byte",
                        "description": "A WAV, FLAC, MP3 or Ogg file in base64.",
                    }
                },
            }
        }
    },
}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["code", "msg"],
    "properties": {
        "code": {"type": "integer", "enum": [0, 1]},
        "msg": {"type": "string"},
        "res": {"type": "string"},
    },
}


def router(takes: Takes, options: Options, limits: ServerLimits) -> APIRouter:
    """options: what is recognised as the server's owner has it."""
    routes = APIRouter()

    @routes.post(
        "/asr",
        summary="Base64 audio in JSON, text with emoji out",
        openapi_extra={
            "requestBody": _BODY,
            "responses": {
                "200": _answer("The text."),
                "4XX": _answer("Why there is none."),
                "503": _answer("Why there is none now."),
            },
        },
    )
    async def asr(request: Request) -> Response:
        body = await request.body()
        content = await asyncio.to_thread(_content, body)
        recording = await recording_of(content, limits)
        transcript = await recognised(request, takes, recording, options, limits)
        return JSONResponse({"code": 0, "msg": "ok", "res": with_emoji(transcript)})

    return routes


def _answer(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _ANSWER}}}


def _content(body: bytes) -> bytes:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest(reason=Phrase("its body is not JSON")) from error
    wav = told.get("wav") if isinstance(told, dict) else None
    if not isinstance(wav, str):
        raise BadRequest(reason=Phrase("its body is not an object with base64 text in wav"))
    try:
        # Lines may be broken, as mail has them; browsers put a head before it.
        packed = wav.rpartition("base64,")[2] if wav.startswith("data:") else wav
        return base64.b64decode("".join(packed.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(reason=Phrase("wav is not base64")) from error
