"""The window: puts its parts together, and shows the take that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.history_window import shortcuts
from dictation.desktop.history_window.actions import Actions
from dictation.desktop.history_window.archive import Archive
from dictation.desktop.history_window.banner import Banner
from dictation.desktop.history_window.chosen_side import ChosenSide
from dictation.desktop.history_window.deletions import Deletions
from dictation.desktop.history_window.empty import Empty
from dictation.desktop.history_window.exporting import Form
from dictation.desktop.history_window.exports import Exports
from dictation.desktop.history_window.filter_bar import FilterBar
from dictation.desktop.history_window.foot import Foot
from dictation.desktop.history_window.listing import Listing
from dictation.desktop.history_window.player import Player
from dictation.desktop.room import room_at
from dictation.errors import DictationError
from dictation.history import Entry, History
from dictation.settings import HistorySettings
from dictation.speech import Transcript
from dictation.translation import N_, _

_TITLE = N_("History")
_PRIVATE_TOLD = N_("Private mode: what you dictate now is not kept.")
_PRIVATE_END = N_("End private mode")
_NOT_LASTING = N_(
    "The history cannot be saved on this disk: it is forgotten when the program ends."
)
_DISMISS = N_("Dismiss")
_NOTHING_YET = N_("Nothing dictated yet")
_HOW = N_("Hold {hotkey} and speak. What you say will be listed here.")
_HOW_WITHOUT_KEY = N_("What you dictate will be listed here.")
_NOTHING_FOUND = N_("Nothing found")
_LOOK_ELSEWHERE = N_("No dictation has these words and filters.")
_SHOW_ALL = N_("Show all")
_DELETING = N_("Deleting…")
_MARGIN_PX = 12
_SIZE_EMS = (62, 42)
_LEAST_EMS = (28, 18)
_MOST_OF_SCREEN = 0.85
_LIST_PART, _PANE_PART = 5, 6


class HistoryWindow(QWidget):
    """Opened by ``show`` as often as is wanted; closing it only hides it.

    Signals:
        copy_asked(str), insert_asked(str): what shall be done with a text.
        again_asked(int, str): the take's recording shall be recognised as that SpokenLanguage;
            ``show_heard`` or ``show_not_heard`` tell what became of it.
        deleted(list[int]): these takes are wanted no more.
        private_chosen(bool): whether nothing new shall be kept.
        dropped(list[Path]): these files were dropped on the window.
    """

    copy_asked = Signal(str)
    insert_asked = Signal(str)
    again_asked = Signal(int, str)
    deleted = Signal(object)
    private_chosen = Signal(bool)
    dropped = Signal(object)

    def __init__(self, history: History, player: Player, hotkey: str) -> None:
        super().__init__()
        self._history = history
        self._player = player
        self._archive = Archive(history, self)
        self._has_warned = False
        self._how = _(_HOW).format(hotkey=hotkey) if hotkey else _(_HOW_WITHOUT_KEY)
        self.setWindowTitle(_(_TITLE))
        self.setAcceptDrops(True)
        self._actions = Actions(self)
        self._exports = Exports(history, self)
        self._deletions = Deletions(self._archive, self)
        self._make_parts()
        self._lay_out()
        self._connect()
        self._connect_keys()
        em = self.fontMetrics().height()
        room = room_at(self.geometry().center()).size()
        self.setMinimumSize(QSize(_LEAST_EMS[0] * em, _LEAST_EMS[1] * em).boundedTo(room))
        wanted = QSize(_SIZE_EMS[0] * em, _SIZE_EMS[1] * em)
        self.resize(wanted.boundedTo(room * _MOST_OF_SCREEN))
        self._listing.search()  # the history looks while the window is laid out

    # --- how it is made

    def _make_parts(self) -> None:
        actions = self._actions
        self._bar = FilterBar(actions.more, self)
        self._private_told = Banner("private", _(_PRIVATE_END), self)
        self._trouble = Banner("warning", _(_DISMISS), self)
        self._listing = Listing(self._archive, self._bar, self)
        self._list = self._listing.view
        self._list.addActions([actions.copy, actions.insert, actions.delete])
        self._nothing = Empty("history", self)
        self._left = QStackedWidget(self)
        for widget in (self._list, self._nothing):
            self._left.addWidget(widget)
        self._right = ChosenSide(self._player, actions, self)
        self._pane = self._right.pane
        self._foot = Foot(self)

    def _lay_out(self) -> None:
        halves = QSplitter(Qt.Orientation.Horizontal, self, childrenCollapsible=False)
        halves.addWidget(self._left)
        halves.addWidget(self._right)
        halves.setStretchFactor(0, _LIST_PART)
        halves.setStretchFactor(1, _PANE_PART)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        for part in (self._bar, self._private_told, self._trouble):
            layout.addWidget(part)
        layout.addWidget(halves, 1)
        layout.addWidget(self._foot)

    def _connect(self) -> None:
        self._archive.failed.connect(self.tell)
        self._listing.found.connect(self._on_found)
        self._listing.listed.connect(self._show_count)
        self._listing.chosen_changed.connect(self._show_take)
        self._listing.lasting.connect(self._on_lasting)
        self._list.customContextMenuRequested.connect(self._on_menu)
        self._nothing.acted.connect(self._bar.clear)
        actions = self._actions
        actions.copy.triggered.connect(self._on_copy)
        actions.insert.triggered.connect(self._on_insert)
        actions.delete.triggered.connect(self._on_delete)
        actions.delete_range.triggered.connect(self._deletions.ask_range)
        actions.delete_all.triggered.connect(self._deletions.ask_all)
        actions.private.triggered.connect(self.private_chosen)
        actions.export_chosen.connect(self._on_export_chosen)
        actions.export_listed.connect(self._on_export_listed)
        self._deletions.began.connect(self._on_deleting)
        self._deletions.ended.connect(self._foot.end_message)
        self._private_told.acted.connect(partial(self.private_chosen.emit, False))  # noqa: FBT003
        self._trouble.acted.connect(self._trouble.hide)
        self._pane.corrected.connect(self._history.correct)
        self._pane.went_back.connect(self._history.go_back)
        self._pane.chosen.connect(self._history.hear_again)
        self._pane.again_asked.connect(self._on_again)
        self._player.failed.connect(self.tell)
        self._exports.told.connect(self._foot.say)
        self._exports.failed.connect(self.tell)

    def _connect_keys(self) -> None:
        standard = QKeySequence.StandardKey
        shortcuts.everywhere(
            self,
            {
                standard.Find: self._on_find,
                "Escape": self._on_escape,
                standard.Close: self.close,
                standard.Save: self._pane.save,
            },
        )
        shortcuts.within(self._list, {"Space": self._player.toggle, "F2": self._pane.text.setFocus})
        shortcuts.within(self._bar.search, {"Down": self._list.setFocus})

    # --- what it is told

    def show_retention(self, kept: HistorySettings) -> None:
        """How long what is kept."""
        self._foot.show_retention(kept)
        self._actions.private.setChecked(kept.private)
        if kept.private:
            self._private_told.say(_(_PRIVATE_TOLD))
        else:
            self._private_told.hide()

    def show_heard(self, take: int, heard: Transcript) -> None:
        if take == self._right.take:
            self._pane.show_heard(heard)

    def show_not_heard(self, take: int, error: DictationError) -> None:
        if take == self._right.take:
            self._pane.hide_heard()
        self.tell(error)

    @Slot(object)
    def tell(self, error: DictationError) -> None:
        """Something could not be done."""
        self._trouble.say(error.whole)
        self._show_count()

    # --- what is shown

    @Slot()
    def _on_found(self) -> None:
        is_any, is_narrowed = self._listing.count > 0, self._bar.is_narrowed
        self._left.setCurrentWidget(self._list if is_any else self._nothing)
        self._right.setVisible(is_any)
        self._bar.show_filters(is_any or is_narrowed)
        self._foot.show_count(is_any or is_narrowed)
        if is_narrowed:
            self._nothing.say(_(_NOTHING_FOUND), _(_LOOK_ELSEWHERE), _(_SHOW_ALL))
        else:
            self._nothing.say(_(_NOTHING_YET), self._how)

    @Slot()
    def _show_count(self) -> None:
        self._foot.count(self._listing.count)

    @Slot()
    def _show_take(self) -> None:
        listing = self._listing
        self._right.show_chosen(
            listing.chosen(), listing.entry, self._history.sound_file, listing.words
        )

    @Slot(bool)
    def _on_lasting(self, lasting: bool) -> None:  # noqa: FBT001 - an answer
        if not lasting and not self._has_warned:
            self._has_warned = True
            self._trouble.say(_(_NOT_LASTING))

    # --- what the user does

    @Slot()
    def _on_copy(self) -> None:
        self._archive.load(self._listing.chosen(), self._copy_all)

    def _copy_all(self, entries: Sequence[Entry]) -> None:
        self.copy_asked.emit("\n".join(entry.text for entry in reversed(entries) if entry.text))

    @Slot()
    def _on_insert(self) -> None:
        self._pane.save()
        unsaved = self._pane.text.toPlainText() if self._right.take is not None else ""
        if unsaved:
            self.insert_asked.emit(unsaved)

    @Slot(int, str)
    def _on_again(self, take: int, language: str) -> None:
        self._pane.show_hearing()
        self.again_asked.emit(take, language)

    @Slot()
    def _on_delete(self) -> None:
        self._deletions.ask(self._listing.chosen())

    @Slot(object)
    def _on_deleting(self, takes: list[int]) -> None:
        self._player.load(None)
        self._foot.say(_(_DELETING))
        self.deleted.emit(takes)

    @Slot(object)
    def _on_export_chosen(self, form: Form) -> None:
        self._exports.ask(form, self._listing.chosen())

    @Slot(object)
    def _on_export_listed(self, form: Form) -> None:
        self._exports.ask(form, self._listing.every())

    @Slot(QPoint)
    def _on_menu(self, at: QPoint) -> None:
        if self._listing.chosen():
            menu = QMenu(self)
            menu.addActions(self._actions.of_chosen())
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self._list.viewport().mapToGlobal(at))

    @Slot()
    def _on_find(self) -> None:
        self._bar.search.setFocus()
        self._bar.search.selectAll()

    @Slot()
    def _on_escape(self) -> None:
        if self._bar.search.text():
            self._bar.search.clear()
            self._bar.search.setFocus()
        else:
            self.close()

    # --- what Qt tells

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._bar.search.setFocus()
        self._listing.wake()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._player.pause()
        self._pane.save()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._actions.draw()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.dropped.emit(files)
