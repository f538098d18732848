"""One at a time changes what has come of a model."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from dictation import paths
from dictation.errors import DownloadRuns

logger = logging.getLogger(__name__)


@contextmanager
def alone() -> Iterator[None]:
    """Two that change the same partial file would spoil it. Raises DownloadRuns."""
    with ExitStack() as stack:
        try:
            folder = paths.private_folder(paths.cache_folder())
            lock = stack.enter_context((folder / "download.lock").open("w", encoding="utf-8"))
        except OSError as error:
            logger.warning("nothing keeps a second download away: %s", error)
        else:
            if not paths.try_lock(lock):
                raise DownloadRuns
        yield
