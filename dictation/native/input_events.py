"""The kernel's input events, as bytes: ``struct input_event`` of linux/input.h."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SYNCHRONISATION, KEY = 0, 1
"""Types."""
DROPPED = 3
"""A code of the first: some events before this one are lost."""
RELEASED, PRESSED, REPEATED = 0, 1, 2
"""Values of keys."""

_LAYOUT = struct.Struct("@llHHi")  # seconds, microseconds, type, code, value
SIZE = _LAYOUT.size


@dataclass(frozen=True, slots=True)
class InputEvent:
    """One of them, without its time."""

    type: int
    code: int
    value: int

    def packed(self) -> bytes:
        """With no time, which the kernel puts in itself."""
        return _LAYOUT.pack(0, 0, self.type, self.code, self.value)


def unpacked(content: bytes) -> Iterator[InputEvent]:
    """Those in what was read; the kernel hands over whole ones."""
    whole = len(content) - len(content) % SIZE
    for _seconds, _microseconds, kind, code, value in _LAYOUT.iter_unpack(content[:whole]):
        yield InputEvent(kind, code, value)
