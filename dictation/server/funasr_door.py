"""FunASR's websocket protocol, for its clients and, with what they do not know, for our own."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from dictation.audio.conversion import Converter
from dictation.errors import DictationError, MessageInvalid
from dictation.recognition.messages import Decoded, Final, Up, Voice
from dictation.recognition.options import FILE, LIVE, Options
from dictation.server.errors import NotInTime, TooLarge, TooSlow
from dictation.server.funasr_messages import (
    PCM,
    Done,
    Heard,
    Mode,
    Refused,
    Segments,
    Start,
    Stop,
    Told,
    VoiceHeard,
    read_request,
    told_json,
)
from dictation.server.limits import Budget, ServerLimits
from dictation.server.own_door import OwnDoor
from dictation.server.recording import Steps, as_steps
from dictation.server.requests import recording_of, with_client
from dictation.server.takes import Take, Takes
from dictation.speech import Hypothesis, Segment
from dictation.text.joining import gap, join
from dictation.text.words import words_of
from dictation.translation import Phrase

_SUBPROTOCOL = "binary"
_POLICY_VIOLATION = 1008
_LONGEST_REASON = 123  # bytes in a frame that closes
_SAMPLE_BYTES = 2


def router(takes: Takes, options: Options, limits: ServerLimits, bodies: Budget) -> APIRouter:
    """options: what is recognised where the client does not say otherwise. bodies: bytes of files,
    of all clients."""
    routes = APIRouter()

    @routes.websocket("/")
    @routes.websocket("/ws")
    async def talk(socket: WebSocket) -> None:
        offered = socket.scope.get("subprotocols", [])
        await socket.accept(_SUBPROTOCOL if _SUBPROTOCOL in offered else None)
        options_here = with_client(options, socket)
        conversation = Conversation(socket, takes, options_here, limits, bodies)
        try:
            await conversation.go_on()
        except WebSocketDisconnect:
            pass  # the client has gone
        except DictationError as error:
            await _hang_up(socket, error)

    return routes


async def _hang_up(socket: WebSocket, error: DictationError) -> None:
    reason = str(error).encode()[:_LONGEST_REASON].decode(errors="ignore")
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # it has hung up itself
        await socket.close(_POLICY_VIOLATION, reason)


class Conversation:
    """One connection: takes, one after the other."""

    def __init__(
        self,
        socket: WebSocket,
        takes: Takes,
        options: Options,
        limits: ServerLimits,
        bodies: Budget,
    ) -> None:
        self._socket = socket
        self._takes = takes
        self._options = options
        self._limits = limits
        self._bodies = bodies
        self._own_door = OwnDoor(self, takes, limits, options.client)
        self._receiving: asyncio.Task[str | bytes] | None = None

    async def go_on(self) -> None:
        """Until the client has gone: raises WebSocketDisconnect, or what it did wrong."""
        patience_s = self._limits.header_s
        try:
            while True:
                message = await self.next(patience_s)
                if not isinstance(message, str):
                    raise MessageInvalid(reason=Phrase("audio came before the first message"))
                if (first := OwnDoor.opening(message)) is not None:
                    await self._own_door.hear(first)
                    continue
                start = read_request(message)
                if isinstance(start, Start):  # an end without a begin is an end of nothing
                    await self._hear(start)
                patience_s = self._limits.idle_s
        finally:
            if self._receiving is not None:
                self._receiving.cancel()

    async def _hear(self, start: Start) -> None:
        answers = Answers(start)
        try:
            if start.audio_format == PCM:
                await self._hear_samples(start, answers)
            else:
                await self._hear_file(start, answers)
        except DictationError as error:
            await self._send(answers.refused(error))
            raise

    async def _hear_samples(self, start: Start, answers: Answers) -> None:
        listener = Listener(start.rate_hz)
        with self._takes.open(_options(start, self._options)) as take:
            telling = asyncio.ensure_future(self._tell(take, answers))
            try:
                is_over = False
                while not is_over:
                    message = await self.next(self._limits.silence_s, telling)
                    if isinstance(message, bytes):
                        take.hear(listener.hear(message))
                    else:
                        is_over = self._changed(message)
                take.hear(listener.finish())
                take.finish()
                await self.until_told(telling)
            finally:
                telling.cancel()
                await asyncio.wait({telling})

    async def _hear_file(self, start: Start, answers: Answers) -> None:
        content = bytearray()
        try:
            await self._receive_file(content)
            await self._recognise_file(bytes(content), start, answers)
        finally:
            self._bodies.give_back(len(content))

    async def _receive_file(self, content: bytearray) -> None:
        is_over = False
        while not is_over:
            message = await self.next(self._limits.silence_s)
            if isinstance(message, bytes):
                if len(content) + len(message) > self._limits.body_bytes:
                    raise TooLarge(most=self._limits.body_bytes)
                self._bodies.take(len(message))
                content += message
            else:
                is_over = self._changed(message)

    async def _recognise_file(self, content: bytes, start: Start, answers: Answers) -> None:
        recording = await recording_of(content, self._limits)
        with self._takes.submit(recording, _options(start, self._options)) as take:
            telling = asyncio.ensure_future(self._tell(take, answers))
            try:
                await self.until_told(telling)
            finally:
                telling.cancel()
                await asyncio.wait({telling})

    @staticmethod
    def _changed(message: str) -> bool:
        """Whether the take is over. Clients may say other things meanwhile; they change nothing."""
        return isinstance(read_request(message), Stop)

    async def next(
        self, patience_s: float, telling: asyncio.Future[None] | None = None
    ) -> str | bytes:
        """What the client says. Raises what telling fails with, TooSlow, WebSocketDisconnect."""
        if self._receiving is None:
            self._receiving = asyncio.ensure_future(self._receive())
        waited_for: set[asyncio.Future[Any]] = {self._receiving}
        if telling is not None:
            waited_for.add(telling)
        done, _ = await asyncio.wait(
            waited_for, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED
        )
        if telling is not None and telling in done:
            telling.result()
        if self._receiving not in done:
            raise TooSlow
        receiving, self._receiving = self._receiving, None
        return receiving.result()

    async def until_told(self, telling: asyncio.Future[None]) -> None:
        """What the client says meanwhile is heard next; if it goes, nothing is told any more."""
        if self._receiving is None:
            self._receiving = asyncio.ensure_future(self._receive())
        async with asyncio.timeout(self._limits.answer_s) as deadline:
            while not telling.done():
                waited_for: set[asyncio.Future[Any]] = {telling}
                if not self._receiving.done():
                    waited_for.add(self._receiving)
                await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
                if self._receiving.done() and self._receiving.exception() is not None:
                    self._receiving.result()
        if deadline.expired():
            raise NotInTime(deadline_s=self._limits.answer_s)
        telling.result()

    async def _receive(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        text: str | None = message.get("text")
        return text if text is not None else bytes(message.get("bytes") or b"")

    async def _tell(self, take: Take, answers: Answers) -> None:
        async for message in take.messages():
            for answer in answers.to(message):
                await self._send(answer)

    async def _send(self, answer: dict[str, Any]) -> None:
        await self.send_text(json.dumps(answer))

    async def send_text(self, text: str) -> None:
        await self._socket.send_text(text)


def _options(start: Start, usual: Options) -> Options:
    live = start.mode is not Mode.OFFLINE
    return replace(
        usual,
        language=start.language or usual.language,
        languages=start.languages if start.version is not None else usual.languages,
        style=start.style,
        profile=LIVE if live else FILE,
    )


class Listener:
    """Binary frames of any size become samples."""

    def __init__(self, rate_hz: int) -> None:
        self._converter = Converter(rate_hz)
        self._odd = b""

    def hear(self, frame: bytes) -> Steps:
        """More of the stream; a sample may be parted between two frames."""
        content = self._odd + frame
        whole = len(content) // _SAMPLE_BYTES * _SAMPLE_BYTES
        self._odd = content[whole:]
        steps = np.frombuffer(content[:whole], "<i2").astype(np.float32)
        return as_steps(self._converter.convert(steps[:, None] / np.float32(2**15)))

    def finish(self) -> Steps:
        """The rest."""
        return as_steps(self._converter.finish())


class Answers:
    """What a client is told of one take."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._is_ours = start.version is not None
        self._final = ""  # of all segments so far
        self._shown = ""  # of what may change, as the client has it

    def to(self, message: Up) -> Iterator[dict[str, Any]]:
        """What is said when this has come."""
        match message:
            case Hypothesis(_, final, tentative):
                yield from self._hypothesis(final, tentative)
            case Voice(_, speaking) if self._is_ours:
                yield self._online("", VoiceHeard(speaking=speaking))
            case Decoded(_, segments):
                yield from self._segments(segments)
            case Final(transcript):
                yield self._done(transcript.text, transcript.segments)

    def refused(self, error: DictationError) -> dict[str, Any]:
        """The last answer to a take that fails."""
        refused = Refused(type(error).__name__, str(error), error.remedy)
        answer = self._answer(self._last_mode, "", refused, is_final=True)
        return answer | {"error": error.whole}

    @property
    def _last_mode(self) -> str:
        one_at_the_end = self._start.mode is Mode.OFFLINE
        return "offline" if one_at_the_end else "2pass-offline"

    def _hypothesis(self, final: str, tentative: str) -> Iterator[dict[str, Any]]:
        if self._start.mode is not Mode.TWO_PASS:
            return
        # Clients put what comes behind what they show: a text that has changed cannot be shown.
        delta = ""
        if tentative.startswith(self._shown):
            delta, self._shown = tentative[len(self._shown) :], tentative
        if delta or self._is_ours:
            yield self._online(delta, Heard(final, tentative))

    def _segments(self, segments: tuple[Segment, ...]) -> Iterator[dict[str, Any]]:
        self._shown = ""
        if self._start.mode is Mode.OFFLINE:
            if self._is_ours:
                yield self._answer("2pass-online", "", Segments(segments))
            return
        text = join(segment.text for segment in segments)
        if text:
            text = gap(self._final, text) + text
        self._final += text
        if text or self._is_ours:
            mode = "online" if self._start.mode is Mode.ONLINE else "2pass-offline"
            yield self._answer(mode, text, Segments(segments)) | _times(segments)

    def _done(self, text: str, segments: tuple[Segment, ...]) -> dict[str, Any]:
        if self._start.mode is Mode.OFFLINE:
            return self._answer("offline", text, Done(text), is_final=True) | _times(segments)
        mode = "online" if self._start.mode is Mode.ONLINE else "2pass-offline"
        return self._answer(mode, "", Done(text), is_final=True)

    def _online(self, text: str, told: Told) -> dict[str, Any]:
        return self._answer("2pass-online", text, told)

    def _answer(
        self, mode: str, text: str, told: Told, *, is_final: bool = False
    ) -> dict[str, Any]:
        answer = {"mode": mode, "text": text, "wav_name": self._start.name, "is_final": is_final}
        return answer | {"dictation": told_json(told)} if self._is_ours else answer


def _times(segments: tuple[Segment, ...]) -> dict[str, Any]:
    """As FunASR has them: of each word, in ms; and of each sentence."""
    stamps = [
        [[round(word.start_s * 1000), round(word.end_s * 1000)] for word in words_of(segment)]
        for segment in segments
    ]
    sentences = [
        {
            "text_seg": segment.text,
            "punc": "",
            "start": round(segment.start_s * 1000),
            "end": round(segment.end_s * 1000),
            "ts_list": stamp,
        }
        for segment, stamp in zip(segments, stamps, strict=True)
    ]
    every = [times for stamp in stamps for times in stamp]
    return {"timestamp": json.dumps(every), "stamp_sents": sentences} if every else {}
