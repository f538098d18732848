"""Fetches models from one hub or another into modelscope's cache.

modelscope's library resumes, retries and checks each file against its pin, and so does our own way
to Hugging Face; a file that the one has begun is finished by the other. What neither can do is
notice that it should stop while it waits for bytes; so it works in a thread of its own, and the
caller's thread watches over it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from dictation.errors import (
    DownloadCancelled,
    HubAnswered,
    HubCut,
    HubError,
    HubFileMissing,
    HubFileWrong,
    HubNotTrusted,
    HubProxyRefused,
    HubStalled,
    HubUnreachable,
    ModelError,
)
from dictation.recognition.model_store import hub
from dictation.recognition.model_store.alone import alone
from dictation.recognition.model_store.checking import FileReport
from dictation.recognition.model_store.disk_errors import disk_error, disk_full, free_bytes
from dictation.recognition.model_store.hub_errors import Errand, hub_error, stall_error, together
from dictation.recognition.model_store.pins import (
    MODELS,
    Model,
    OnProgress,
    Progress,
    ignore_progress,
)
from dictation.recognition.model_store.sources import Hub, Source, opened, usual_sources
from dictation.recognition.model_store.states import (
    PARTIAL_SUFFIX,
    cache_root,
    faulty_files,
    locate,
    working_folder,
)

logger = logging.getLogger(__name__)

STALL_S = 30.0
_POLL_S = 0.1
# How long a stopped thread may take. It needs 0.1 s, or up to 10 s while a connection is being
# opened; then it is left behind, and ends at its next step without having written anything.
_FAREWELL_S = 2.0

# After these, another hub may do better: a proxy may forbid only the one, and one name may be
# misused. After the others, the fault is on this side.
_TRY_ELSEWHERE = (
    HubUnreachable,
    HubProxyRefused,
    HubNotTrusted,
    HubAnswered,
    HubFileMissing,
    HubFileWrong,
    HubStalled,
    HubCut,
)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be fetched for one model."""

    model: Model
    folder: Path
    faults: tuple[FileReport, ...]

    @property
    def size_bytes(self) -> int:
        return sum(fault.file.size_bytes for fault in self.faults)

    @property
    def partial_bytes(self) -> int:
        begun = (self.folder / f"{fault.file.name}{PARTIAL_SUFFIX}" for fault in self.faults)
        return sum(path.stat().st_size for path in begun if path.exists())


def never() -> bool:
    """For those who do not want to cancel."""
    return False


def download(
    models: Sequence[Model] = MODELS,
    on_progress: OnProgress = ignore_progress,
    cancelled: Callable[[], bool] = never,
    *,
    stall_s: float = STALL_S,
    sources: Sequence[Source] = (),
    free: Callable[[Path], int] = free_bytes,
) -> tuple[Path, ...]:
    """Fetches what is missing of the models or wrong in them, and returns their verified folders.

    on_progress and cancelled are called in this thread, about ten times a second. Whatever came
    stays after every failure but wrong bytes, and the next call goes on from there.

    sources: hubs to try in turn; empty: the usual ones. Raises a HubError.
    """
    orders = [order for order in map(_order, models) if order is not None]
    if orders:
        _require_room(orders, free)
        run = _Download(on_progress, cancelled, stall_s, sum(each.size_bytes for each in orders))
        with alone(), opened(sources or usual_sources(), cache_root()) as hubs:
            for order in orders:
                run.fetch(order, hubs)
    return tuple(locate(model) for model in models)


def _require_room(orders: Sequence[_Order], free: Callable[[Path], int]) -> None:
    folder = orders[0].folder
    needed = sum(order.size_bytes for order in orders)
    try:
        needed -= sum(order.partial_bytes for order in orders)
        left = free(folder)
    except OSError as error:
        raise disk_error(folder, needed, error) from error
    if left < needed:
        raise disk_full(folder, needed, left)


def _order(model: Model) -> _Order | None:
    try:
        locate(model)
    except ModelError:
        folder = working_folder(model)
        return _Order(model, folder, faulty_files(model, folder))
    return None


class _Download:
    """One run over all that was ordered."""

    def __init__(
        self,
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
        stall_s: float,
        bytes_total: int,
    ) -> None:
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._stall_s = stall_s
        self._bytes_total = bytes_total
        self._bytes_before = 0

    def fetch(self, order: _Order, hubs: Sequence[Hub]) -> None:
        _make_room(order)
        failures: list[HubError] = []
        for source in hubs:
            try:
                self._fetch_from(source, order)
            except _TRY_ELSEWHERE as error:
                logger.warning("hub %s: %s", source.endpoint, type(error).__name__)
                failures.append(error)
            else:
                return
        raise together(failures)

    def _fetch_from(self, source: Hub, order: _Order) -> None:
        missing = [
            each.file for each in order.faults if not (order.folder / each.file.name).exists()
        ]
        for index, file in enumerate(missing):
            errand = Errand(order.model, file, source.endpoint, order.folder)
            if index == 0:
                # modelscope tries for half a minute before it says that a hub is down.
                self._supervise(errand, partial(source.ask, errand))
            self._supervise(errand, partial(source.fetch, errand))
            _require_published(errand)
            self._bytes_before += file.size_bytes
            logger.info("fetched %s of %s", file.name, order.model.name)

    def _supervise(self, errand: Errand, work: Callable[[hub.Transfer], None]) -> None:
        """Runs work in a thread of its own, and stops it when told to or when no byte comes."""
        if self._cancelled():
            raise DownloadCancelled
        transfer = hub.Transfer()
        thread = threading.Thread(
            target=_run, args=(work, transfer), name="model-download", daemon=True
        )
        thread.start()
        try:
            while not transfer.finished.wait(_POLL_S):
                self._report(errand, transfer)
                if self._cancelled():
                    raise DownloadCancelled
                if time.monotonic() - transfer.last_byte_s > self._stall_s:
                    break
        finally:
            stopped = not transfer.finished.is_set()
            transfer.stop.set()
            thread.join(_FAREWELL_S)
        if stopped:
            raise stall_error(errand, self._stall_s, transfer.error) from transfer.error
        if transfer.error is not None:
            raise hub_error(errand, transfer.error) from transfer.error
        self._report(errand, transfer)

    def _report(self, errand: Errand, transfer: hub.Transfer) -> None:
        done = self._bytes_before + transfer.bytes_done
        self._on_progress(Progress(errand.model.name, errand.file.name, done, self._bytes_total))


def _run(work: Callable[[hub.Transfer], None], transfer: hub.Transfer) -> None:
    try:
        work(transfer)
    except Exception as error:  # noqa: BLE001 - the thread's boundary; the waiting one translates it
        transfer.error = error
    finally:
        transfer.finished.set()


def _make_room(order: _Order) -> None:
    """Takes wrong files away, so that nothing can load them and they are fetched anew."""
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
        for fault in order.faults:
            (order.folder / fault.file.name).unlink(missing_ok=True)
    except OSError as error:
        raise disk_error(order.folder, order.size_bytes, error) from error


def _require_published(errand: Errand) -> None:
    """Reads the file from the disk again. The library checked what came, not what was written."""
    faults = faulty_files(replace(errand.model, files=(errand.file,)), errand.folder)
    if faults:
        (errand.folder / errand.file.name).unlink(missing_ok=True)
        raise HubFileWrong(host=errand.host, name=errand.model.name, file=errand.file.name)
