"""The file that keeps a take: a header of 16 bytes, then mono 16-bit little-endian samples.

Nothing in it is ever changed or counted, so that every prefix of the file is a prefix of the take:

    bytes 0-7     b"DictTake"
    bytes 8-11    version of the format, little-endian: 1
    bytes 12-15   sample rate in Hz, little-endian: 16000
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from dictation.audio.conversion import FULL_SCALE
from dictation.errors import JournalUnreadable
from dictation.speech import SAMPLE_RATE_HZ, Samples
from dictation.translation import Phrase

FORMAT_VERSION = 1
MAGIC = b"DictTake"
HEADER = struct.pack("<8sII", MAGIC, FORMAT_VERSION, SAMPLE_RATE_HZ)
BYTES_PER_SAMPLE = 2
PIECE_BYTES = SAMPLE_RATE_HZ * BYTES_PER_SAMPLE  # a second, the unit of reading and writing


def encoded(samples: Samples) -> bytes:
    """Exact, as every sample is a multiple of 1/32768."""
    return (samples * np.float32(FULL_SCALE)).astype("<i2").tobytes()


def samples_of(sound: bytes) -> Samples:
    """What was encoded; half a sample at the end is left out."""
    steps = np.frombuffer(sound[: _whole_bytes(sound)], "<i2")
    return cast("Samples", steps.astype(np.float32) / np.float32(FULL_SCALE))


def decoded(file: Path, in_file_bytes: int, in_memory: bytes) -> Iterator[Samples]:
    """The first bytes of sound in the file, then those from memory; half a sample is left out.

    Raises JournalUnreadable.
    """
    odd = b""  # a full disk may have split a sample between the file and memory
    for piece in _pieces(file, in_file_bytes):
        sound = odd + piece
        odd = sound[_whole_bytes(sound) :]
        yield samples_of(sound)
    rest = odd + in_memory
    if len(rest) >= BYTES_PER_SAMPLE:
        yield samples_of(rest)


def sound_bytes(file: Path) -> int:
    """0 where there is no file, or not even a whole header. Raises JournalUnreadable."""
    try:
        return max(0, file.stat().st_size - len(HEADER))
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise _unreadable(file, error) from error


def reason(error: OSError) -> str:
    """What a disk's refusal is called."""
    return (error.strerror or str(error)).lower()


def _pieces(file: Path, size_bytes: int) -> Iterator[bytes]:
    if not size_bytes:
        return
    try:
        with file.open("rb") as opened:
            _check_header(file, opened)
            while size_bytes and (piece := opened.read(min(PIECE_BYTES, size_bytes))):
                size_bytes -= len(piece)
                yield piece
    except OSError as error:
        raise _unreadable(file, error) from error


def _check_header(file: Path, opened: BinaryIO) -> None:
    header = opened.read(len(HEADER))
    if not header.startswith(MAGIC):
        raise JournalUnreadable(file=file, reason=Phrase("it is not a recording of this program"))
    if header != HEADER:
        raise JournalUnreadable(
            file=file, reason=Phrase("another version of this program wrote it")
        )


def _whole_bytes(sound: bytes) -> int:
    return len(sound) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE


def _unreadable(file: Path, error: OSError) -> JournalUnreadable:
    return JournalUnreadable(file=file, reason=reason(error))
