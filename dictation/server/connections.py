"""One HTTP connection, which is closed when its client sends the head of a request too slowly.

uvicorn waits for it without end, so that a few thousand idle connections would use up all that the
server has (slowloris).
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """For one connection.

    Attributes:
        header_s: how long the head of a request may take; set on a subclass.
    """

    header_s: float = 10.0
    _impatience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        if self._impatience is None and self._is_between_requests():
            self._await_head()  # of the next one on the same connection
        super().data_received(data)
        if not self._is_between_requests():
            self._be_patient()

    def handle_websocket_upgrade(self, event: Any) -> None:
        self._be_patient()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        self._be_patient()
        super().connection_lost(exc)

    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _await_head(self) -> None:
        self._impatience = self.loop.call_later(self.header_s, self._give_up)

    def _be_patient(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None

    def _give_up(self) -> None:
        self._impatience = None
        if self._is_between_requests():
            self.transport.abort()
