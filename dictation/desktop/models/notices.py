"""What the user is told of takes that were spoken before there was a model."""

from __future__ import annotations

from dictation.desktop.excerpt import excerpt
from dictation.desktop.notices import COPY, MOST_CHARACTERS, PUT_OFF, Notice
from dictation.errors import ModelError
from dictation.speech import Transcript
from dictation.text.rich import all_signs
from dictation.translation import N_, _

_KEPT = N_("{error} What you said is kept until there is one: “Set up…” in the menu.")
_LATE = N_("Transcribed at last")
_NOT_TYPED = N_("It had to wait for the speech model, so it was not typed.")


def put_off(error: ModelError) -> Notice:
    """A take that waits for a model."""
    return Notice(_(PUT_OFF), _(_KEPT).format(error=error))


def late(transcript: Transcript) -> Notice:
    """The model has come; the text is offered, never typed."""
    title = " ".join((*all_signs(transcript.segments), _(_LATE)))
    body = (excerpt(transcript.text, MOST_CHARACTERS), _(_NOT_TYPED))
    return Notice(title, "\n".join(body), (COPY,))
