"""Writes a picture as a PNG file."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BIT_RGB = struct.pack(">BBBBB", 8, 2, 0, 0, 0)  # not interlaced


def encoded(pixels: NDArray[np.uint8]) -> bytes:
    """pixels: red, green, blue, shape (height, width, 3). The form is RFC 2083's."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + width * 3), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = pixels.reshape(height, -1)
    return (
        _SIGNATURE
        + _chunk(b"IHDR", struct.pack(">II", width, height) + _EIGHT_BIT_RGB)
        + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9))
        + _chunk(b"IEND", b"")
    )


def write(path: Path, pixels: NDArray[np.uint8]) -> None:
    path.write_bytes(encoded(pixels))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
