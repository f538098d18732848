"""Streams audio through FSMN-VAD: when speech starts and ends, and how sure each frame is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dictation.errors import ModelDamaged
from dictation.recognition import lean_funasr
from dictation.recognition.model_folder import put_weights, read_folder
from dictation.speech import SAMPLE_RATE_HZ, Samples

FRAME_MS = 10
BLOCK_MS = 100
BLOCK_SAMPLES = SAMPLE_RATE_HZ * BLOCK_MS // 1000  # 1600
# The class's own limit cuts wherever it falls, in a word too; units are cut in units.py instead.
_NO_LIMIT_MS = 24 * 3_600_000
# A last call without a sample leaves an open segment open; one with 10 ms closes it.
_SHORTEST_LAST_SAMPLES = SAMPLE_RATE_HZ // 100  # 160


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Speech began at this time, in ms from the start of the stream; reported 300-530 ms later."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """Speech ended at this time, in ms from the start of the stream."""

    at_ms: int


VoiceEvent = SpeechStarted | SpeechEnded


@dataclass(frozen=True, slots=True)
class VoiceUpdate:
    """What one block of audio told."""

    events: tuple[VoiceEvent, ...]
    silence: NDArray[np.float32]
    """The probability of silence of each newly judged frame of 10 ms, shape (frames,)."""


class VoiceDetector:
    """FSMN-VAD, loaded: FunASR's class around the published weights.

    Streams of one detector must all be fed by one thread.
    """

    def __init__(self, folder: Path) -> None:
        """Raises a ModelError or EngineMissing."""
        lean_funasr.prepare()
        import torch
        from funasr.frontends.wav_frontend import WavFrontendOnline
        from funasr.models.fsmn_vad_streaming import encoder as _registers_the_encoder  # noqa: F401
        from funasr.models.fsmn_vad_streaming.model import FsmnVADStreaming

        model = read_folder(folder)
        settings = model.conf("model_conf") | {"max_single_segment_time": _NO_LIMIT_MS}
        try:
            with torch.device("meta"):
                self._net = FsmnVADStreaming(
                    encoder=model.config.get("encoder"),
                    encoder_conf=model.conf("encoder_conf"),
                    **settings,
                )
            self._frontend = WavFrontendOnline(
                **(model.conf("frontend_conf") | {"cmvn_file": str(model.cmvn), "dither": 0.0})
            )
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise ModelDamaged(folder=folder, reason="its configuration does not fit") from error
        put_weights(self._net, model)
        self._net.eval()
        self._scores: list[NDArray[np.float32]] = []
        # The class drops a frame's scores within the call that computed them; class 0 is silence.
        self._net.encoder.register_forward_hook(
            lambda _module, _inputs, output: self._scores.append(output[0, :, 0].numpy().copy())
        )

    def stream(self, pause_ms: int) -> VoiceStream:
        """A new stream, in which a pause of this length ends speech."""
        return VoiceStream(self, pause_ms)

    def judge(
        self, block: Samples, cache: dict[str, Any], pause_ms: int, *, last: bool
    ) -> tuple[list[list[int]], NDArray[np.float32]]:
        """One call of the class: its [start, end] pairs with -1 for "not now", and new frames."""
        import torch

        self._scores.clear()
        with torch.inference_mode():
            results, _ = self._net.inference(
                [torch.from_numpy(block)],
                key=["take"],
                frontend=self._frontend,
                cache=cache,
                is_final=last,
                chunk_size=BLOCK_MS,
                device="cpu",
                # On every call: a call without it falls back to a schedule that cuts in words.
                max_end_silence_time=pause_ms,
            )
        scores = np.concatenate(self._scores) if self._scores else np.zeros(0, np.float32)
        return results[0]["value"], scores


class VoiceStream:
    """One take on its way through the detector, in blocks of exactly 100 ms and a last one."""

    def __init__(self, detector: VoiceDetector, pause_ms: int) -> None:
        self._detector = detector
        self._pause_ms = pause_ms
        self._cache: dict[str, Any] = {}

    def feed(self, block: Samples) -> VoiceUpdate:
        """block: exactly BLOCK_SAMPLES."""
        return self._update(block, last=False)

    def finish(self, rest: Samples) -> VoiceUpdate:
        """rest: fewer than BLOCK_SAMPLES, possibly none. Ends speech that is going on."""
        missing = max(0, _SHORTEST_LAST_SAMPLES - len(rest))
        return self._update(np.pad(rest, (0, missing)), last=True)

    def _update(self, block: Samples, *, last: bool) -> VoiceUpdate:
        pairs, silence = self._detector.judge(block, self._cache, self._pause_ms, last=last)
        events: list[VoiceEvent] = []
        for start_ms, end_ms in pairs:
            if start_ms >= 0:
                events.append(SpeechStarted(start_ms))
            if end_ms >= 0:
                events.append(SpeechEnded(end_ms))
        return VoiceUpdate(tuple(events), silence)
