"""How much a client may ask for, and how much all of them may have at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from dictation.server.errors import ServerBusy

RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """All times in seconds."""

    body_bytes: int = 64 * 2**20
    """Of one request: an hour of MP3, or half an hour of 16-bit audio at 16 kHz."""
    bodies_bytes: int = 512 * 2**20
    """Of all requests that are being received or decoded."""
    audio_s: float = 3_600.0
    """Of one take, however small its file is."""
    audios_s: float = 4 * 3_600.0
    """Of all takes: 460 MB."""
    takes: int = 256
    """That are open, waiting or being recognised."""
    header_s: float = 10.0
    """For the head of a request, or for the first message on a connection."""
    stall_s: float = 10.0
    """Without any of a body."""
    slowest_bytes_per_s: int = 32_000
    """Of a body, once stall_s are over."""
    answer_s: float = 600.0
    """From a whole request to its result."""
    silence_s: float = 30.0
    """Without a message while a client is dictating."""
    idle_s: float = 600.0
    """… between its takes."""

    def body_in_time(self, received: int, for_s: float) -> bool:
        """Whether a body comes fast enough."""
        return for_s <= self.stall_s + received / self.slowest_bytes_per_s


class Budget:
    """So much of something for everybody. For one thread."""

    def __init__(self, most: float) -> None:
        self._most = most
        self.used = 0.0

    def take(self, amount: float) -> None:
        """Raises ServerBusy if so much is not left."""
        if self.used + amount > self._most:
            raise ServerBusy
        self.used += amount

    def give_back(self, amount: float) -> None:
        """What was taken is free again."""
        self.used -= amount

    @contextlib.contextmanager
    def taken(self, amount: float) -> Iterator[None]:
        """Raises ServerBusy."""
        self.take(amount)
        try:
            yield
        finally:
            self.give_back(amount)
