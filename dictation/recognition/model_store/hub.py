"""Asks one ModelScope hub for files, through modelscope's own library.

The library is modelscope_hub, to which modelscope hands its downloads; importing modelscope itself
would load PyTorch as well (2 s, 200 MB).
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from dictation.recognition.model_store.hub_errors import Errand

# Set before the library is first imported, unless the user chose otherwise.
_ENVIRONMENT = {
    # No question to an address inside a cloud for its region.
    "MODELSCOPE_DOWNLOAD_INTRA_CLOUD": "false",
    # In s, for one file. Its own is an hour, too short for 936 MB on a line below 260 kB/s.
    "MODELSCOPE_DOWNLOAD_TOTAL_TIMEOUT": "86400",
}


@dataclass(slots=True)
class Transfer:
    """One file on its way; written by its thread, read by the one that waits."""

    bytes_done: int = 0
    last_byte_s: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)
    finished: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None

    def received(self, size_bytes: int) -> None:
        """A number below zero takes back what did not count."""
        self.bytes_done += size_bytes
        self.last_byte_s = time.monotonic()


class Hub:
    """One hub, asked through modelscope's library."""

    def __init__(self, api: Any, endpoint: str) -> None:
        self._api = api
        self.endpoint = endpoint

    def ask(self, errand: Errand, _transfer: Transfer) -> None:
        """One short request without retries: whether the hub is there and has the file."""
        response = self._api.legacy.download_stream(
            errand.model.hub_id,
            "model",
            errand.file.name,
            errand.model.revision,
            headers={"Range": "bytes=0-0"},
        )
        response.close()

    def fetch(self, errand: Errand, transfer: Transfer) -> None:
        """Goes on with the partial file, if there is one, until the pinned file is in its place."""
        pin = errand.file.accepted[0]
        self._api.downloader.download_file(
            errand.model.hub_id,
            "model",
            errand.file.name,
            revision=errand.model.revision,
            local_dir=errand.folder,
            expected_sha256=pin.sha256,
            file_size=pin.size_bytes,
            progress_callbacks=[partial(_Meter, transfer)],
            # The one way to interrupt a read that waits: a watchdog in there shuts the socket down.
            _cancel_event=transfer.stop,
        )


class _Meter:
    """A progress callback as modelscope wants it: one is made for each try at a file."""

    def __init__(self, transfer: Transfer, _file: str, _size_bytes: int) -> None:
        self._transfer = transfer
        transfer.bytes_done = 0

    def update(self, size_bytes: int) -> None:
        self._transfer.received(size_bytes)

    def end(self) -> None:
        """Says nothing that the return does not say."""


@contextmanager
def library(cache: Path) -> Iterator[Callable[[str], Hub]]:
    """modelscope's library, silent, and without its user's token or telemetry identity."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    import modelscope_hub
    from modelscope_hub import _download

    _silence(_download)
    # It writes an identity there that it sends along; a folder of its own makes it a new one.
    with tempfile.TemporaryDirectory() as identity:

        def open_hub(endpoint: str) -> Hub:
            config = modelscope_hub.HubConfig(
                endpoint=endpoint, cache_dir=cache, config_dir=Path(identity), token=""
            )
            return Hub(modelscope_hub.HubApi(config=config), endpoint)

        yield open_hub


def _silence(downloads: Any) -> None:
    vendor = logging.getLogger("modelscope_hub")
    vendor.handlers = [logging.NullHandler()]
    vendor.propagate = True
    vendor.setLevel(logging.WARNING)
    # tqdm reads TQDM_DISABLE when it is first imported, which may have been long ago.
    downloads.tqdm = partial(downloads.tqdm, disable=True)


def usual_endpoints() -> Sequence[str]:
    from modelscope_hub.constants import DEFAULT_ENDPOINT, DEFAULT_INTL_ENDPOINT

    named = os.environ.get("MODELSCOPE_ENDPOINT")
    return (named,) if named else (DEFAULT_ENDPOINT, DEFAULT_INTL_ENDPOINT)
