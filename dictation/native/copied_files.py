"""Which files are on the clipboard, as file managers put them there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from dictation.native.offer import Offer

ReadClipboard = Callable[[], Offer | None]
"""What is on the clipboard; None if its owner does not answer. Raises DictationError."""

# Nautilus and its kin: "copy" or "cut", then an address a line. The others: RFC 2483.
_FORMATS = ("x-special/gnome-copied-files", "text/uri-list")
_TEXTS = ("UTF8_STRING", "text/plain;charset=utf-8", "text/plain")
_HERE = ("", "localhost")


def copied_files(offer: Offer) -> list[Path]:
    """In order, each once; also of a text that consists of paths alone."""
    for name in _FORMATS:
        if name in offer.pieces:
            found = list(_files(offer.pieces[name].content.decode("utf-8", "replace")))
            if found:
                return list(dict.fromkeys(found))
    for name in _TEXTS:
        if name in offer.pieces:
            lines = offer.pieces[name].content.decode("utf-8", "replace").split("\n")
            named = [line.strip() for line in lines if line.strip()]
            if all(line.startswith(("/", "file://")) for line in named):
                return list(dict.fromkeys(_path(line) for line in named))
    return []


def _files(text: str) -> Iterator[Path]:
    for line in text.replace("\0", "\n").splitlines():
        address = urlsplit(line.strip())
        if address.scheme == "file" and address.netloc in _HERE:
            yield _path(line.strip())


def _path(line: str) -> Path:
    if not line.startswith("file:"):
        return Path(line)
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(line).path)))
