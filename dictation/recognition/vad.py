"""Streams audio through FSMN-VAD: when speech starts and ends, and how sure each frame is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dictation.recognition.endpointer import Endpointer, VoiceEvent
from dictation.recognition.fsmn import FsmnNetwork, FsmnStream
from dictation.recognition.model_folder import read_folder
from dictation.speech import SAMPLE_RATE_HZ, Samples

# As long as a block of the microphone: the end of the voice is seen as soon as it can be. It costs
# 2 % of a core; blocks of 100 ms cost 0.7 %, and those who wait for the text up to 80 ms.
BLOCK_MS = 20
BLOCK_SAMPLES = SAMPLE_RATE_HZ * BLOCK_MS // 1000  # 320


@dataclass(frozen=True, slots=True)
class VoiceUpdate:
    """What one block of audio told."""

    events: tuple[VoiceEvent, ...]
    silence: NDArray[np.float32]
    """The probability of silence of each newly judged frame of 10 ms, shape (frames,)."""


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

    def feed(self, block: Samples) -> VoiceUpdate:
        """More of the take; pieces of any size tell the same."""
        return self._update(self._frames.feed(block), [])

    def finish(self, rest: Samples) -> VoiceUpdate:
        """The last of the take, possibly nothing. Ends speech that is going on."""
        update = self._update(self._frames.finish(rest), [])
        last = self._endpointer.finish()
        return VoiceUpdate((*update.events, *([last] if last else [])), update.silence)

    def _update(self, silence: NDArray[np.float32], events: list[VoiceEvent]) -> VoiceUpdate:
        for probability in silence.tolist():
            event = self._endpointer.judge(probability)
            if event is not None:
                events.append(event)
        return VoiceUpdate(tuple(events), silence)
