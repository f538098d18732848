"""Whether a key could be had here: tried, and let go again."""

from __future__ import annotations

from dictation.errors import DictationError
from dictation.native import choose
from dictation.native.contracts import Listeners


def why_not(name: str, *, evdev: bool = False) -> DictationError | None:
    """None: it can be had, as far as can be known. Takes milliseconds; for keys that are not ours.

    evdev: as in the settings. Where the desktop would ask its user, it is not asked.
    """
    here = choose.this_session()
    try:
        choice = choose.hotkey(here, name, evdev=evdev)
        if choice.candidate == "none":
            return choice.refused[-1].reason
        if choice.candidate == "x11":
            choice.service.start(Listeners(_nothing, _nothing, lambda _error: None))
            choice.service.stop()
    except DictationError as error:
        return error
    return None


def _nothing() -> None:
    pass
