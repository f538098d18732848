"""Fetches, verifies, removes and chooses the speech model, whoever looks on. GUI thread.

What takes time is done on a thread of its own, one thing after the other; it goes on when the
window in which it was asked for is closed. A download that the end of the program cut short is
taken up at the next start.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal, Slot

from dictation import paths
from dictation.desktop.choices import Choices
from dictation.desktop.models.looking import Found, look
from dictation.desktop.models.pace import Pace
from dictation.desktop.models.standing import Doing, Kind, ModelStanding, Readiness, Way
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.errors import (
    DictationError,
    DownloadCancelled,
    HubAnswered,
    HubCut,
    HubStalled,
    HubsUnreachable,
    HubUnreachable,
    ModelDamaged,
)
from dictation.recognition import model_store
from dictation.recognition.messages import Stage, Unusable
from dictation.recognition.model_folder import read_folder
from dictation.recognition.model_store.download import download
from dictation.recognition.model_store.pins import Model, Progress
from dictation.recognition.model_store.removing import Removal, discard, removal_of, remove
from dictation.recognition.model_store.states import Damaged, Unverified, Verified
from dictation.recognition.setup import DEMO
from dictation.settings import Settings

logger = logging.getLogger(__name__)

_LET_GO_S = 10.0
_RETRY_MS = 60_000
_PASSING = (HubUnreachable, HubsUnreachable, HubStalled, HubCut, HubAnswered)
"""What a network or a hub may get over by itself."""
_END_MS = 5_000  # a connection that is being opened is left behind after two seconds
_READINESS = {
    Stage.STARTING: Readiness.LOADING,
    Stage.LOADING: Readiness.LOADING,
    Stage.PREPARING: Readiness.PREPARING,
    Stage.READY: Readiness.READY,
}


class ModelDesk(QObject):
    """One for the program; windows show its ``standing`` and tell it what is wished.

    Signals:
        changed(): there is something else to be seen in ``standing``.
        removable(Removal): what ``ask_removal`` asked for.
    """

    changed = Signal()
    removable = Signal(object)
    _progressed = Signal(object)
    _ended = Signal(object, object)
    _looked = Signal(object)

    def __init__(
        self,
        recogniser: RecogniserThread,
        choices: Choices,
        used: str | None = None,
        model: Model | None = None,
    ) -> None:
        """used: the model that this run uses, instead of that of the settings.

        model: the published one.
        """
        super().__init__()
        self.standing = ModelStanding()
        self.model = model or model_store.SENSE_VOICE
        self._recogniser = recogniser
        self._choices = choices
        self._used = used
        self._pace = Pace()
        self._stop = threading.Event()
        self._task: _Task | None = None
        self._retry = QTimer(self, singleShot=True)
        self._retry.timeout.connect(self.fetch)
        self._works = _thread()
        self._looks = _thread()
        self._progressed.connect(self._on_progressed)
        self._ended.connect(self._on_ended)
        self._looked.connect(self._on_looked)
        recogniser.prepared.connect(self._on_prepared)
        recogniser.stage.connect(self._on_stage)
        choices.changed.connect(self._on_settings)

    # --- life

    def begin(self) -> None:
        """Looks at what there is, and goes on with what an earlier run began."""
        self.look_again()
        if _is_begun():
            self.fetch()

    def end(self) -> None:
        """What is being fetched is kept, and fetched further at the next start."""
        self._stop.set()
        self._retry.stop()
        for thread in (self._works, self._looks):
            thread.clear()
            thread.waitForDone(_END_MS)

    # --- what is wished

    @Slot()
    def fetch(self) -> None:
        """Downloads what is missing or wrong; goes on with what has come."""
        self._pace = Pace()
        self._do(Doing.FETCHING, self._fetch, self._on_fetched)

    @Slot()
    def pause(self) -> None:
        """What has come is kept."""
        self._stop_fetching(lambda: None)

    @Slot()
    def cancel(self) -> None:
        """What has come is deleted, whether or not it is going on."""
        if self.standing.doing is Doing.FETCHING:
            self._stop_fetching(self.cancel)
        else:
            _forget_begun()
            self._do(Doing.REMOVING, partial(discard, self.model))

    @Slot()
    def verify(self) -> None:
        """Reads every byte of the published model again."""
        self._do(Doing.VERIFYING, self._verify)

    @Slot()
    def ask_removal(self) -> None:
        """``removable`` tells what would go."""
        self._looks.start(self._find_removal)

    def remove(self, removal: Removal) -> None:
        """The recogniser lets the model go first."""
        self._do(Doing.REMOVING, partial(self._remove, removal), self._recogniser.look_again)

    def use(self, folder: Path) -> None:
        """A folder of the user's own, if there is a model in it."""

        def then() -> None:
            if self.standing.trouble is None:
                self._choose(str(folder))

        self._do(Doing.CHECKING, partial(read_folder, folder), then)

    @Slot()
    def use_published(self) -> None:
        self._choose("")

    @Slot()
    def use_demo(self) -> None:
        self._choose(DEMO)

    # --- on the threads

    def _fetch(self) -> None:
        _note_begun()
        download([self.model], self._progressed.emit, self._stop.is_set)

    def _verify(self) -> None:
        (found,) = model_store.verify([self.model], self._progressed.emit)
        if isinstance(found, Damaged):
            raise ModelDamaged(folder=found.folder, reason=found.reason)

    def _find_removal(self) -> None:
        chosen = self._model_used()
        own = Path(chosen).expanduser() if chosen not in ("", DEMO) else None
        self.removable.emit(removal_of(self.model, own))

    def _remove(self, removal: Removal) -> None:
        let_go = threading.Event()
        self._recogniser.let_go(let_go.set)
        let_go.wait(_LET_GO_S)
        remove(removal)

    def _run(self, task: _Task) -> None:
        error: DictationError | None = None
        try:
            task.work()
        except DownloadCancelled:
            pass
        except DictationError as raised:
            logger.warning("%s", type(raised).__name__)
            error = raised
        except Exception:  # the thread's boundary: windows go on
            logger.exception("the model could not be seen to")
            error = DictationError()
        self._look()
        self._ended.emit(task, error)

    def _look(self) -> None:
        backend = self._choices.settings.recognition.backend
        try:
            self._looked.emit(look(self.model, self._model_used(), backend))
        except OSError:
            logger.exception("what there is of the model cannot be seen")

    # --- what comes of it

    def _do(
        self, doing: Doing, work: Callable[[], object], then: Callable[[], None] = lambda: None
    ) -> None:
        """then: called on the GUI thread at its end, however that is."""
        if self._task is None:
            self._retry.stop()
            self._task = _Task(work, then)
            self._stop.clear()
            self._show(replace(self.standing, doing=doing, trouble=None, way=Way()))
            self._works.start(partial(self._run, self._task))

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        if self._task is not None:
            self._pace.add(time.monotonic(), progress.bytes_done)
            total = progress.bytes_total
            speed, left_s = self._pace.bytes_per_s, self._pace.left_s(total)
            way = Way(progress.bytes_done, total, speed, left_s)
            self._show(replace(self.standing, way=way))

    @Slot(object, object)
    def _on_ended(self, task: _Task, error: DictationError | None) -> None:
        self._task = None
        self._show(replace(self.standing, doing=Doing.NOTHING, trouble=error))
        task.then()

    @Slot(object)
    def _on_looked(self, found: Found) -> None:
        was_absent = self.standing.published is not None and not self._is_there
        self._show(
            replace(
                self.standing,
                chosen=found.chosen,
                published=found.published,
                computing=found.computing,
            )
        )
        if was_absent and self._is_there and self._task is None:
            self._recogniser.look_again()  # somebody else has fetched it

    def _on_fetched(self) -> None:
        if isinstance(self.standing.trouble, _PASSING):
            self._retry.start(_RETRY_MS)
        if self.standing.trouble is not None or not self._is_there:
            return
        _forget_begun()
        if self.standing.chosen.kind is Kind.PUBLISHED:
            self._recogniser.look_again()
        elif self.standing.chosen.kind is Kind.DEMO:
            self._choose("")

    @property
    def _is_there(self) -> bool:
        return isinstance(self.standing.published, Verified | Unverified)

    def _stop_fetching(self, then: Callable[[], None]) -> None:
        if self.standing.doing is Doing.FETCHING and self._task is not None:
            _forget_begun()
            self._task.then = then
            self._show(replace(self.standing, doing=Doing.STOPPING))
            self._stop.set()

    def _choose(self, model: str) -> None:
        self._used = None
        recognition = self._choices.settings.recognition
        if recognition.model == model:
            self._recogniser.look_again()
            self.look_again()
        else:
            self._choices.choose_recognition(replace(recognition, model=model))

    def _model_used(self) -> str:
        return self._choices.settings.recognition.model if self._used is None else self._used

    @Slot()
    def look_again(self) -> None:
        """Something may have changed on the disk."""
        self._looks.start(self._look)

    @Slot(object, object)
    def _on_settings(self, before: Settings, now: Settings) -> None:
        old, new = before.recognition, now.recognition
        if old.model != new.model:
            self._used = None
        if (old.model, old.backend) != (new.model, new.backend):
            self.look_again()

    @Slot(float)
    def _on_prepared(self, part: float) -> None:
        self._show(replace(self.standing, prepared=part))

    @Slot(object)
    def _on_stage(self, stage: Stage | Unusable) -> None:
        unusable = stage.error if isinstance(stage, Unusable) else None
        readiness = Readiness.UNKNOWN if isinstance(stage, Unusable) else _READINESS[stage]
        self._show(replace(self.standing, readiness=readiness, unusable=unusable))
        if stage is Stage.READY or unusable is not None:
            self.look_again()  # what computes it is known now

    def _show(self, standing: ModelStanding) -> None:
        if standing != self.standing:
            self.standing = standing
            self.changed.emit()


@dataclass(slots=True)
class _Task:
    work: Callable[[], object]
    then: Callable[[], None]


def _thread() -> QThreadPool:
    pool = QThreadPool()
    pool.setMaxThreadCount(1)
    return pool


def _begun_file() -> Path:
    return paths.state_folder() / "model-download"


def _is_begun() -> bool:
    return _begun_file().exists()


def _note_begun() -> None:
    try:
        paths.private_folder(_begun_file().parent)
        _begun_file().touch()
    except OSError:
        logger.exception("a download would not be taken up at the next start")


def _forget_begun() -> None:
    try:
        _begun_file().unlink(missing_ok=True)
    except OSError:
        logger.exception("a download would be taken up again at the next start")
