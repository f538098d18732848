"""What a window says of the model, and what can be done with it; only values, no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from dictation.desktop.models import remedies
from dictation.desktop.models.standing import (
    Computing,
    Doing,
    Kind,
    ModelStanding,
    Readiness,
    Way,
)
from dictation.errors import DictationError, ModelDamaged
from dictation.recognition.model_store.pins import readable_size
from dictation.recognition.model_store.states import (
    Absent,
    Damaged,
    ModelState,
    Partial,
    Unverified,
    Verified,
)
from dictation.settings import BackendName
from dictation.text.clock import clock
from dictation.translation import N_, _

_DEMO_NAME = N_("Demonstration model")
_OWN_NAME = N_("Your own model")

_LOOKING = N_("Looking…")
_ABSENT = N_("Not on this computer yet")
_FETCHING = N_("Downloading…")
_PAUSED = N_("Download paused")
_STOPPING = N_("Stopping…")
_VERIFYING = N_("Reading every byte…")
_REMOVING = N_("Removing…")
_CHECKING = N_("Looking into the folder…")
_DAMAGED = N_("Damaged")
_INCOMPLETE = N_("Incomplete")
_LOADING = N_("Loading…")
_PREPARING = N_("Getting it ready for this computer, once…")
_READY = N_("Ready")
_THERE = N_("On this computer")

_ONCE = N_("{size}, downloaded once. Speech never leaves this computer.")
_OF = N_("{done} of {total}")
_SPEED = N_("{speed}/s")
_LEFT = N_("{time} left")
_PERCENT = N_("{percent} %")
_KEPT_MEANWHILE = N_("You can dictate already: what you say is kept, and transcribed then.")
_DEMO_KNOWS = N_("It knows only a few hundred words, and is there to look around.")
_SIZE = N_("{size} in {folder}")
_AS_PUBLISHED = N_("{size}, byte for byte as published, in {folder}")
_UNREAD = N_("{size}, checked at its first use, in {folder}")

_COMPUTED = N_("Computed by {backend}")
_COMPUTED_IN = N_("Computed by {backend}: 3 s of speech in {ms} ms")
_AT_FIRST_USE = N_("What computes it fastest here is found out at its first use.")
_BACKENDS = {
    BackendName.CUDA: N_("the NVIDIA graphics card"),
    BackendName.AMX: N_("the processor’s matrix unit (AMX)"),
    BackendName.INT8: N_("the processor, with the optimised 8-bit model"),
    BackendName.FP32: N_("the processor, in full precision"),
    BackendName.REFERENCE: N_("FunASR’s own classes"),
}


class Act(Enum):
    """What can be asked for with a button."""

    FETCH = auto()
    GET = auto()
    """The same, while another model is in use."""
    GO_ON = auto()
    PAUSE = auto()
    CANCEL = auto()
    TRY_AGAIN = auto()
    MEND = auto()
    VERIFY = auto()
    REMOVE = auto()


class Mood(Enum):
    """What the sign beside it says."""

    MISSING = auto()
    BUSY = auto()
    GOOD = auto()
    BAD = auto()


@dataclass(frozen=True, slots=True)
class Bar:
    """How far something is; part None: that is not known."""

    part: float | None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, and what to do about it."""

    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class View:
    """All that is shown."""

    name: str
    state: str
    mood: Mood
    detail: str = ""
    bar: Bar | None = None
    trouble: Trouble | None = None
    computing: str = ""
    acts: tuple[Act, ...] = ()
    """The first is the one that most people want."""


def view(standing: ModelStanding, name: str, size_bytes: int) -> View:
    """name, size_bytes: of the published model."""
    if standing.doing is not Doing.NOTHING:
        return _doing(standing, name)
    error = standing.trouble or _unusable(standing)
    trouble = Trouble(str(error), remedies.remedy(error)) if error is not None else None
    match standing.chosen.kind:
        case Kind.DEMO:
            shown = _demo(standing)
        case Kind.OWN:
            shown = _own(standing)
        case Kind.PUBLISHED:
            shown = _published(standing, name, size_bytes, failed=trouble is not None)
    mood = Mood.BAD if trouble is not None else shown.mood
    return View(
        shown.name, shown.state, mood, shown.detail, shown.bar, trouble, shown.computing, shown.acts
    )


def _unusable(standing: ModelStanding) -> DictationError | None:
    """Why there is nothing to be used, unless that is told by what there is to see anyway."""
    if standing.chosen.kind is not Kind.PUBLISHED:
        return standing.unusable
    match standing.published:
        case Damaged(reason=reason, folder=folder):
            return ModelDamaged(folder=folder, reason=reason)
        case Verified() | Unverified():
            return standing.unusable
    return None


def _doing(standing: ModelStanding, name: str) -> View:
    told = {
        Doing.FETCHING: _FETCHING,
        Doing.STOPPING: _STOPPING,
        Doing.VERIFYING: _VERIFYING,
        Doing.REMOVING: _REMOVING,
        Doing.CHECKING: _CHECKING,
    }[standing.doing]
    acts: tuple[Act, ...] = ()
    detail = ""
    if standing.doing is Doing.FETCHING:
        acts, detail = (Act.PAUSE, Act.CANCEL), _(_KEPT_MEANWHILE)
    bar = Bar(standing.way.part, _told(standing.way)) if standing.way.bytes_total else Bar(None)
    return View(name, _(told), Mood.BUSY, detail, bar, acts=acts)


def _told(way: Way) -> str:
    """Such as "423 MB of 937 MB · 12 MB/s · 0:42 left"."""
    done, total = readable_size(way.bytes_done), readable_size(way.bytes_total)
    parts = [_(_OF).format(done=done, total=total)]
    if way.bytes_per_s:
        parts.append(_(_SPEED).format(speed=readable_size(round(way.bytes_per_s))))
    if way.left_s is not None:
        parts.append(_(_LEFT).format(time=clock(round(way.left_s))))
    return " · ".join(parts)


def _demo(standing: ModelStanding) -> View:
    acts: tuple[Act, ...] = (Act.GET,)
    if isinstance(standing.published, Partial):
        acts = (Act.GO_ON, Act.CANCEL)
    elif isinstance(standing.published, Verified | Unverified):
        acts = ()
    return _loaded(standing, _(_DEMO_NAME), _(_DEMO_KNOWS), acts)


def _own(standing: ModelStanding) -> View:
    size = readable_size(standing.chosen.size_bytes)
    detail = _(_SIZE).format(size=size, folder=standing.chosen.folder)
    return _loaded(standing, _(_OWN_NAME), detail, ())


def _published(standing: ModelStanding, name: str, size_bytes: int, *, failed: bool) -> View:
    state = standing.published
    size = readable_size(size_bytes)
    again = Act.TRY_AGAIN if failed else Act.FETCH
    match state:
        case None:
            return View(name, _(_LOOKING), Mood.BUSY)
        case Absent():
            once = _(_ONCE).format(size=size)
            return View(name, _(_ABSENT), Mood.MISSING, once, acts=(again,))
        case Partial():
            bar = Bar(state.size_bytes / size_bytes, _told(Way(state.size_bytes, size_bytes)))
            again = Act.TRY_AGAIN if failed else Act.GO_ON
            told = _INCOMPLETE if failed else _PAUSED
            return View(name, _(told), Mood.MISSING, bar=bar, acts=(again, Act.CANCEL))
        case Damaged():
            return View(name, _(_DAMAGED), Mood.BAD, acts=(Act.MEND, Act.REMOVE))
    return _loaded(standing, name, _place(state), (Act.VERIFY, Act.REMOVE))


def _place(state: ModelState) -> str:
    template = _AS_PUBLISHED if isinstance(state, Verified) else _UNREAD
    return _(template).format(size=readable_size(state.size_bytes), folder=state.folder)


def _loaded(standing: ModelStanding, name: str, detail: str, acts: tuple[Act, ...]) -> View:
    """Of a model whose files are all there."""
    computing = _computed(standing.computing)
    match standing.readiness:
        case Readiness.LOADING:
            return View(name, _(_LOADING), Mood.BUSY, detail, computing=computing, acts=acts)
        case Readiness.PREPARING:
            percent = _(_PERCENT).format(percent=round(100 * standing.prepared))
            bar = Bar(standing.prepared, percent)
            return View(name, _(_PREPARING), Mood.BUSY, _(_KEPT_MEANWHILE), bar)
        case Readiness.READY:
            return View(name, _(_READY), Mood.GOOD, detail, computing=computing, acts=acts)
    return View(name, _(_THERE), Mood.GOOD, detail, computing=computing, acts=acts)


def _computed(computing: Computing | None) -> str:
    if computing is None:
        return _(_AT_FIRST_USE)
    backend = _(_BACKENDS[computing.backend])
    if computing.trial is None or computing.trial.result is None:
        return _(_COMPUTED).format(backend=backend)
    ms = round(computing.trial.result.decode_ms)
    return _(_COMPUTED_IN).format(backend=backend, ms=ms)
