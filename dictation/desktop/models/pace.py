"""How fast a download is, and how long it will still take. Only numbers, no clock."""

from __future__ import annotations

from collections import deque

_WINDOW_S = 8.0  # short enough to follow a line that gets slower, long enough to be steady
_LEAST_S = 1.5  # before that, a figure would only be noise


class Pace:
    """Knows how much there was at which time."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def add(self, now_s: float, bytes_done: int) -> None:
        if self._seen and bytes_done < self._seen[-1][1]:  # what was wrong is fetched anew
            self._seen.clear()
        self._seen.append((now_s, bytes_done))
        while now_s - self._seen[0][0] > _WINDOW_S:
            self._seen.popleft()

    @property
    def bytes_per_s(self) -> float:
        """0: not known yet, or nothing comes."""
        if len(self._seen) < 2:
            return 0.0
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        return (last - first) / (last_s - first_s) if last_s - first_s >= _LEAST_S else 0.0

    def left_s(self, bytes_total: int) -> float | None:
        """None: not known."""
        speed = self.bytes_per_s
        return (bytes_total - self._seen[-1][1]) / speed if speed else None
