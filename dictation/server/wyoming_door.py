"""Wyoming, the protocol of Home Assistant's voice: lines of JSON and audio over TCP.

It knows no token by design, so that only those who are named may use it from other machines.
https://github.com/OHF-Voice/wyoming
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import logging
import zlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dictation import __version__
from dictation.audio.conversion import Converter
from dictation.errors import DictationError, RemoteNotUnderstood
from dictation.recognition.options import FILE, Options
from dictation.server.access import is_loopback
from dictation.server.errors import BadRequest, NotInTime, ServerBusy
from dictation.server.limits import ServerLimits
from dictation.server.recording import as_steps
from dictation.server.takes import LiveTake, Takes
from dictation.speech import LANGUAGES, Language, Transcript
from dictation.text import given
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LONGEST_LINE = 64 * 1024
_MOST_DATA = 64 * 1024
_MOST_PAYLOAD = 2**20
_MOST_CONNECTIONS = 64
_WIDTHS: dict[int, tuple[str, float]] = {2: ("<i2", 2.0**15), 4: ("<i4", 2.0**31)}
_RATES_HZ = (1_000, 400_000)
_MOST_CHANNELS = 16


@dataclass(frozen=True, slots=True)
class Event:
    """One message."""

    kind: str
    data: dict[str, Any]
    payload: bytes = b""


class WyomingDoor:
    """Listens on a port of its own."""

    def __init__(
        self,
        takes: Takes,
        options: Options,
        limits: ServerLimits,
        allowed: Collection[Network] = (),
    ) -> None:
        """allowed: who may come besides this machine itself."""
        self._takes = takes
        self._options = options
        self._limits = limits
        self._allowed = tuple(allowed)
        self._connections = 0

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """For ``asyncio.start_server``, with LIMIT as its limit."""
        try:
            peer = writer.get_extra_info("peername")
            host, port = str(peer[0]), int(peer[1])
            if self.admits(host) and self._connections < _MOST_CONNECTIONS:
                client = zlib.crc32(f"{host}:{port}".encode())
                options = replace(self._options, client=client)
                await self._talk(_Talk(reader, writer, self._takes, options))
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _talk(self, talk: _Talk) -> None:
        self._connections += 1
        try:
            await talk.go_on(self._limits)
        except (EOFError, OSError, TimeoutError):
            pass  # the client has gone, or said nothing for long
        except DictationError as error:
            with contextlib.suppress(OSError):
                await talk.say(Event("error", {"text": str(error), "code": _code(error)}))
        finally:
            self._connections -= 1

    def admits(self, host: str) -> bool:
        """Whether a client of this address may come in."""
        if is_loopback(host):
            return True
        address = ipaddress.ip_address(host.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._allowed)


LIMIT = _LONGEST_LINE


class _Talk:
    """One connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        takes: Takes,
        options: Options,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._takes = takes
        self._options = options
        self._language: Language | None = None

    async def go_on(self, limits: ServerLimits) -> None:
        """Raises EOFError, OSError, TimeoutError, or what the client did wrong."""
        while True:
            async with asyncio.timeout(limits.idle_s):
                event = await self._heard(limits)
            match event.kind:
                case "describe":
                    await self.say(Event("info", _info()))
                case "ping":
                    await self.say(Event("pong", event.data))
                case "transcribe":
                    self._language = _language(event.data.get("language"))
                case "audio-start":
                    await self._transcribe(limits)

    async def _transcribe(self, limits: ServerLimits) -> None:
        language = self._language or self._options.language
        options = replace(self._options, profile=FILE, language=language)
        with self._takes.open(options) as take:
            await self._hear(take, limits)
            take.finish()
            transcript = await self._recognised(take, limits)
        segments = transcript.segments
        told: dict[str, Any] = {"text": transcript.text}
        if segments:
            told["language"] = segments[0].language.value
        await self.say(Event("transcript", told))
        self._language = None

    async def _hear(self, take: LiveTake, limits: ServerLimits) -> None:
        converter: Converter | None = None
        while True:
            async with asyncio.timeout(limits.silence_s):
                event = await self._heard(limits)
            if event.kind == "audio-chunk":
                rate_hz, frames = _frames(event)
                converter = converter or Converter(rate_hz)
                take.hear(as_steps(converter.convert(frames)))
            elif event.kind == "audio-stop":
                if converter is not None:
                    take.hear(as_steps(converter.finish()))
                return

    async def _recognised(self, take: LiveTake, limits: ServerLimits) -> Transcript:
        """Raises NotInTime, and EOFError when the client goes; it has nothing to say meanwhile."""
        working = asyncio.ensure_future(take.transcript())
        gone = asyncio.ensure_future(self._until_gone())
        try:
            done, _ = await asyncio.wait(
                {working, gone}, timeout=limits.answer_s, return_when=asyncio.FIRST_COMPLETED
            )
            if working in done:
                return working.result()
            if gone in done:
                raise EOFError
            raise NotInTime(deadline_s=limits.answer_s)
        finally:
            working.cancel()
            gone.cancel()
            await asyncio.wait({working, gone})

    async def _until_gone(self) -> None:
        while not self._reader.at_eof():
            if self._reader.exception() is not None:
                return
            await asyncio.sleep(0.2)

    async def say(self, event: Event) -> None:
        """Raises OSError."""
        data = json.dumps(event.data, ensure_ascii=False).encode()
        head = {"type": event.kind, "version": __version__, "data_length": len(data)}
        self._writer.write(json.dumps(head).encode() + b"\n" + data)
        await self._writer.drain()

    async def _heard(self, limits: ServerLimits) -> Event:
        """Raises EOFError, OSError, TimeoutError, BadRequest."""
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            raise BadRequest(reason=Phrase("a line is too long")) from error
        head = _object(line)
        kind, data = head.get("type"), head.get("data")
        data = {} if data is None else data
        if not isinstance(kind, str) or not isinstance(data, dict):
            raise BadRequest(reason=Phrase("an event has no type, or no object for data"))
        async with asyncio.timeout(limits.stall_s):
            more = await self._reader.readexactly(_size(head, "data_length", _MOST_DATA))
            payload = await self._reader.readexactly(_size(head, "payload_length", _MOST_PAYLOAD))
        return Event(kind, data | (_object(more) if more else {}), payload)


def _object(text: bytes) -> dict[str, Any]:
    try:
        return given.parsed(text, max(_LONGEST_LINE, _MOST_DATA))
    except RemoteNotUnderstood as error:
        raise BadRequest(reason=error.fields["reason"]) from error


def _size(head: dict[str, Any], key: str, most: int) -> int:
    size = head.get(key)
    size = 0 if size is None else size
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= most:
        raise BadRequest(reason=Phrase("{key} is no number up to {most}", key=key, most=most))
    return size


def _frames(event: Event) -> tuple[int, NDArray[np.float32]]:
    """The rate, and float32 of shape (n, channels)."""
    rate_hz, width, channels = (event.data.get(key) for key in ("rate", "width", "channels"))
    lowest, highest = _RATES_HZ
    if not isinstance(rate_hz, int) or not lowest <= rate_hz <= highest:
        raise BadRequest(
            reason=Phrase(
                "{key} is no number from {lowest} to {highest}",
                key="rate",
                lowest=lowest,
                highest=highest,
            )
        )
    if not isinstance(width, int) or width not in _WIDTHS:
        raise BadRequest(reason=Phrase("width is neither 2 nor 4"))
    if not isinstance(channels, int) or not 1 <= channels <= _MOST_CHANNELS:
        raise BadRequest(
            reason=Phrase(
                "{key} is no number from {lowest} to {highest}",
                key="channels",
                lowest=1,
                highest=_MOST_CHANNELS,
            )
        )
    if len(event.payload) % (width * channels):
        raise BadRequest(reason=Phrase("a chunk ends within a frame"))
    dtype, full = _WIDTHS[width]
    samples = np.frombuffer(event.payload, dtype).astype(np.float32) / np.float32(full)
    return rate_hz, samples.reshape(-1, channels)


def _language(told: object) -> Language | None:
    """Home Assistant says en-US, or zh-HK; what is not known is found by the model."""
    if not isinstance(told, str):
        return None
    if told.lower().replace("_", "-") in ("zh-hk", "yue-hk"):
        return Language.CANTONESE
    known = {language.value: language for language in LANGUAGES}
    return known.get(told.lower().replace("_", "-").partition("-")[0])


def _info() -> dict[str, Any]:
    attribution = {"name": "FunAudioLLM", "url": "https://github.com/FunAudioLLM/SenseVoice"}
    model = {
        "name": "sensevoice-small",
        "description": "SenseVoice-Small",
        "attribution": attribution,
        "installed": True,
        "version": None,
        "languages": [language.value for language in LANGUAGES],
    }
    program = {
        "name": "dictation",
        "description": "Speech to text on your own machine",
        "attribution": attribution,
        "installed": True,
        "version": __version__,
        "models": [model],
    }
    return {"asr": [program]}


def _code(error: DictationError) -> str:
    return "busy" if isinstance(error, ServerBusy) else "error"
