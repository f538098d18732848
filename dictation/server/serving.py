"""Listens, until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from dictation.errors import AddressUnusable, CertificateUnusable
from dictation.recognition.messages import Setup
from dictation.recognition.options import Options
from dictation.server.access import Access
from dictation.server.app import guarded_app
from dictation.server.connections import PatientProtocol
from dictation.server.limits import ServerLimits
from dictation.server.metrics import Metrics
from dictation.server.takes import Takes
from dictation.server.wyoming_door import LIMIT, Network, WyomingDoor
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_END_S = 3  # for requests that are being answered
_BACKLOG = 512
_MOST_CONNECTIONS = 1_024
_MESSAGE_BYTES = 2**20
_LONGEST_HEAD = 32 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens, and for whom."""

    host: str
    port: int
    access: Access
    certificate: Path | None = None
    key: Path | None = None
    wyoming_port: int | None = None
    """None: it does not speak Wyoming."""
    wyoming_allowed: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """What it does there."""

    find_setup: Callable[[], Setup]
    options: Options
    """What is recognised where a client does not say otherwise."""
    limits: ServerLimits = field(default_factory=ServerLimits)


@dataclass(frozen=True, slots=True)
class Bound:
    """The ports that it has: those that were asked for, or, for 0, free ones."""

    port: int
    wyoming_port: int | None


def serve(place: Place, service: Service, on_bound: Callable[[Bound], None]) -> None:
    """Until SIGTERM or Ctrl-C. Raises AddressUnusable, CertificateUnusable."""
    _check_certificate(place)
    with contextlib.ExitStack() as opened:
        listener = opened.enter_context(_listening(place.host, place.port))
        wyoming = None
        if place.wyoming_port is not None:
            wyoming = opened.enter_context(_listening(place.host, place.wyoming_port))
        on_bound(Bound(_port(listener), None if wyoming is None else _port(wyoming)))
        asyncio.run(_serve(place, service, listener, wyoming))


async def _serve(
    place: Place, service: Service, listener: socket.socket, wyoming: socket.socket | None
) -> None:
    options, limits, metrics = service.options, service.limits, Metrics()
    async with contextlib.AsyncExitStack() as opened:
        takes = await opened.enter_async_context(Takes(service.find_setup, limits, metrics))
        app = guarded_app(takes, options, place.access, limits, metrics)
        if wyoming is not None:
            door = WyomingDoor(takes, options, limits, place.wyoming_allowed)
            server = await asyncio.start_server(door.connected, sock=wyoming, limit=LIMIT)
            opened.callback(server.close)
        await _Server(_config(app, place, limits)).serve(sockets=[listener])


def _config(app: ASGIApp, place: Place, limits: ServerLimits) -> uvicorn.Config:
    class Patient(PatientProtocol):
        header_s = limits.header_s

    return uvicorn.Config(
        app,
        http=Patient,
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        access_log=False,  # it would hold the tokens of websocket addresses
        proxy_headers=False,  # anybody could claim to be this machine
        server_header=False,
        ws_max_size=_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # a small message must not become a large one
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_END_S,
        ssl_certfile=place.certificate,
        ssl_keyfile=place.key,
    )


class _Server(uvicorn.Server):
    """Ends in order on SIGTERM and Ctrl-C; uvicorn raises the signal once more at its end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        # Only for a socket that says it is TCP does asyncio send each answer at once: otherwise
        # Nagle's algorithm and the client's delayed acknowledgement cost 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except (OSError, OverflowError) as error:
        raise _unusable(host, port, error) from error
    try:
        if os.name == "posix":  # elsewhere it would let two programs have one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise _unusable(host, port, error) from error
    return listener


def _unusable(host: str, port: int, error: Exception) -> AddressUnusable:
    said = getattr(error, "strerror", None)
    reason = said.lower() if said else Phrase("there is no such port")
    return AddressUnusable(host=host, port=port, reason=reason)


def _port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def _check_certificate(place: Place) -> None:
    if place.certificate is None:
        return
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(place.certificate, place.key)
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise CertificateUnusable(reason=str(reason).lower()) from error
