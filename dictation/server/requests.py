"""One HTTP request on its way through: its body read, its audio recognised, or given up."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from starlette.requests import ClientDisconnect, HTTPConnection, Request

from dictation.recognition.options import Options
from dictation.server.access import is_loopback
from dictation.server.errors import NotInTime
from dictation.server.limits import ServerLimits
from dictation.server.recording import Recording, decoded
from dictation.server.takes import Takes
from dictation.speech import Transcript

Result = TypeVar("Result")


async def recording_of(content: bytes, limits: ServerLimits) -> Recording:
    """Decoded on a thread. Raises AudioUnusable, TooLong."""
    return await asyncio.to_thread(decoded, content, limits.audio_s)


async def recognised(
    request: Request, takes: Takes, recording: Recording, options: Options, limits: ServerLimits
) -> Transcript:
    """Raises ClientDisconnect as soon as the client goes, NotInTime, and what the take fails with.

    The request's body has been read.
    """
    with takes.submit(recording, with_client(options, request)) as take:
        return await unless_gone(request, take.transcript, limits.answer_s)


async def unless_gone(
    request: Request, work: Callable[[], Awaitable[Result]], deadline_s: float
) -> Result:
    """What the work gives. Raises ClientDisconnect as soon as the client goes, and NotInTime."""
    working = asyncio.ensure_future(work())
    gone = asyncio.ensure_future(request.receive())
    try:
        done, _ = await asyncio.wait(
            {working, gone}, timeout=deadline_s, return_when=asyncio.FIRST_COMPLETED
        )
        if working in done:
            return working.result()
        if gone in done:
            raise ClientDisconnect
        raise NotInTime(deadline_s=deadline_s)
    finally:
        working.cancel()
        gone.cancel()
        await asyncio.wait({working, gone})


def with_client(options: Options, connection: HTTPConnection) -> Options:
    """Whose turn it takes: a machine's, or on this machine, where all have one address, a
    connection's."""
    client = connection.client
    if client is None:
        return options
    name = f"{client.host}:{client.port}" if is_loopback(client.host) else client.host
    return replace(options, client=zlib.crc32(name.encode()))
