"""What becomes of a take's recording once its text is where it belongs."""

from __future__ import annotations

from functools import partial

from dictation.audio.journal import Journal
from dictation.history import History


def keep_recording(history: History, journal: Journal, take: int) -> None:
    """The history keeps it, if that is wanted, and only then the journal gives it up."""
    history.keep_sound(take, partial(journal.read, take), partial(journal.remove, take))
