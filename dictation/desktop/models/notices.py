"""What the user is told of takes that were spoken before there was a model."""

from __future__ import annotations

from dictation.desktop.notices import PUT_OFF, Notice
from dictation.errors import ModelError
from dictation.translation import N_, _

_KEPT = N_("{error} What you said is kept until there is one: “Set up…” in the menu.")


def put_off(error: ModelError) -> Notice:
    """A take that waits for a model."""
    return Notice(_(PUT_OFF), _(_KEPT).format(error=error))
