"""What the tray shows of the program: which drawing, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dictation.translation import N_, _


class TrayState(StrEnum):
    """What the icon shows; each value is the name of its drawing."""

    IDLE = "idle"
    LISTENING = "listening"
    WORKING = "working"
    LOADING = "loading"
    PAUSED = "paused"
    """Ready, but the hotkey belongs to other programs."""
    NO_MODEL = "no-model"
    """There is nothing to recognise with yet."""
    TROUBLE = "trouble"


NAME = N_("Dictation")
_TOLD = N_("{name}: {told}")
_WORDS = {
    TrayState.IDLE: N_("ready"),
    TrayState.LISTENING: N_("listening"),
    TrayState.WORKING: N_("transcribing"),
    TrayState.LOADING: N_("loading the speech model"),
    TrayState.PAUSED: N_("the hotkey is paused"),
    TrayState.NO_MODEL: N_("no speech model yet"),
    TrayState.TROUBLE: N_("not ready"),
}
_PREPARING = N_("preparing the speech model for this machine, once: {percent}%")
_READY_WITH_HOTKEY = N_("ready, hold {hotkey} and speak")
_PAUSED_WITH_HOTKEY = N_("{hotkey} is paused")


@dataclass(frozen=True, slots=True)
class Status:
    """All that icon, tooltip and first entries depend on."""

    state: TrayState = TrayState.IDLE
    prepared: float | None = None
    """While the model is made ready for this machine, how much of that is done."""
    hotkey: str = ""
    """As the user knows it; empty: there is none."""
    is_paused: bool = False
    """Whether the hotkey is let go to other programs."""
    files: str = ""
    """What is said of files that are being transcribed; empty: there are none."""

    @property
    def shown(self) -> TrayState:
        """A paused hotkey matters while all else is well and quiet."""
        if self.is_paused and self.state is TrayState.IDLE:
            return TrayState.PAUSED
        return self.state

    @property
    def words(self) -> str:
        """How it stands, in a few words."""
        shown = self.shown
        if shown is TrayState.LOADING and self.prepared is not None:
            return _(_PREPARING).format(percent=round(self.prepared * 100))
        if shown is TrayState.IDLE and self.hotkey:
            return _(_READY_WITH_HOTKEY).format(hotkey=self.hotkey)
        if shown is TrayState.PAUSED and self.hotkey:
            return _(_PAUSED_WITH_HOTKEY).format(hotkey=self.hotkey)
        return _(_WORDS[shown])

    @property
    def tooltip(self) -> str:
        """The same with all that goes on beside it, in lines."""
        lines = [_(_TOLD).format(name=_(NAME), told=self.words), self.files]
        if self.is_paused and self.shown is not TrayState.PAUSED:
            lines.append(_(_PAUSED_WITH_HOTKEY).format(hotkey=self.hotkey))
        return "\n".join(line for line in lines if line)
