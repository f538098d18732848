"""Content that goes through pipes, as compositors and portals hand it from program to program."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import time

logger = logging.getLogger(__name__)

_WRITE_S = 10.0  # for whoever reads
_PIPE_BYTES = 65_536


def read_to_end(file: int, deadline_s: float, most: int) -> bytes | None:
    """None if it takes too long, by the monotonic clock, or is too much."""
    content = b""
    while len(content) <= most:
        left_s = deadline_s - time.monotonic()
        if left_s <= 0 or not select.select([file], [], [], left_s)[0]:
            return None
        more = os.read(file, _PIPE_BYTES)
        if not more:
            return content
        content += more
    return None


def write_and_close(content: bytes, file: int) -> bool:
    """Whether all of it could be written. It may take long: whoever reads may never do so."""
    os.set_blocking(file, False)
    until_s = time.monotonic() + _WRITE_S
    try:
        while content and select.select([], [file], [], max(0.0, until_s - time.monotonic()))[1]:
            with contextlib.suppress(BlockingIOError):
                content = content[os.write(file, content) :]
    except OSError as failure:  # it has closed its end: it had enough
        logger.debug("the clipboard's reader has gone: %s", failure)
    finally:
        os.close(file)
    return not content
