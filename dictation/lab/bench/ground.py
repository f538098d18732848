"""What every measurement stands on: the model, the reference, and how much is measured."""

from __future__ import annotations

import contextlib
import functools
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from dictation.lab.automodel import AutoModelReference, first_words
from dictation.lab.bench.dictations import dictation
from dictation.recognition.backends import prepared
from dictation.recognition.backends.processor import cores
from dictation.recognition.messages import Setup
from dictation.recognition.model_folder import read_folder
from dictation.recognition.options import LIVE, Options
from dictation.recognition.process import RecogniserProcess
from dictation.settings import BackendName

_MOST_REFERENCE_THREADS = 4  # FunASR's default, and the most that helps on units of some seconds
_TRIES = 2
_STANDS_BY_S = 10.0  # until what the first units would wait for is ready
_FAST = (BackendName.CUDA, BackendName.AMX, BackendName.INT8)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    long_takes: int
    """Dictations of 60 s for each kind of release."""
    short_takes: int
    """Dictations of 10 s for each kind of release, to have more releases in less time."""
    lengths_s: tuple[float, ...]
    """Of the dictations that show how the wait grows, in rising order."""
    plotted_s: tuple[float, ...]
    """Of those that are spoken beside them for the plot alone, released sooner."""
    trailing_takes: int
    decodes: int
    starts: int
    silence_s: float
    requests: int
    """To a server, of all its clients together, but at least one of each."""
    gpu_idle_s: float | None
    """None: it is not waited for."""


QUICK = Plan(
    long_takes=1,
    short_takes=3,
    lengths_s=(10, 30, 60),
    plotted_s=(),
    trailing_takes=6,
    decodes=7,
    starts=3,
    silence_s=20,
    requests=16,
    gpu_idle_s=None,
)
FULL = Plan(
    long_takes=12,
    short_takes=0,
    lengths_s=(10, 30, 60, 180, 600),
    plotted_s=(10, 30, 60, 180),
    trailing_takes=20,
    decodes=21,
    starts=7,
    silence_s=60,
    requests=48,
    gpu_idle_s=60,
)


class Ground:
    """What is opened on it stays open until its end.

    Attributes:
        backend: for what is not about a certain one.
        reference_starts_s: of each whole-buffer reference that was started.
    """

    def __init__(
        self,
        setup: Setup,
        plan: Plan,
        backend: BackendName = BackendName.AUTO,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """backend: for what is not about a certain one; AUTO: what people get here."""
        self._setup = setup
        self.plan = plan
        self.backend = backend
        self.say = say
        self.reference_starts_s: list[float] = []
        self._opened = contextlib.ExitStack()
        self._takes = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def model_folder(self) -> Path:
        return self._setup.model_folder

    @property
    def vad_folder(self) -> Path:
        return self._setup.vad_folder

    def setup(self, backend: BackendName) -> Setup:
        return replace(self._setup, backend=backend)

    def next_take(self) -> int:
        """A number that no take has had."""
        return next(self._takes)

    @functools.cached_property
    def reference(self) -> AutoModelReference:
        """On whole buffers, with its best thread count on this machine."""
        samples = dictation(10, seed=0).samples
        best: tuple[float, AutoModelReference, contextlib.ExitStack] | None = None
        for threads in _thread_counts():
            with contextlib.ExitStack() as opened:
                reference = opened.enter_context(
                    AutoModelReference(self.model_folder, self.vad_folder, threads)
                )
                self.reference_starts_s.append(reference.start_s)
                reference.transcribe(samples)  # warms up
                took_s = min(reference.transcribe(samples)[1] for _ in range(_TRIES))
                self.say(f"the reference with threads={threads}: 10 s in {took_s:.2f} s")
                if best is None or took_s < best[0]:
                    if best is not None:
                        best[2].close()
                    best = took_s, reference, opened.pop_all()
        assert best is not None
        self._opened.push(best[2])
        return best[1]

    @functools.cached_property
    def live(self) -> Live:
        """The recogniser process, loaded and warm, as it stands by while nobody speaks."""
        process = self._opened.enter_context(RecogniserProcess(self.setup(self.backend)))
        process.transcribe(self.next_take(), lambda: [first_words()], Options(profile=LIVE))
        time.sleep(_STANDS_BY_S)
        if self.backend is not BackendName.AUTO:
            return Live(process, self.backend)
        record = prepared.read(prepared.folder_of(read_folder(self.model_folder)))
        backend = BackendName.FP32 if record is None else record.chosen
        unfit = None if backend in _FAST else f"The limits are for {', '.join(_FAST)}."
        return Live(process, backend, unfit)


@dataclass(frozen=True, slots=True)
class Live:
    """The process that plays the program's part."""

    process: RecogniserProcess
    backend: BackendName
    unfit: str | None = None
    """Why the limits are not for it."""


def _thread_counts() -> tuple[int, ...]:
    return tuple(sorted({min(count, cores()) for count in (1, 2, _MOST_REFERENCE_THREADS)}))
