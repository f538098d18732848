"""One of the kernel's input devices: the moves of its keys, as they are read from its file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from dictation.native.held_keys import Move
from dictation.native.input_events import (
    DROPPED,
    KEY,
    PRESSED,
    RELEASED,
    SIZE,
    SYNCHRONISATION,
    InputEvent,
    unpacked,
)
from dictation.translation import Phrase

FOLDER = Path("/dev/input")

_MOST_EVENTS = 64
_KEY_BYTES = 0x300 // 8  # a bit for each key that the kernel can name
# As linux/input.h makes them: read, so many bytes, of 'E', number. EVIOCGBIT of keys; EVIOCGKEY.
_HAS, _IS_DOWN = ((2 << 30) | (_KEY_BYTES << 16) | (ord("E") << 8) | n for n in (0x21, 0x18))
_MOVES = {RELEASED: Move.UP, PRESSED: Move.DOWN}


class Asking(Protocol):
    """What a device can be asked."""

    def has(self, file: int) -> set[int]:
        """The keys that it has. Raises OSError for what is no input device."""
        ...

    def is_down(self, file: int) -> set[int]:
        """Those that are down now. Raises OSError."""
        ...


class Kernel:
    """Asks the device itself."""

    def has(self, file: int) -> set[int]:
        return _bits(fcntl.ioctl(file, _HAS, bytes(_KEY_BYTES)))

    def is_down(self, file: int) -> set[int]:
        return _bits(fcntl.ioctl(file, _IS_DOWN, bytes(_KEY_BYTES)))


def _bits(field: bytes) -> set[int]:
    return {at for at in range(len(field) * 8) if field[at // 8] >> at % 8 & 1}


class Device:
    """Raises OSError when it is opened, and when it has been unplugged."""

    def __init__(self, path: Path, asking: Asking) -> None:
        self._asking = asking
        self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            self.keys = asking.has(self._file)
        except BaseException:
            self.close()
            raise
        self._down: set[int] = set()
        self._is_behind = False

    def fileno(self) -> int:
        return self._file

    def close(self) -> None:
        os.close(self._file)

    def moves(self) -> list[tuple[int, Move]]:
        """What its keys did since the last call."""
        content = os.read(self._file, SIZE * _MOST_EVENTS)
        if not content:
            raise OSError(Phrase("the device has ended"))
        return list(self._moves(unpacked(content)))

    def held(self) -> set[int]:
        """The keys of which it has told a press and no release."""
        return set(self._down)

    def _moves(self, events: Iterable[InputEvent]) -> Iterator[tuple[int, Move]]:
        for event in events:
            if event.type == SYNCHRONISATION:
                if (
                    event.code == DROPPED
                ):  # we were too slow: what follows up to the next is partial
                    self._is_behind = True
                elif self._is_behind:
                    self._is_behind = False
                    yield from self._caught_up()
            elif event.type == KEY and not self._is_behind:
                move = _MOVES.get(event.value, Move.REPEATED)
                (self._down.discard if move is Move.UP else self._down.add)(event.code)
                yield event.code, move

    def _caught_up(self) -> Iterator[tuple[int, Move]]:
        now = self._asking.is_down(self._file)
        yield from ((key, Move.UP) for key in sorted(self._down - now))
        yield from ((key, Move.DOWN) for key in sorted(now - self._down))
        self._down = now
