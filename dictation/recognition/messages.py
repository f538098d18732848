"""What crosses the pipe between the recogniser process and its parent; each names its take."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path

from dictation.errors import DictationError
from dictation.recognition.options import Options
from dictation.settings import BackendName
from dictation.speech import AudioChunk, Hypothesis, Segment, Transcript


class Aim(Enum):
    """What decoding is arranged for."""

    WAIT = "wait"
    """One take at a time gets its text as soon as can be."""
    THROUGHPUT = "throughput"
    """Of many takes, as many as can be are recognised: each core decodes one of them."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the process is started with."""

    model_folder: Path
    vad_folder: Path
    log_file: Path
    threads: int
    """Of one decode, at most; 0: as many as make it faster."""
    backend: BackendName = BackendName.AUTO
    aim: Aim = Aim.WAIT


# Down, to the process. A chunk of audio goes as speech.AudioChunk.


@dataclass(frozen=True, slots=True)
class Open:
    """A take begins."""

    take: int
    options: Options


@dataclass(frozen=True, slots=True)
class Finish:
    """No more audio will come; a Final or Failed is due."""

    take: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody wants this take any more."""

    take: int


@dataclass(frozen=True, slots=True)
class Close:
    """End the process."""


Down = Open | AudioChunk | Finish | Cancel | Close


# Up, to the parent. What is known so far goes as speech.Hypothesis, once for each decoded unit.
# Segments go as they come, and the parent makes a Final of them at the end: a long take has ten
# thousand tokens, which would take longer to cross the pipe than its last words to be decoded.


class Stage(StrEnum):
    """How far the process has come with its start."""

    STARTING = "starting"
    LOADING = "loading"
    PREPARING = "preparing"
    """Once for each model: what is fast on this machine is made and tried."""
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Progress:
    """The process has reached this stage."""

    stage: Stage
    part: float | None = None
    """How much of the stage is done, from 0 to 1, where that is known."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The voice in a take has risen or fallen; it is quiet at the start."""

    take: int
    speaking: bool


@dataclass(frozen=True, slots=True)
class Decoded:
    """The next segments of a take; they will not change."""

    take: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Advanced:
    """Of a take that is not live: its audio up to here is recognised, as far as it can be."""

    take: int
    samples: int
    """From its start."""


@dataclass(frozen=True, slots=True)
class Ended:
    """All segments of a finished take have been sent."""

    take: int


@dataclass(frozen=True, slots=True)
class Final:
    """A take is recognised. Made by the parent's half."""

    transcript: Transcript

    @property
    def take(self) -> int:
        return self.transcript.take


@dataclass(frozen=True, slots=True)
class Failed:
    """A take could not be recognised."""

    take: int
    error: DictationError


@dataclass(frozen=True, slots=True)
class Unusable:
    """The models cannot be loaded; the process ends."""

    error: DictationError


@dataclass(frozen=True, slots=True)
class Substituted:
    """Takes are recognised elsewhere than was chosen, until that can be reached again. Never
    crosses a pipe."""

    error: DictationError
    """Why."""


Sent = Progress | Voice | Hypothesis | Decoded | Advanced | Ended | Failed | Unusable
"""What crosses the pipe."""

Up = Progress | Voice | Hypothesis | Decoded | Advanced | Final | Failed | Unusable | Substituted
"""What the parent's half tells."""
