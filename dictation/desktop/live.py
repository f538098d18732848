"""Text that is inserted while its take is still being spoken. Only values; the conductor acts."""

from __future__ import annotations

from dataclasses import dataclass

from dictation.errors import TypedInPart
from dictation.native.key_names import parsed
from dictation.settings import FinalPunctuation, HotkeyMode, HotkeySettings
from dictation.speech import Outcome, Verdict
from dictation.text.ending import certain, ended
from dictation.text.replacing import NONE, Replacements

METHOD = "live"
"""A method, as verdicts name it: all of the text was in the target before the end."""

_MODIFIERS = ("Control_", "Shift_", "Alt_", "Super_", "Meta_", "ISO_Level3_Shift")


@dataclass(slots=True)
class LiveTake:
    """One take, as far as its text is in the target already. What was inserted never changes."""

    replacements: Replacements = NONE
    ending: FinalPunctuation = FinalPunctuation.KEEP
    """What becomes of the sign at the end of the whole; so none is inserted before one knows."""
    delivered: str = ""
    """As it was written; so what is on its way."""
    on_its_way: str = ""
    is_broken: bool = False
    """Something did not arrive, or nobody knows: the rest waits for the end."""
    is_torn: bool = False
    """A part of something arrived, and the target hangs: nothing more is to go there."""
    _heard: str = ""
    """What was heard of the delivered; so of what is on its way."""
    _heard_on_its_way: str = ""
    _held_back: str = ""
    """Written, and not to be inserted unless something follows; so with what is on its way."""
    _held_back_on_its_way: str = ""

    def more(self, final: str) -> str:
        """What of the text that will not change is to be inserted now; empty for nothing.

        final: as it was heard.
        """
        if self.is_broken or self.on_its_way or not final.startswith(self._heard):
            return ""
        self._heard_on_its_way = final[len(self._heard) :]
        written = self.replacements.applied(self._heard_on_its_way)
        whole = self.delivered + self._held_back + written
        sure = certain(whole, self.ending)
        self.on_its_way = sure[len(self.delivered) :]
        self._held_back_on_its_way = whole[max(len(sure), len(self.delivered)) :]
        if not self.on_its_way.strip():  # nothing is written for it, or nothing yet
            self.on_its_way = self._heard_on_its_way = ""
        return self.on_its_way

    def ended(self, verdict: Verdict) -> None:
        """What became of that."""
        self.is_broken = verdict.outcome is not Outcome.DELIVERED
        self.is_torn = isinstance(verdict.reason, TypedInPart)
        if verdict.outcome is not Outcome.FAILED:
            self.delivered += self.on_its_way
            self._heard += self._heard_on_its_way
            self._held_back = self._held_back_on_its_way
        self.on_its_way = self._heard_on_its_way = ""

    def written(self, heard: str) -> str:
        """All of the take's text, as it is or will be in the target."""
        before = self._heard + self._heard_on_its_way
        if not heard.startswith(before):
            return ended(self.replacements.applied(heard), self.ending)
        held_back = self._held_back_on_its_way if self.on_its_way else self._held_back
        rest = self.replacements.applied(heard[len(before) :])
        return ended(self.delivered + self.on_its_way + held_back + rest, self.ending)

    def rest(self, written: str) -> str:
        """What is left of the whole text at the end; nothing may be on its way."""
        return written[len(self.delivered) :] if written.startswith(self.delivered) else written


def is_possible(hotkey: HotkeySettings) -> bool:
    """Whether keys can be pressed for the user while this one is held.

    A modifier that is held would join them, and to let it go for the user would end the dictation.
    Raises NoSuchKey.
    """
    if hotkey.mode is HotkeyMode.TOGGLE:
        return True
    combination = parsed(hotkey.key)
    return not combination.modifiers and not combination.key.startswith(_MODIFIERS)
