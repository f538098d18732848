"""What is measured, and what must be reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dictation.errors import DictationError


class Kind(StrEnum):
    """How a limit is meant."""

    RATIO = "ratio"
    """Ours is at least so many times better than the reference."""
    BOUND = "bound"
    """Ours is at most so much, in the figure's unit."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What ours is held against."""

    kind: Kind
    value: float

    def holds(self, ours: float, reference: float | None) -> bool | None:
        """None where there is no reference to compare with."""
        if self.kind is Kind.BOUND:
            return ours <= self.value
        return None if reference is None else reference >= ours * self.value


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table; less is better in all of them."""

    name: str
    unit: str
    must: Limit
    aim: Limit | None


def _times(value: float) -> Limit:
    return Limit(Kind.RATIO, value)


def _most(value: float) -> Limit:
    return Limit(Kind.BOUND, value)


_AT_100 = "60 s dictation, released 100 ms after the last word"
_AT_300 = "60 s dictation, released 300 ms after the last word"

WAIT_100_MEDIAN = Figure(f"{_AT_100}: wait, median", "ms", _times(39), _most(40))
WAIT_100_P95 = Figure(f"{_AT_100}: wait, p95", "ms", _times(22), _most(120))
WAIT_300_MEDIAN = Figure(f"{_AT_300}: wait, median", "ms", _times(300), _most(5))
WAIT_300_P95 = Figure(f"{_AT_300}: wait, p95", "ms", _times(42), _most(40))
TRAILING_MEDIAN = Figure("trailing time, median", "ms", _most(150), _most(80))
TRAILING_MAX = Figure("trailing time, longest", "ms", _most(500), _most(300))
# None at all is what is wanted; single waits differ by more than this.
GROWTH = Figure("growth of the wait from the shortest to the longest", "ms", _most(50), _most(20))
DECODE_AMX = Figure("decode 10 s, one thread, AMX bf16", "ms", _times(4.5), _times(7))
DECODE_INT8 = Figure("decode 10 s, one thread, VNNI int8", "ms", _times(4.5), _times(6))
DECODE_AVX2 = Figure("decode 10 s, one thread, AVX2 only", "ms", _times(1.3), _times(2))
START_INT8 = Figure("process start to first decode, int8", "s", _times(6.5), _most(0.8))
START_AMX = Figure("process start to first decode, bf16", "s", _times(2.8), _most(1.5))
MEMORY_INT8 = Figure("peak memory, int8", "MB", _most(400), _most(320))
MEMORY_AMX = Figure("peak memory, bf16", "MB", _most(1_900), _most(1_000))
SILENCE = Figure("CPU while listening in silence", "% of a core", _most(5), _most(2))
BUSY = Figure("decode with every core loaded by other work", "s per s of audio", _most(1), None)
CUDA = Figure("CUDA, decode 10 s, warm", "ms", _most(5), _most(2))
CUDA_IDLE = Figure("CUDA, decode 10 s, after 60 s idle", "ms", _most(5), _most(2))
CUDA_MEMORY = Figure("CUDA, memory of the GPU", "MiB", _most(900), _most(700))

_PER_S = "ms per s of audio"
SERVE_1 = Figure("server, 1 client", _PER_S, _times(2), _times(4))
SERVE_8 = Figure("server, 8 clients", _PER_S, _times(4), _times(6))
SERVE_32 = Figure("server, 32 clients", _PER_S, _times(4), _times(6))
SERVE_ANSWER = Figure("server, answer to 10 s of one client", "ms", _times(2), _times(4))
SERVE_MEMORY = Figure("server, peak memory", "MB", _times(2), _times(4))

SERVER_FIGURES = (SERVE_1, SERVE_8, SERVE_32, SERVE_ANSWER, SERVE_MEMORY)
"""Of ``dictation bench serve``."""

FIGURES = (
    WAIT_100_MEDIAN,
    WAIT_100_P95,
    WAIT_300_MEDIAN,
    WAIT_300_P95,
    TRAILING_MEDIAN,
    TRAILING_MAX,
    GROWTH,
    DECODE_AMX,
    DECODE_INT8,
    DECODE_AVX2,
    START_INT8,
    START_AMX,
    MEMORY_INT8,
    MEMORY_AMX,
    SILENCE,
    BUSY,
    CUDA,
    CUDA_IDLE,
    CUDA_MEMORY,
)
"""In the order of the table."""


class NoSuchFigure(DictationError):
    template = "No figure has “{word}” in its name."
    remedy_template = "There are these: {names}."
    exit_code = 2


def chosen(word: str, among: tuple[Figure, ...] = FIGURES) -> tuple[Figure, ...]:
    """Those whose name has this word in it, in any case; all for an empty one.

    Raises NoSuchFigure.
    """
    found = tuple(figure for figure in among if word.casefold() in figure.name.casefold())
    if not found:
        raise NoSuchFigure(word=word, names="; ".join(figure.name for figure in among))
    return found
