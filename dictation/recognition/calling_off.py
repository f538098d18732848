"""A decode that has become needless is called off, so that nobody waits for its end."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

_in_force = threading.local()


class CalledOff(Exception):
    """The decode was given up; what it had found is lost. No user ever meets it."""


class CallOff:
    """Whether one decode is called off. For any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._called = False
        self._act: Callable[[], None] | None = None

    @property
    def called(self) -> bool:
        """Once it is, it stays so."""
        return self._called

    def call(self) -> None:
        """Returns at once; the decode ends when it notices."""
        with self._lock:
            self._called = True
            if self._act is not None:
                self._act()

    def check(self) -> None:
        """Raises CalledOff if that is so."""
        if self._called:
            raise CalledOff

    @contextlib.contextmanager
    def acting(self, act: Callable[[], None]) -> Iterator[None]:
        """While it lasts, ``act`` is done as soon as it is called off, on whatever thread."""
        with self._lock:
            self._act = act
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._act = None

    @contextlib.contextmanager
    def in_force(self) -> Iterator[None]:
        """While it lasts, it is the ``current`` one of this thread: decodes look at it."""
        _in_force.one = self
        try:
            yield
        finally:
            del _in_force.one


_NEVER = CallOff()


def current() -> CallOff:
    """That of the decode which this thread is at; one that is never called where it has none."""
    return getattr(_in_force, "one", _NEVER)
