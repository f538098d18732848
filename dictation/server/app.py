"""All doors of HTTP together."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from dictation import __version__
from dictation.errors import DictationError
from dictation.recognition.options import Options
from dictation.server import asr, funasr_door, openai_door, page
from dictation.server.access import Access
from dictation.server.errors import RequestError, status_of
from dictation.server.guard import Guard, error_body, error_headers
from dictation.server.limits import Budget, ServerLimits
from dictation.server.metrics import Metrics
from dictation.server.takes import Takes

_CLIENT_GONE = 499  # nobody sees it


class NotHere(RequestError):
    template = "{reason}."
    remedy_template = "See the start page, which shows what there is."


def guarded_app(
    takes: Takes, options: Options, access: Access, limits: ServerLimits, metrics: Metrics
) -> ASGIApp:
    """options: what is recognised where a client does not say otherwise."""
    app = FastAPI(
        title="Dictation",
        version=__version__,
        docs_url=None,  # they come from other sites
        redoc_url=None,
    )
    bodies = Budget(limits.bodies_bytes)
    app.include_router(page.router())
    app.include_router(asr.router(takes, options, limits))
    app.include_router(openai_door.router(takes, options, limits))
    app.include_router(funasr_door.router(takes, options, limits, bodies))
    app.add_exception_handler(DictationError, _dictation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _gone)

    @app.get("/health", summary="Whether it recognises", responses={503: {"description": "No."}})
    async def health() -> Response:
        if takes.trouble is not None:
            told: dict[str, Any] = {"status": "failed", "reason": str(takes.trouble)}
            return JSONResponse(told, status_code=503)
        return JSONResponse({"status": "ready" if takes.ready else "loading"})

    @app.get("/metrics", summary="What is counted", openapi_extra={"responses": _METRICS})
    async def counted() -> Response:
        text = metrics.text(ready=takes.ready)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    return Guard(app, access, limits, metrics, bodies)


_METRICS = {
    "200": {
        "description": "In Prometheus' text format.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
    **openai_door.ERRORS,
}


async def _dictation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DictationError)
    status = status_of(error)
    body = error_body(request.url.path, error, status)
    return JSONResponse(body, status_code=status, headers=error_headers(error))


async def _http_error(request: Request, error: Exception) -> Response:
    """What Starlette objects to: no such path, no such method."""
    assert isinstance(error, HTTPException)
    body = error_body(request.url.path, NotHere(reason=error.detail), error.status_code)
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)


async def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=_CLIENT_GONE)
