"""Hears all recordings by all ways, one way after the other, so that one model is loaded at a time.

Nothing but texts and times is kept of a recording: there may be hours of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dictation.errors import AudioError
from dictation.lab.automodel import AutoModelReference
from dictation.lab.evaluate import ways
from dictation.lab.evaluate.hearing import Heard
from dictation.lab.evaluate.recordings import Recording
from dictation.lab.evaluate.ways import Way
from dictation.recognition.recogniser import Recogniser
from dictation.settings import BackendName
from dictation.speech import TextStyle

INCREMENTAL, WHOLE_BUFFER, FUNASR = "incremental", "whole buffer", "FunASR"


@dataclass(frozen=True, slots=True)
class Column:
    """What one way made of all recordings."""

    way: str
    """INCREMENTAL, WHOLE_BUFFER or FUNASR."""
    backend: str
    """Of our recogniser; empty for FunASR."""
    heard: tuple[Heard, ...]
    """In the order of the recordings."""

    @property
    def name(self) -> str:
        return f"{self.backend} {self.way}" if self.backend else self.way


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out."""

    recordings: tuple[Recording, ...]
    """Those that every way has heard."""
    columns: tuple[Column, ...]
    unusable: tuple[AudioError, ...]
    """Why recordings could not be read to their end."""

    @property
    def duration_s(self) -> float:
        lengths: list[float] = [recording.audio.duration_s for recording in self.recordings]
        return sum(lengths)


@dataclass(frozen=True, slots=True)
class Progress:
    """recording: the one that is heard now; None while a model loads."""

    column: str
    recording: Path | None
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How recordings are to be heard."""

    style: TextStyle
    backends: tuple[BackendName, ...]
    """A recogniser is opened for each."""
    open_recogniser: Callable[[BackendName], Recogniser]
    open_reference: Callable[[], AutoModelReference] | None
    """None: FunASR is not asked."""


def evaluate(
    plan: Plan, recordings: Sequence[Recording], on_progress: Callable[[Progress], None]
) -> Evaluation:
    """recordings: at least one. Raises ModelErrors, EngineMissing, AutoModelFailed."""
    passes = 2 * len(plan.backends) + (plan.open_reference is not None)
    listener = _Listener(recordings, passes, on_progress)
    for wanted in plan.backends:
        listener.loads(wanted)
        recogniser = plan.open_recogniser(wanted)
        backend = recogniser.backend.value  # AUTO has become one of the others
        ways.warm_up(recogniser)
        listener.listen(INCREMENTAL, backend, ways.incremental(recogniser, plan.style))
        listener.listen(WHOLE_BUFFER, backend, ways.whole_buffer(recogniser, plan.style))
        del recogniser  # before the next one comes
    if plan.open_reference is not None:
        listener.loads(FUNASR)
        with plan.open_reference() as reference:
            listener.listen(FUNASR, "", ways.automodel(reference, plan.style))
    return listener.evaluation()


class _Listener:
    """Goes through the recordings, again and again; one that fails is left out everywhere."""

    def __init__(
        self,
        recordings: Sequence[Recording],
        passes: int,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._recordings = recordings
        self._on_progress = on_progress
        self._done = 0
        self._total = passes * len(recordings)
        self._heard: dict[tuple[str, str], dict[Path, Heard]] = {}
        self._unusable: dict[Path, AudioError] = {}

    def loads(self, column: str) -> None:
        self._on_progress(Progress(column, None, self._done, self._total))

    def listen(self, way: str, backend: str, hear: Way) -> None:
        heard = self._heard[way, backend] = {}
        name = Column(way, backend, ()).name
        for recording in self._recordings:
            path = recording.audio.path
            self._on_progress(Progress(name, path, self._done, self._total))
            self._done += 1
            if path not in self._unusable:
                try:
                    heard[path] = hear(recording.audio)
                except AudioError as error:
                    self._unusable[path] = error

    def evaluation(self) -> Evaluation:
        usable = tuple(each for each in self._recordings if each.audio.path not in self._unusable)
        columns = [
            Column(way, backend, tuple(heard[each.audio.path] for each in usable))
            for (way, backend), heard in self._heard.items()
        ]
        return Evaluation(usable, tuple(columns), tuple(self._unusable.values()))
