"""How it stands with the speech model: all that a window shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from dictation.errors import DictationError
from dictation.recognition.backends.prepared import Trial
from dictation.recognition.model_store.states import ModelState
from dictation.settings import BackendName


class Kind(Enum):
    """Which model takes are recognised with."""

    PUBLISHED = auto()
    DEMO = auto()
    OWN = auto()
    """In a folder that the user chose."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model in use."""

    kind: Kind
    folder: Path | None = None
    """None: that of the published model, wherever it is."""
    size_bytes: int = 0
    """Of the folder."""


@dataclass(frozen=True, slots=True)
class Computing:
    """What computes the model on this machine."""

    backend: BackendName
    is_chosen: bool = False
    """Whether the user chose it, rather than a trial of all that there are."""
    trial: Trial | None = None
    """How it did; None: it was not tried."""


class Doing(Enum):
    """What is being done with the model."""

    NOTHING = auto()
    FETCHING = auto()
    VERIFYING = auto()
    STOPPING = auto()
    """A download is about to end, paused or cancelled."""
    REMOVING = auto()
    CHECKING = auto()
    """A folder that the user wants to use."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far something is."""

    bytes_done: int = 0
    bytes_total: int = 0
    bytes_per_s: float = 0.0
    left_s: float | None = None

    @property
    def part(self) -> float:
        """From 0 to 1."""
        return self.bytes_done / self.bytes_total if self.bytes_total else 0.0


class Readiness(Enum):
    """Where the recogniser is with the model."""

    UNKNOWN = auto()
    """It is not loaded, or not here."""
    LOADING = auto()
    PREPARING = auto()
    READY = auto()


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """published None: nobody has looked yet."""

    chosen: Chosen = Chosen(Kind.PUBLISHED)
    published: ModelState | None = None
    doing: Doing = Doing.NOTHING
    way: Way = Way()
    trouble: DictationError | None = None
    """Why the last thing that was tried did not work."""
    readiness: Readiness = Readiness.UNKNOWN
    prepared: float = 0.0
    """Of PREPARING, from 0 to 1."""
    computing: Computing | None = None
    unusable: DictationError | None = None
    """Why the recogniser cannot load what is chosen."""
