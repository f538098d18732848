"""Presses keys through ydotool's daemon, which makes a keyboard of the kernel's for whoever may.

Only where the user runs it. We talk to the daemon itself: a datagram for each event, as the kernel
has them. Daemons older than 1.0 speak otherwise, and are refused.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping
from pathlib import Path

from dictation.errors import NotPossibleHere
from dictation.native import kernel_keys
from dictation.native.input_events import KEY, SYNCHRONISATION, InputEvent
from dictation.native.key_names import Combination, Modifier
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_SERVICE = Phrase("Pressing keys through ydotool")
_NAME = ".ydotool_socket"
_SEND_S = 0.5
_MODIFIERS = {Modifier.SHIFT: 42, Modifier.CTRL: 29, Modifier.ALT: 56, Modifier.SUPER: 125}


class YdotoolKeyboard:
    """Whether its keys arrive cannot be known. Raises NotPossibleHere."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """environment: of the session, which may say where the daemon listens."""
        path = _path(environment)
        if path is None:
            raise NotPossibleHere(
                service=_SERVICE, reason=Phrase("its daemon, ydotoold, does not run")
            )
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(_SEND_S)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise NotPossibleHere(service=_SERVICE, reason=f"{path}: {error.strerror}") from error

    def press(self, combination: Combination) -> bool:
        """Presses keys together; False if they could not be."""
        key = kernel_keys.code(combination.key)
        if key is None:
            return False
        codes = [_MODIFIERS[held] for held in Modifier if held in combination.modifiers] + [key]
        moves = [(code, 1) for code in codes] + [(code, 0) for code in reversed(codes)]
        try:
            for code, value in moves:
                self._socket.send(InputEvent(KEY, code, value).packed())
                self._socket.send(InputEvent(SYNCHRONISATION, 0, 0).packed())
        except OSError as failure:  # the daemon has ended; the kernel lets its keys go
            logger.warning("ydotool: %s", failure)
            return False
        return True

    def close(self) -> None:
        self._socket.close()


def _path(environment: Mapping[str, str]) -> Path | None:
    """Where the daemon listens: the first of the places in which ydotool's own client looks."""
    told = environment.get("YDOTOOL_SOCKET")
    if told:
        places = [Path(told)]
    else:
        runtime = environment.get("XDG_RUNTIME_DIR")
        places = [Path(runtime) / _NAME] if runtime else []
        places.append(Path("/tmp") / _NAME)
    return next((place for place in places if os.access(place, os.F_OK)), None)
