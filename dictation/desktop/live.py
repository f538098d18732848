"""Text that is inserted while its take is still being spoken. Only values; the conductor acts."""

from __future__ import annotations

from dataclasses import dataclass

from dictation.native.key_names import parsed
from dictation.settings import HotkeyMode, HotkeySettings
from dictation.speech import Outcome, Verdict

METHOD = "live"
"""A method, as verdicts name it: all of the text was in the target before the end."""

_MODIFIERS = ("Control_", "Shift_", "Alt_", "Super_", "Meta_", "ISO_Level3_Shift")


@dataclass(slots=True)
class LiveTake:
    """One take, as far as its text is in the target already. What was inserted never changes."""

    delivered: str = ""
    on_its_way: str = ""
    is_broken: bool = False
    """Something did not arrive: the rest waits for the end."""

    def more(self, final: str) -> str:
        """What of the text that will not change is to be inserted now; empty for nothing."""
        if self.is_broken or self.on_its_way or not final.startswith(self.delivered):
            return ""
        self.on_its_way = final[len(self.delivered) :]
        return self.on_its_way

    def ended(self, verdict: Verdict) -> None:
        """What became of that."""
        if verdict.outcome is Outcome.DELIVERED:
            self.delivered += self.on_its_way
        else:
            self.is_broken = True
        self.on_its_way = ""

    def rest(self, text: str) -> str:
        """What is left of the whole text at the end; nothing may be on its way."""
        return text[len(self.delivered) :] if text.startswith(self.delivered) else text


def is_possible(hotkey: HotkeySettings) -> bool:
    """Whether keys can be pressed for the user while this one is held.

    A modifier that is held would join them, and to let it go for the user would end the dictation.
    Raises NoSuchKey.
    """
    if hotkey.mode is HotkeyMode.TOGGLE:
        return True
    combination = parsed(hotkey.key)
    return not combination.modifiers and not combination.key.startswith(_MODIFIERS)
