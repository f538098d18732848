"""Our decoder as a piped program: a ``Build`` comes first; each unit is answered with seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dictation.errors import BackendUnfit
from dictation.lab.programs.answering import answer_all
from dictation.settings import BackendName

if TYPE_CHECKING:
    from dictation.speech import Samples


@dataclass(frozen=True, slots=True)
class Build:
    """What ``Recogniser`` is built with."""

    model_folder: Path
    vad_folder: Path
    backend: BackendName
    threads: int


def main() -> None:
    answer_all(_built)


def _built(build: Build) -> Callable[[Samples], float]:
    from dictation.recognition.recogniser import Recogniser
    from dictation.recognition.units import Unit

    recogniser = Recogniser(
        build.model_folder, build.vad_folder, backend=build.backend, threads=build.threads
    )

    if build.backend not in (BackendName.AUTO, recogniser.backend):
        raise BackendUnfit(backend=build.backend.value, reason="it could not be prepared")

    def answer(samples: Samples) -> float:
        utterance = recogniser.open(0)
        began_s = time.perf_counter()
        utterance.decode(Unit.of(0.0, samples))
        return time.perf_counter() - began_s

    return answer
