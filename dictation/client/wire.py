"""One take's WebSocket: opened, spoken through, and closed."""

from __future__ import annotations

import asyncio
import os
import re
import ssl
from collections.abc import Callable
from http import HTTPStatus

from dictation import remote_messages
from dictation.client.address import Server
from dictation.errors import (
    ClientMissing,
    DictationError,
    RemoteNotUnderstood,
    ServerAway,
    ServerBusy,
    ServerForbids,
    ServerForeign,
    ServerNotTrusted,
)
from dictation.recognition.messages import Cancel, Ended, Failed, Finish, Open, Sent
from dictation.speech import AudioChunk
from dictation.translation import Phrase, Words, used

CONNECT_S = 5.0
"""For name, connection, encryption and greeting together."""
# With no answer to a ping for twice as long, the server is away. A ping waits behind what is in the
# network's own buffers: of a file, that may be a lot.
_LIVE_PING_S = 5.0
_FILE_PING_S = 30.0
_CLOSE_S = 1.0

try:
    import websockets
    from websockets.asyncio.client import ClientConnection, connect
except ImportError:  # told by ``check``, when a server is really wanted
    IS_INSTALLED = False
else:
    IS_INSTALLED = True

_NUMBER = re.compile(r"\[Errno (\d+)\]")

ToServer = AudioChunk | Finish | Cancel


def check() -> None:
    """Raises ClientMissing."""
    if not IS_INSTALLED:
        raise ClientMissing


async def carry(
    server: Server, opening: Open, rest: asyncio.Queue[ToServer], tell: Callable[[Sent], None]
) -> None:
    """Brings one take to the server, and tells what it answers, up to an Ended or Failed.

    Raises a RemoteError.
    """
    try:
        line = await _connection(server, opening)
        speaking = asyncio.create_task(_speak(line, opening, rest))
        try:
            await _listen(line, opening.take, tell)
        finally:
            speaking.cancel()
            try:
                await line.close()
            finally:  # a goodbye that is cut short, too, must leave no socket open
                line.transport.abort()
    except RemoteNotUnderstood as error:
        raise ServerForeign(server=server.address, reason=error.fields["reason"]) from error
    except websockets.exceptions.InvalidStatus as error:
        raise _refused(server, error.response.status_code) from error
    except websockets.exceptions.ConnectionClosed as error:
        raise ServerAway(server=server.address, reason=Phrase("the connection was lost")) from error
    except (websockets.exceptions.InvalidProxy, websockets.exceptions.ProxyError) as error:
        raise ServerAway(
            server=server.address, reason=Phrase("the proxy did not let it through")
        ) from error
    except websockets.exceptions.WebSocketException as error:
        raise ServerForeign(
            server=server.address, reason=Phrase("it gave no answer of one")
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise ServerNotTrusted(server=server.address, reason=error.verify_message) from error
    except ssl.SSLError as error:
        raise ServerForeign(server=server.address, reason=Phrase("it does not encrypt")) from error
    except TimeoutError as error:
        raise ServerAway(
            server=server.address,
            reason=Phrase("no answer within {seconds:g} s", seconds=CONNECT_S),
        ) from error
    except (OSError, ImportError) as error:  # ImportError: of a SOCKS proxy's package
        raise ServerAway(server=server.address, reason=_reason(error)) from error


def _connection(server: Server, opening: Open) -> connect:
    ping_s = _LIVE_PING_S if opening.options.profile.is_live else _FILE_PING_S
    headers = {"Accept-Language": used().replace("_", "-")}  # of what it says of its troubles
    if server.token:
        headers["Authorization"] = f"Bearer {server.token}"
    return connect(
        server.websocket,
        ssl=_trust(server),
        additional_headers=headers,
        compression=None,  # speech as PCM hardly gets smaller
        proxy=None if server.is_near else True,
        open_timeout=CONNECT_S,
        ping_interval=ping_s,
        ping_timeout=2 * ping_s,
        close_timeout=_CLOSE_S,
        max_size=remote_messages.MOST_DOWN_BYTES,
    )


def _trust(server: Server) -> ssl.SSLContext | None:
    if not server.secure:
        return None
    try:
        return ssl.create_default_context(cafile=server.ca_file)
    except OSError as error:  # an ssl.SSLError is one too
        raise ServerNotTrusted(
            server=server.address,
            reason=Phrase(
                "{file} cannot be used: {reason}", file=server.ca_file, reason=_reason(error)
            ),
        ) from error


async def _listen(line: ClientConnection, take: int, tell: Callable[[Sent], None]) -> None:
    async for text in line:
        message = remote_messages.read_down(text, take)
        tell(message)
        if isinstance(message, Ended | Failed):
            return
    raise ConnectionResetError


async def _speak(line: ClientConnection, opening: Open, rest: asyncio.Queue[ToServer]) -> None:
    try:
        await line.send(remote_messages.opening(opening.options))
        while True:
            match await rest.get():
                case AudioChunk(_, samples):
                    for sound in remote_messages.audio_bytes(samples):
                        await line.send(sound)
                case Finish():
                    await line.send(remote_messages.FINISH)
    except websockets.exceptions.ConnectionClosed:
        return  # whoever listens on the line sees it too, after what the server had to say


def _refused(server: Server, status: int) -> DictationError:
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return ServerForbids(server=server.address, status=status)
        case HTTPStatus.SERVICE_UNAVAILABLE | HTTPStatus.TOO_MANY_REQUESTS:
            return ServerBusy(server=server.address)
        case HTTPStatus.BAD_GATEWAY | HTTPStatus.GATEWAY_TIMEOUT:
            return ServerAway(server=server.address, reason=f"HTTP {status}")
    return ServerForeign(
        server=server.address, reason=Phrase("it answers with HTTP {status}", status=status)
    )


def _reason(error: Exception) -> Words:
    if isinstance(error, ConnectionResetError):
        return Phrase("it closed the connection")
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    number = getattr(error, "errno", None)
    if number is None and (found := _NUMBER.search(text)):  # of several addresses, the first
        number = int(found[1])
    if number is not None and number > 0:  # asyncio puts words of its own in place of the system's
        text = os.strerror(number)
    return str(text).rstrip(".").lower()
