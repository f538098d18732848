"""How takes that somebody waits for and files share the one model."""

from __future__ import annotations

# A decode that is running when a dictation ends is waited for. So while somebody dictates, files
# get a fifth of the model's time: of five releases at most one waits for what is left of a unit.
_REST = 4.0  # times as long as the last decode of a file took


class Turns:
    """When the next unit of a file may be decoded."""

    def __init__(self) -> None:
        self._after_s = float("-inf")

    def note(self, began_s: float, ended_s: float) -> None:
        """A unit of a file was decoded."""
        self._after_s = ended_s + _REST * (ended_s - began_s)

    def wait_s(self, now_s: float, *, live: int) -> float:
        """How long it must wait from now; live: how many dictations are going on."""
        return max(0.0, self._after_s - now_s) if live else 0.0
