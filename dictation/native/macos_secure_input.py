"""Knows on macOS that a password is being typed: programs then keep their keys to themselves."""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Callable

from dictation.errors import NotPossibleHere
from dictation.translation import Phrase

_SERVICE = Phrase("Knowing password fields")


class SecureInput:
    """Asks the system each time, which takes microseconds. Raises NotPossibleHere."""

    def __init__(self, ask: Callable[[], int] | None = None) -> None:
        """ask: ``IsSecureEventInputEnabled`` of the Carbon framework, or one that stands in."""
        self._ask = _asking() if ask is None else ask

    def is_focused(self) -> bool:
        """Some programs, terminals among them, can leave it on for longer; then it is so too."""
        return bool(self._ask())

    def close(self) -> None:
        pass


def _asking() -> Callable[[], int]:
    path = ctypes.util.find_library("Carbon")
    if path is None:
        raise NotPossibleHere(service=_SERVICE, reason=Phrase("there is no Carbon framework"))
    try:
        function = ctypes.CDLL(path).IsSecureEventInputEnabled
    except (OSError, AttributeError) as failure:
        raise NotPossibleHere(service=_SERVICE, reason=str(failure)) from failure
    function.argtypes, function.restype = (), ctypes.c_ubyte

    def ask() -> int:
        return int(function())

    return ask
