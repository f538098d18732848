"""Asks Hugging Face, or a mirror of it, for the same files, over plain HTTPS."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from dictation.recognition.model_store.hub import Transfer
from dictation.recognition.model_store.hub_errors import Answered, Errand, WrongContent
from dictation.recognition.model_store.states import PARTIAL_SUFFIX

logger = logging.getLogger(__name__)

_BLOCK_BYTES = 1 << 16  # less than that is lost where a connection is cut
_CONNECT_S, _READ_S = 10.0, 60.0
_MOST_TRIES = 5  # without …
_PROGRESS_BYTES = 1_000_000  # … so much coming in between
_BACK_OFF_S = 0.5
_SERVERS_FAULT = 500
_PARTIAL, _BEYOND_ITS_END = 206, 416


class HuggingFace:
    """One hub, asked without any library of its own."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint.rstrip("/")

    def ask(self, errand: Errand, _transfer: Transfer) -> None:
        """One short request without retries: whether the hub is there and has the file."""
        with self._answer(errand, "bytes=0-0"):
            pass

    def fetch(self, errand: Errand, transfer: Transfer) -> None:
        """Goes on with the partial file, if there is one, until the pinned file is in its place."""
        part = errand.folder / f"{errand.file.name}{PARTIAL_SUFFIX}"
        was_begun = part.exists()
        try:
            self._complete(errand, part, transfer)
        except WrongContent:
            part.unlink()
            if not was_begun:
                raise
            # What was there from another time may have been the wrong part of it.
            logger.warning("%s is fetched anew", errand.file.name)
            self._complete(errand, part, transfer)

    def _complete(self, errand: Errand, part: Path, transfer: Transfer) -> None:
        tries, last_bytes = 0, 0
        while not self._has_come(errand, part, transfer):
            if transfer.stop.is_set():
                return
            if transfer.bytes_done - last_bytes >= _PROGRESS_BYTES:
                tries = 0
            tries, last_bytes = tries + 1, transfer.bytes_done
            try:
                self._go_on(errand, part, transfer)
            except (OSError, Answered) as error:  # those of requests are OSErrors
                if tries == _MOST_TRIES or not _may_pass(error):
                    raise
                transfer.error = error  # for whoever stops us meanwhile
                transfer.stop.wait(_BACK_OFF_S * tries)
        transfer.error = None
        part.replace(errand.folder / errand.file.name)

    def _has_come(self, errand: Errand, part: Path, transfer: Transfer) -> bool:
        """Whether it is whole. Raises WrongContent."""
        transfer.bytes_done = part.stat().st_size if part.exists() else 0
        if transfer.bytes_done < min(pin.size_bytes for pin in errand.file.accepted):
            return False
        digest = hashlib.sha256()
        with part.open("rb") as written:
            while block := written.read(_BLOCK_BYTES):
                if transfer.stop.is_set():
                    return False
                digest.update(block)
                transfer.received(0)  # no byte, but a sign of life
        if not errand.file.is_content(transfer.bytes_done, digest.hexdigest()):
            raise WrongContent
        return True

    def _go_on(self, errand: Errand, part: Path, transfer: Transfer) -> None:
        with part.open("ab") as file, self._answer(errand, f"bytes={file.tell()}-") as answer:
            begun = _start(answer)
            if not errand.file.may_have_size(_size(answer)):
                raise WrongContent
            if begun != file.tell():
                file.truncate(begun)
            transfer.bytes_done = begun
            self._write(answer, file, transfer)

    def _write(self, answer: Any, file: IO[bytes], transfer: Transfer) -> None:
        for block in answer.iter_content(_BLOCK_BYTES):
            if transfer.stop.is_set():
                return
            file.write(block)
            transfer.received(len(block))

    @contextmanager
    def _answer(self, errand: Errand, byte_range: str) -> Iterator[Any]:
        import requests

        model = errand.model
        place = f"{model.hugging_face_id}/resolve/{model.hugging_face_revision}"
        session: Any
        with requests.Session() as session:
            # Else a password for this host, in ~/.netrc, would go there, or to where it sends us.
            session.auth = _nobody
            session.rebuild_auth = _nobody
            with session.get(
                f"{self.endpoint}/{place}/{errand.file.name}",
                headers={"Range": byte_range, "Accept-Encoding": "identity"},
                timeout=(_CONNECT_S, _READ_S),
                stream=True,
            ) as answer:
                if answer.status_code == _BEYOND_ITS_END:
                    raise WrongContent
                if not answer.ok:
                    raise Answered(answer.status_code)
                yield answer


def _nobody(request: Any, *_: object) -> Any:
    return request


def _start(answer: Any) -> int:
    """The first byte of what comes."""
    if answer.status_code != _PARTIAL:
        return 0
    return int(_content_range(answer)[1])


def _size(answer: Any) -> int:
    """Of the whole file; -1: not told, or by somebody else's page."""
    if answer.status_code == _PARTIAL:
        return int(_content_range(answer)[2])
    return int(answer.headers.get("Content-Length", -1))


def _content_range(answer: Any) -> re.Match[str]:
    told = answer.headers.get("Content-Range", "")
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", told)
    if found is None:
        raise WrongContent
    return found


def _may_pass(error: Exception) -> bool:
    """Whether the same may go well in a moment: a cut, or trouble of the server's."""
    if isinstance(error, Answered):
        return error.status_code >= _SERVERS_FAULT
    return type(error).__module__.partition(".")[0] in ("requests", "urllib3")
