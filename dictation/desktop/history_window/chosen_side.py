"""The right half: the one take that is chosen, or how many are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from dictation.desktop.history_window import wording
from dictation.desktop.history_window.actions import Actions
from dictation.desktop.history_window.empty import Empty
from dictation.desktop.history_window.pane import Pane
from dictation.desktop.history_window.player import Player
from dictation.history import Entry
from dictation.translation import N_, _

_NONE_CHOSEN = N_("No dictation selected")
_SELECTED = N_("{dictations} selected")


class ChosenSide(QStackedWidget):
    """Attributes:
    pane: shows one take.
    take: that is shown there; None while there is not just one.
    """

    def __init__(self, player: Player, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._player = player
        self._actions = actions
        self.take: int | None = None
        self.pane = Pane(player, actions.of_chosen(), self)
        self._several = Empty("copy", self, actions.of_several())
        self._one = QScrollArea(self)  # where text is large and the screen is small
        self._one.setFrameShape(QFrame.Shape.NoFrame)
        self._one.setWidgetResizable(True)
        self._one.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._one.setWidget(self.pane)
        self._one.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for side in (self._one, self._several):
            self.addWidget(side)

    def show_chosen(
        self,
        chosen: Sequence[int],
        entry_of: Callable[[int], Entry | None],
        sound_of: Callable[[int], Path],
        words: str,
    ) -> None:
        """entry_of: None until it is read. words: that were looked for."""
        self._actions.allow(len(chosen))
        if list(chosen) != [self.take]:
            self.pane.save()
            self.take = None
        if len(chosen) != 1:
            self._player.pause()
            head = _(_SELECTED).format(dictations=wording.dictations(len(chosen)))
            self._several.say(head if chosen else _(_NONE_CHOSEN))
            self.setCurrentWidget(self._several)
            return
        entry = entry_of(chosen[0])
        if entry is not None:
            self.take = entry.take
            self.pane.show_take(entry, sound_of(entry.take))
            self.pane.mark(words)
            self.setCurrentWidget(self._one)
