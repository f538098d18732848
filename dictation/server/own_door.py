"""A take of our own client's, on the WebSocket that FunASR's clients use too."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from dictation import remote_messages
from dictation.errors import DictationError, RemoteNotUnderstood
from dictation.recognition.messages import (
    Advanced,
    Decoded,
    Ended,
    Failed,
    Final,
    Finish,
    Progress,
    Sent,
    Stage,
    Voice,
)
from dictation.server.limits import ServerLimits
from dictation.server.recording import as_steps
from dictation.server.takes import LiveTake, Take, Takes
from dictation.speech import Hypothesis

_THE_ONE = 0  # the client knows its take by its connection


class Line(Protocol):
    """The connection."""

    async def next(
        self, patience_s: float, telling: asyncio.Future[None] | None = None
    ) -> str | bytes:
        """What the client says. Raises what telling fails with, and if it says nothing."""

    async def until_told(self, telling: asyncio.Future[None]) -> None:
        """Waits for it, as long as the client is there."""

    async def send_text(self, text: str) -> None: ...


class OwnDoor:
    """Tells the recogniser's own messages of takes that come in."""

    def __init__(self, line: Line, takes: Takes, limits: ServerLimits, client: int) -> None:
        """client: whose takes they are."""
        self._line = line
        self._takes = takes
        self._limits = limits
        self._client = client

    @staticmethod
    def opening(message: str) -> dict[str, Any] | None:
        """A connection's first message, if it is one of our client's."""
        try:
            first = remote_messages.parsed(message)
        except RemoteNotUnderstood:
            return None  # whose it is cannot be known
        # What FunASR's clients ask for under this key is no number.
        return first if isinstance(first.get(remote_messages.KEY), int) else None

    async def hear(self, first: Mapping[str, Any]) -> None:
        """One take. Raises what it fails with, once that is told."""
        try:
            options = replace(remote_messages.options_of(first), client=self._client)
            await self._tell(Progress(Stage.READY if self._takes.ready else Stage.LOADING))
            with self._takes.open(options) as take:
                telling = asyncio.ensure_future(self._tell_all(take))
                try:
                    # Of a file, no more is sent than can soon be recognised.
                    live = options.profile.is_live
                    patience_s = self._limits.silence_s if live else self._limits.answer_s
                    if await self._has_finished(take, telling, patience_s):
                        take.finish()
                        await self._line.until_told(telling)
                finally:
                    telling.cancel()
                    await asyncio.wait({telling})
        except DictationError as error:
            await self._tell(Failed(_THE_ONE, error))
            raise

    async def _has_finished(
        self, take: LiveTake, telling: asyncio.Future[None], patience_s: float
    ) -> bool:
        """Hears the take to its end; False: nobody wants it any more."""
        while True:
            message = await self._line.next(patience_s, telling)
            if isinstance(message, str):
                return isinstance(remote_messages.read_up(message, _THE_ONE), Finish)
            take.hear(as_steps(remote_messages.audio_of(message)))

    async def _tell_all(self, take: Take) -> None:
        async for message in take.messages():
            match message:
                case Final():
                    await self._tell(Ended(_THE_ONE))
                case Voice() | Hypothesis() | Decoded() | Advanced():
                    await self._tell(message)

    async def _tell(self, message: Sent) -> None:
        for text in remote_messages.written(message):
            await self._line.send_text(text)
