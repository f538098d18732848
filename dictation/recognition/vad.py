"""Streams audio through FSMN-VAD: when speech starts and ends, and how sure each frame is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dictation.recognition.endpointer import Endpointer, VoiceEvent
from dictation.recognition.fsmn import FsmnNetwork, FsmnStream
from dictation.recognition.hush import Hush, HushFinder
from dictation.recognition.model_folder import read_folder
from dictation.speech import SAMPLE_RATE_HZ, Samples

# As long as a block of the microphone: the end of the voice is seen as soon as it can be.
BLOCK_MS = 20
BLOCK_SAMPLES = SAMPLE_RATE_HZ * BLOCK_MS // 1000  # 320


@dataclass(frozen=True, slots=True)
class VoiceUpdate:
    """What one piece of audio told."""

    events: tuple[VoiceEvent, ...]
    silence: NDArray[np.float32]
    """The probability of silence of each newly judged frame of 10 ms, shape (frames,)."""
    frames: NDArray[np.float32]
    """The filter bank of each newly heard frame, shape (n, 80); judged two frames later."""
    settled_ms: int | None
    """Where the speech that is going on will end unless it is taken up again; None: not known."""
    hush: Hush | None
    """Whether the voice has fallen silent, known sooner and less surely."""


class VoiceDetector:
    """FSMN-VAD, loaded."""

    def __init__(self, folder: Path) -> None:
        """Raises a ModelError or EngineMissing."""
        self._network = FsmnNetwork(read_folder(folder))

    def stream(self, pause_ms: int) -> VoiceStream:
        """A new stream, in which a pause of this length ends speech."""
        return VoiceStream(self._network.stream(), Endpointer(pause_ms))


class VoiceStream:
    """One take on its way through the detector."""

    def __init__(self, frames: FsmnStream, endpointer: Endpointer) -> None:
        self._frames = frames
        self._endpointer = endpointer
        self._hush = HushFinder()

    def feed(self, piece: Samples) -> VoiceUpdate:
        """More of the take; pieces of any size tell the same."""
        frames, silence = self._frames.feed(piece)
        self._hush.hear(frames, silence)
        return self._update(frames, silence, self._judge(silence))

    def finish(self) -> VoiceUpdate:
        """What the last frames tell, whose missing context is the last frame again."""
        frames, silence = self._frames.finish()
        events = self._judge(silence)
        last = self._endpointer.finish()
        return self._update(frames, silence, [*events, last] if last else events)

    def _judge(self, silence: NDArray[np.float32]) -> list[VoiceEvent]:
        events = [self._endpointer.judge(probability) for probability in silence.tolist()]
        return [event for event in events if event is not None]

    def _update(
        self, frames: NDArray[np.float32], silence: NDArray[np.float32], events: list[VoiceEvent]
    ) -> VoiceUpdate:
        settled_ms = self._endpointer.settled_ms
        return VoiceUpdate(tuple(events), silence, frames, settled_ms, self._hush.hush(settled_ms))
