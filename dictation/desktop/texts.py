"""Texts of takes that are over: copied or inserted once more, when the user asks for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QObject, Slot

from dictation.desktop import notices
from dictation.desktop.insertion_thread import NOBODYS, InsertionThread, Way
from dictation.desktop.notifications import Notifier
from dictation.desktop.tray import Tray
from dictation.errors import InsertedInPieces, NotTheLastText
from dictation.history import History
from dictation.native.caret import UNDO
from dictation.native.contracts import ActiveWindow
from dictation.native.copying import METHOD as CLIPBOARD
from dictation.speech import Outcome, Verdict

_KEPT = 50  # for the buttons of bubbles that are still shown


class Texts(QObject):
    """Keeps the last ones, and does with them what the tray, a bubble or a key asks for."""

    def __init__(
        self,
        history: History,
        insertion: InsertionThread,
        active_window: ActiveWindow,
        tray: Tray,
        notifier: Notifier,
    ) -> None:
        super().__init__()
        self._history = history
        self._insertion = insertion
        self._active_window = active_window
        self._tray = tray
        self._notifier = notifier
        self._texts: OrderedDict[int, str] = OrderedDict()
        self._last_inserted = NOBODYS
        self._in_pieces: set[int] = set()
        """Takes of which a part was inserted while they were spoken."""
        insertion.inserted.connect(self._on_inserted)
        tray.copy_last_asked.connect(self._on_copy_last)
        notifier.acted.connect(self._on_acted)

    def show(self) -> None:
        """Offers the last one of an earlier run in the tray."""
        self._tray.set_last_text(self._history.last_text())

    def keep(self, take: int, text: str) -> None:
        self._texts[take] = text
        while len(self._texts) > _KEPT:
            self._texts.popitem(last=False)
        self._tray.set_last_text(text)

    def forget(self, takes: Iterable[int]) -> None:
        """The user has deleted them."""
        for take in takes:
            self._texts.pop(take, None)
        self._tray.set_last_text(self._last())

    def repeat(self) -> None:
        """Inserts the last one once more."""
        text = self._last()
        if text:
            self.insert(text)

    def undo(self) -> None:
        """Takes the last insertion away again."""
        self._insertion.insert(NOBODYS, "", None, Way.UNDO)

    def undo_take(self, take: int) -> None:
        """Takes that one away again; it can only be the last one."""
        if take in self._in_pieces:
            self._notifier.show(NOBODYS, notices.trouble(InsertedInPieces()))
        elif take != self._last_inserted:
            self._notifier.show(NOBODYS, notices.trouble(NotTheLastText()))
        else:
            self.undo()

    def insert(self, text: str) -> None:
        """Where the focus is now: the user has chosen the place."""
        self._insertion.insert(NOBODYS, text, self._active_window.target(), Way.INSERT)

    @Slot(str)
    def copy(self, text: str) -> None:
        self._insertion.insert(NOBODYS, text, None, Way.COPY)

    def _last(self) -> str | None:
        """In private mode the history does not know it."""
        if self._history.is_private and self._texts:
            return next(reversed(self._texts.values()))
        return self._history.last_text()

    @Slot(int, str)
    def _on_acted(self, take: int, action: str) -> None:
        text = self._texts.get(take)
        if text is not None and action == notices.COPY.key:
            self.copy(text)
        elif text is not None and action == notices.AGAIN.key:
            self.insert(text)
        elif action == notices.UNDO_LAST.key:
            self.undo_take(take)

    @Slot()
    def _on_copy_last(self) -> None:
        text = self._last()
        if text:
            self.copy(text)

    @Slot(int, object)
    def _on_inserted(self, take: int, verdict: Verdict) -> None:
        if take == NOBODYS:
            self._notifier.show(NOBODYS, notices.asked_for(verdict))
        if take < NOBODYS:
            self._in_pieces.add(-take)
        if verdict.outcome is not Outcome.FAILED and verdict.method not in (CLIPBOARD, UNDO):
            self._last_inserted = abs(take)
