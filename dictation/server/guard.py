"""Stands before every door: who may come in, and how much they may bring in which time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dictation.errors import DictationError
from dictation.server.access import Access
from dictation.server.errors import (
    NoToken,
    RequestError,
    ServerBusy,
    StrangeHost,
    StrangeOrigin,
    TooLarge,
    TooSlow,
)
from dictation.server.limits import RETRY_AFTER_S, Budget, ServerLimits
from dictation.server.metrics import Metrics
from dictation.translation import accepted, told_in

_OPEN_TO_ALL = frozenset({"/", "/health", "/page.css", "/page.js", "/favicon.ico"})
"""They tell nothing, and let one type a token."""
_DOORS = {"/asr": "asr", "/v1/audio/transcriptions": "openai"}

Headers = list[tuple[bytes, bytes]]


class Guard:
    """ASGI middleware."""

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        limits: ServerLimits,
        metrics: Metrics,
        bodies: Budget,
    ) -> None:
        """bodies: bytes, of all requests."""
        self._app = app
        self._access = access
        self._limits = limits
        self._metrics = metrics
        self._bodies = bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        with told_in(accepted(",".join(_all(scope["headers"], b"accept-language")))):
            await self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = self._objection(scope)
        if scope["type"] == "websocket":
            if error is None:
                await self._app(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1008, "reason": str(error)})
            return
        await self._http(scope, receive, self._counting(scope["path"], send), error)

    async def _http(
        self, scope: Scope, receive: Receive, send: Send, error: RequestError | None
    ) -> None:
        if error is None:
            body = _Body(receive, self._limits, self._bodies)
            try:
                length = _length(scope)
                if length is not None and length > self._limits.body_bytes:
                    error = TooLarge(most=self._limits.body_bytes)
                else:
                    await self._app(scope, body, send)
            finally:
                body.forget()
        if error is not None:
            await refuse(scope["path"], error, error.status, send)

    def _objection(self, scope: Scope) -> RequestError | None:
        headers = scope["headers"]
        hosts = _all(headers, b"host")
        if len(hosts) != 1 or not self._access.knows_host(hosts[0]):
            return StrangeHost()
        for origin in _all(headers, b"origin"):
            if not self._access.knows_origin(origin):
                return StrangeOrigin()
        if scope["type"] == "http" and scope["path"] in _OPEN_TO_ALL:
            return None
        return None if self._access.admits(_token(scope)) else NoToken()

    def _counting(self, path: str, send: Send) -> Send:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.requests[_DOORS.get(path, "other"), message["status"]] += 1
            await send(message)

        return counted


class _Body:
    """What a request brings, counted and timed as it comes."""

    def __init__(self, receive: Receive, limits: ServerLimits, bodies: Budget) -> None:
        self._receive = receive
        self._limits = limits
        self._bodies = bodies
        self._taken = 0
        self._is_whole = False
        self._began_s = asyncio.get_running_loop().time()

    async def __call__(self) -> Message:
        """Raises TooSlow, TooLarge, ServerBusy."""
        if self._is_whole:
            return await self._receive()  # waits until the client has gone
        try:
            async with asyncio.timeout(self._limits.stall_s):
                message = await self._receive()
        except TimeoutError as error:
            raise TooSlow from error
        if message["type"] != "http.request":
            return message
        self._is_whole = not message.get("more_body", False)
        self._count(len(message.get("body", b"")))
        return message

    def forget(self) -> None:
        """It is over."""
        self._bodies.give_back(self._taken)
        self._taken = 0

    def _count(self, more: int) -> None:
        if self._taken + more > self._limits.body_bytes:
            raise TooLarge(most=self._limits.body_bytes)
        self._bodies.take(more)
        self._taken += more
        for_s = asyncio.get_running_loop().time() - self._began_s
        if not self._is_whole and not self._limits.body_in_time(self._taken, for_s):
            raise TooSlow


async def refuse(
    path: str, error: DictationError, status: int, send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answers with the error in the form of the door that was knocked at."""
    body = json.dumps(error_body(path, error, status)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    headers += [(name.encode(), value.encode()) for name, value in error_headers(error).items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def error_body(path: str, error: DictationError, status: int) -> dict[str, object]:
    """What is said of an error at this door."""
    if path == "/asr":
        return {"code": 1, "msg": error.whole}
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {"error": {"message": error.whole, "type": kind, "param": None, "code": _code(error)}}


def error_headers(error: DictationError) -> dict[str, str]:
    """Those that go with an error."""
    headers = {"cache-control": "no-store"}
    if isinstance(error, ServerBusy):
        headers["retry-after"] = str(RETRY_AFTER_S)
    if isinstance(error, NoToken):
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, TooSlow | TooLarge):
        headers["connection"] = "close"  # the rest of the body is not read
    return headers


def _code(error: DictationError) -> str:
    """StrangeHost becomes strange_host."""
    name = type(error).__name__
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _all(headers: Headers, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in headers if name == wanted]


def _length(scope: Scope) -> int | None:
    lengths = _all(scope["headers"], b"content-length")
    return int(lengths[0]) if lengths and lengths[0].isdecimal() else None


def _token(scope: Scope) -> str:
    """Empty if there is none. FunASR's clients can send no header, so theirs is in the address."""
    for value in _all(scope["headers"], b"authorization"):
        scheme, _, token = value.partition(" ")
        if scheme.lower() == "bearer":
            return token.strip()
    if scope["type"] == "websocket":
        return _first(parse_qs(scope["query_string"].decode("latin-1")).get("token", []))
    return ""


def _first(values: Iterable[str]) -> str:
    return next(iter(values), "")
