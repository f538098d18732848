"""Listens on the capture's thread: audio goes straight on, the rest to whoever is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.errors import AudioError
from dictation.speech import AudioChunk


@dataclass(frozen=True, slots=True)
class Ears:
    """As a capture's listener."""

    recogniser: RecogniserThread
    began: Callable[[int], None]
    lost: Callable[[int, AudioError], None]
    ended: Callable[[int], None]

    def heard(self, chunk: AudioChunk) -> None:
        self.recogniser.hear(chunk)
