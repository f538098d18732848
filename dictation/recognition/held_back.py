"""Larger pieces of audio while nobody speaks.

A process that is woken for each block of the microphone takes two and a half times as long to hear
a quiet room as one that is woken for six of them.
"""

from __future__ import annotations

import numpy as np

from dictation.recognition.options import QUIET_BLOCK_SAMPLES
from dictation.speech import SAMPLE_RATE_HZ, Samples

_FOR_LONG_SAMPLES = 2 * SAMPLE_RATE_HZ  # of quiet; a voice may rise again soon before that


class HeldBack:
    """The audio of one take that was not sent yet."""

    def __init__(self) -> None:
        self._pieces: list[Samples] = []
        self._samples = 0
        self._quiet_samples: int | None = 0  # None: there is a voice

    def add(self, samples: Samples) -> Samples | None:
        """More of the take; what is to be sent now."""
        self._pieces.append(samples)
        self._samples += len(samples)
        if self._quiet_samples is None:
            return self.rest()
        self._quiet_samples += len(samples)
        blocks = 1 if self._quiet_samples < _FOR_LONG_SAMPLES else 2
        return self.rest() if self._samples >= blocks * QUIET_BLOCK_SAMPLES else None

    def rest(self) -> Samples | None:
        """What is left, to be sent now; None if that is nothing."""
        pieces, self._pieces = self._pieces, []
        self._samples = 0
        return np.concatenate(pieces) if pieces else None

    def voice(self, *, speaking: bool) -> None:
        """It has risen or fallen. At the start nobody speaks."""
        self._quiet_samples = None if speaking else 0
