"""FunASR's AutoModel as a piped program: a ``Build`` comes first, then each ``Request``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dictation.lab.programs.answering import answer_all

if TYPE_CHECKING:
    from dictation.speech import Samples

# As FunASR's README has it for SenseVoice.
_LONGEST_SEGMENT_MS = 30_000
WHOLE_BUFFER = {"batch_size_s": 60, "merge_vad": True, "merge_length_s": 15}


@dataclass(frozen=True, slots=True)
class Build:
    """What AutoModel is to be made of."""

    model_folder: str
    vad_folder: str | None
    """None: each request is decoded as it is, whatever its length."""
    threads: int
    dither: float
    device: str


@dataclass(frozen=True, slots=True)
class Request:
    """language: as FunASR writes it."""

    samples: Samples
    language: str
    itn: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The text with its tags, and the seconds of ``generate`` alone."""

    text: str
    seconds: float


def main() -> None:
    answer_all(_built)


def auto_model(build: Build) -> Any:
    """FunASR's AutoModel."""
    from funasr import AutoModel

    dither = {"frontend_conf": {"dither": build.dither}}
    vad = {
        "vad_model": build.vad_folder,
        "vad_kwargs": {"max_single_segment_time": _LONGEST_SEGMENT_MS, **dither},
    }
    return AutoModel(
        model=build.model_folder,
        device=build.device,
        disable_update=True,
        disable_pbar=True,
        ncpu=build.threads,
        **dither,
        **(vad if build.vad_folder else {}),
    )


def _built(build: Build) -> Callable[[Request], Answer]:
    model = auto_model(build)

    def answer(request: Request) -> Answer:
        began_s = time.perf_counter()
        heard = model.generate(
            input=request.samples,
            cache={},
            language=request.language,
            use_itn=request.itn,
            **(WHOLE_BUFFER if build.vad_folder else {}),
        )
        seconds = time.perf_counter() - began_s
        return Answer(" ".join(each["text"] for each in heard), seconds)

    return answer
