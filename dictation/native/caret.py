"""Whether the caret still stands where the last insertion left it, and what follows from that."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from dictation.errors import CannotUndo
from dictation.native.contracts import Target
from dictation.speech import Outcome, Verdict
from dictation.text.joining import gap
from dictation.translation import Phrase

UNDO = "undo"
"""A method, as verdicts name it."""

_MOST_UNDONE = 2_000  # characters; each is a press of BackSpace


@dataclass(frozen=True, slots=True)
class Left:
    """What an insertion left behind."""

    window: int
    text: str
    """As it was inserted."""
    presses: int
    """The user's, counted when it was done."""

    def still_stands(self, here: Target | None, presses: int) -> bool:
        """Whether the caret must still be right behind the text."""
        return here is not None and here.window == self.window and presses == self.presses


def continued(text: str, left: Left | None) -> str:
    """The text with whatever belongs between it and what stands before the caret, if that is known.

    So that two dictations in a row are two sentences, and not one word in the middle.
    """
    if left is None or not text or text[0].isspace():
        return text
    return gap(left.text, text) + text


def undo_presses(text: str) -> int | None:
    """How often BackSpace takes the text away again; None where programs differ on it.

    They agree on a plain character, and on none that joins with its neighbours.
    """
    if len(text) > _MOST_UNDONE or not all(map(_is_plain, text)):
        return None
    return len(text)


def nothing_to_undo(method: str) -> Verdict:
    """The answer of desktops on which nobody can know where the caret stands."""
    reason = CannotUndo(reason=Phrase("Wayland does not tell whether you have typed since"))
    return Verdict(Outcome.FAILED, method, reason)


def _is_plain(character: str) -> bool:
    if character in " \n":
        return True
    is_joining = unicodedata.combining(character) or unicodedata.category(character)[0] in "CMZ"
    return not is_joining and ord(character) <= 0xFFFF and _reads_rightwards(character)


def _reads_rightwards(character: str) -> bool:
    return unicodedata.bidirectional(character) not in ("R", "AL", "AN")
