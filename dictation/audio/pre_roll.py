"""The moment before a take: kept in memory alone, and forgotten as it ages."""

from __future__ import annotations

from collections import deque

from dictation.audio.microphone import Block

PRE_ROLL_MS = 300  # who speaks while pressing has begun some 200 ms before the press is heard of
STALE_S = 0.2  # blocks come every 20 ms; what is older has no take to be the beginning of


class PreRoll:
    """The newest 300 ms of a microphone that is open while nothing is recorded.

    As they came: to convert them all the time would cost five times what keeping them does.
    """

    def __init__(self) -> None:
        self._blocks: deque[Block] = deque()
        self._frames = 0
        self._last_s = float("-inf")

    @property
    def frames(self) -> int:
        """How many are kept."""
        return self._frames

    def add(self, block: Block, rate_hz: int, now_s: float) -> None:
        """What is too old by it goes, to the sample."""
        self.forget_stale(now_s)
        self._last_s = now_s
        self._blocks.append(block)
        self._frames += len(block)
        while (surplus := self._frames - rate_hz * PRE_ROLL_MS // 1000) > 0:
            oldest = self._blocks.popleft()
            self._frames -= min(surplus, len(oldest))
            if len(oldest) > surplus:
                self._blocks.appendleft(oldest[surplus:].copy())  # a view would keep all of it

    def forget_stale(self, now_s: float) -> None:
        """Between it and what comes next there would be a gap."""
        if now_s - self._last_s > STALE_S:
            self.clear()

    def taken(self, now_s: float) -> list[Block]:
        """For the take that begins now, oldest first; nothing of it stays here."""
        self.forget_stale(now_s)
        blocks = list(self._blocks)
        self.clear()
        return blocks

    def clear(self) -> None:
        self._blocks.clear()
        self._frames = 0
