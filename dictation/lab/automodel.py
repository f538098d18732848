"""FunASR's AutoModel as people use it today, in a process of its own: what we are held against.

Importing FunASR changes logs, prints and starts other programs, so it never happens here.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import numpy as np

from dictation.audio.files import AudioFile
from dictation.lab.piped import PipedProgram
from dictation.lab.process_figures import peak_memory_mb
from dictation.lab.programs.automodel import Answer, Build, Request
from dictation.paths import resource
from dictation.recognition.model_folder import read_folder
from dictation.speech import SAMPLE_RATE_HZ, Samples

_FIRST_S = 2
FUNASR_DITHER = 1.0
"""Noise that FunASR adds unless it is told not to; its text then differs from call to call."""


class AutoModelReference:
    """AutoModel with FSMN-VAD on the whole buffer, or without a VAD on one unit.

        with AutoModelReference(model_folder, vad_folder) as reference:
            text, seconds = reference.transcribe(samples)

    Attributes:
        build: what it is made of.
        start_s: from the start of the process to the end of its first decode.
    """

    def __init__(
        self,
        model_folder: Path,
        vad_folder: Path | None,
        threads: int = 1,
        environment: Mapping[str, str] | None = None,
        *,
        dither: float = FUNASR_DITHER,
        device: str = "cpu",
    ) -> None:
        """vad_folder None: each call is one unit, decoded as it is. environment: added to ours;
        nothing in it says how threads wait for each other, as FunASR leaves that alone.
        """
        self.build = Build(
            str(model_folder), str(vad_folder) if vad_folder else None, threads, dither, device
        )
        self._environment = {"OMP_NUM_THREADS": str(threads), **(environment or {})}
        self.start_s = 0.0

    def __enter__(self) -> Self:
        """Raises a ModelError for what is no model folder, and ProgramEnded."""
        # FunASR itself would look for a folder that is not there on the network, for a long time.
        read_folder(Path(self.build.model_folder))
        first = first_words()
        began_s = time.perf_counter()
        with contextlib.ExitStack() as opened:
            self._program = opened.enter_context(
                PipedProgram("automodel", "FunASR's AutoModel, the reference,", self._environment)
            )
            self._program.ask(self.build)
            self.transcribe(first)
            self._opened = opened.pop_all()
        self.start_s = time.perf_counter() - began_s
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def transcribe(
        self, samples: Samples, language: str = "auto", *, itn: bool = True
    ) -> tuple[str, float]:
        """The raw text with its tags, and the seconds of ``generate`` alone, measured inside.

        language: as FunASR writes it. Raises ProgramEnded.
        """
        answer: Answer = self._program.ask(Request(np.ascontiguousarray(samples), language, itn))
        return answer.text, answer.seconds

    def peak_memory_mb(self) -> float | None:
        """In 10⁶ bytes; None where the system does not tell."""
        return peak_memory_mb(self._program.pid)


def first_words() -> Samples:
    """The beginning of the bundled recording: what is decoded first, before anything is timed."""
    chunks = list(AudioFile(resource("demo.wav")).chunks())
    samples: Samples = np.concatenate(chunks)[: _FIRST_S * SAMPLE_RATE_HZ]
    return samples
