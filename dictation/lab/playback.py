"""Recordings that are played into the microphone of a virtual desktop."""

from __future__ import annotations

import time

from dictation.lab.running import Running, waited_for

# A short latency, so that what is heard is what was just played, not 2 s of it ahead.
PLAYER = ("paplay", "--verbose", "--device=mic", "--latency-msec=30")
_PATIENCE_S = 10.0


class Playback:
    """A recording that is being played into the microphone."""

    def __init__(self, player: Running) -> None:
        self._player = player
        waited_for(
            self._is_heard, what="The start of the recording", timeout_s=_PATIENCE_S, alive=[player]
        )
        self.started_s = time.monotonic()
        """When the microphone began to hear it, by ``time.monotonic``."""

    def wait(self, timeout_s: float = 120.0) -> None:
        """Until all of it was heard. Raises WaitedInVain, or DesktopProgramEnded."""
        if self._player.wait(timeout_s):
            self._player.check_alive()

    def stop(self) -> None:
        """Breaks off."""
        self._player.end()

    def _is_heard(self) -> bool:
        return "Stream started" in self._player.output
