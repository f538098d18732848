"""The window: puts its parts together, and knows what is chosen in it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.history_window import deleting, wording
from dictation.desktop.history_window.archive import Archive
from dictation.desktop.history_window.banner import Banner
from dictation.desktop.history_window.empty import Empty
from dictation.desktop.history_window.exporting import Exporting, Form
from dictation.desktop.history_window.filter_bar import FilterBar
from dictation.desktop.history_window.list_view import ListView
from dictation.desktop.history_window.pane import Pane
from dictation.desktop.history_window.player import Player
from dictation.desktop.history_window.row import Row
from dictation.desktop.history_window.takes import Takes
from dictation.desktop.symbols import symbol
from dictation.errors import DictationError
from dictation.history import Entry, History
from dictation.settings import HistorySettings
from dictation.speech import Transcript

_TITLE = "History"
_MORE = "More"
_COPY, _INSERT, _EXPORT, _DELETE = "Copy", "Insert again", "Export", "Delete"
_INSERT_HINT = "Insert into the window that had the focus before"
_FORMS = {Form.TEXT: "Text…", Form.JSON: "JSON…", Form.SUBTITLES: "Subtitles…"}
_FILTERS = {Form.TEXT: "Text", Form.JSON: "JSON", Form.SUBTITLES: "SubRip subtitles"}
_EXPORT_ALL = "Export all that is listed"
_DELETE_RANGE = "Delete a range of dates…"
_DELETE_ALL = "Delete all…"
_PRIVATE = "Private mode: keep nothing new"
_PRIVATE_TOLD = "Private mode: what you dictate now is not kept."
_PRIVATE_END = "End private mode"
_NOT_LASTING = "The history cannot be saved on this disk: it is forgotten when the program ends."
_DISMISS = "Dismiss"
_NOTHING_YET = "Nothing dictated yet"
_HOW = "Hold {hotkey} and speak. What you say will be listed here."
_HOW_WITHOUT_KEY = "What you dictate will be listed here."
_NOTHING_FOUND = "Nothing found"
_LOOK_ELSEWHERE = "No dictation has these words and filters."
_SHOW_ALL = "Show all"
_NONE_CHOSEN = "No dictation selected"
_SELECTED = "{dictations} selected"
_EXPORT_TO_FOLDER = "Folder for the subtitles of {dictations}"
_EXPORT_TO = "Export {dictations}"
_FILE_NAME = "dictation"
_EXPORTING = "Exporting {done} of {all}…"
_EXPORTED = "Exported to {to}"
_DELETING = "Deleting…"
_MARGIN_PX = 12
_SETTLE_MS = 60
_OFFER_MS = 200  # what there is to filter by takes longer to find out than what is listed
_SIZE_EMS = (62, 42)
_LEAST_EMS = (28, 24)
_MOST_OF_SCREEN = 0.85
_LIST_PART, _PANE_PART = 5, 6
_MESSAGE_MS = 8_000


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
        self._takes = Takes(self._archive)
        self._exporting = Exporting(history, self)
        self._shown_take: int | None = None
        self._has_warned = False
        self._remembered: list[int] = []  # what was chosen, and may come with the rest
        self._is_stale = False
        self._settled = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._offering = QTimer(self, interval=_OFFER_MS, singleShot=True)
        self._message = QTimer(self, interval=_MESSAGE_MS, singleShot=True)
        self._kept = HistorySettings()
        how = _HOW.format(hotkey=hotkey) if hotkey else _HOW_WITHOUT_KEY
        self._how = how
        self.setWindowTitle(_TITLE)
        self.setAcceptDrops(True)
        self._make_actions()
        self._make_parts()
        self._lay_out()
        self._connect()
        self._draw()
        em = self.fontMetrics().height()
        room = self.screen().availableSize()
        self.setMinimumSize(QSize(_LEAST_EMS[0] * em, _LEAST_EMS[1] * em).boundedTo(room))
        wanted = QSize(_SIZE_EMS[0] * em, _SIZE_EMS[1] * em)
        self.resize(wanted.boundedTo(room * _MOST_OF_SCREEN))
        self._search()  # the history looks while the window is laid out

    # --- how it is made

    def _make_actions(self) -> None:
        self._copy = self._action(_COPY, QKeySequence.StandardKey.Copy)
        self._insert = self._action(_INSERT, "Ctrl+Return")
        self._insert.setShortcutContext(Qt.ShortcutContext.WindowShortcut)  # means nothing else
        self._insert.setToolTip(f"{_INSERT_HINT} (Ctrl+Return)")
        self._delete = self._action(_DELETE, QKeySequence.StandardKey.Delete)
        self._export = QAction(_EXPORT, self)
        self._export.setMenu(self._export_menu(self._export_chosen))
        self._private = QAction(_PRIVATE, self, checkable=True)
        self._delete_range = QAction(_DELETE_RANGE, self)
        self._delete_all = QAction(_DELETE_ALL, self)

    def _action(self, name: str, keys: QKeySequence.StandardKey | str) -> QAction:
        """Its keys are heard in the list alone: in the text field they mean something else."""
        action = QAction(name, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{name} ({shown})")
        return action

    def _export_menu(self, chosen: Any) -> QMenu:
        menu = QMenu(self)
        for form, name in _FORMS.items():
            menu.addAction(name).triggered.connect(partial(chosen, form))
        return menu

    def _make_parts(self) -> None:
        self._more = QToolButton(self)
        self._more.setAccessibleName(_MORE)
        size_px = self.fontMetrics().height()
        self._more.setIconSize(QSize(size_px, size_px))
        self._more.setToolTip(_MORE)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._more.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(self._more)
        all_of_them = self._export_menu(self._export_listed)
        all_of_them.setTitle(_EXPORT_ALL)
        menu.addMenu(all_of_them)
        menu.addSeparator()
        menu.addActions([self._delete_range, self._delete_all])
        menu.addSeparator()
        menu.addAction(self._private)
        self._more.setMenu(menu)
        self._bar = FilterBar(self._more, self)
        self._private_told = Banner("private", _PRIVATE_END, self)
        self._trouble = Banner("warning", _DISMISS, self)
        self._row = Row(self)
        self._list = ListView(self._takes, self._row, self)
        self._list.addActions([self._copy, self._insert, self._delete])
        self._nothing = Empty("history", self)
        self._left = QStackedWidget(self)
        for widget in (self._list, self._nothing):
            self._left.addWidget(widget)
        actions = [self._copy, self._insert, self._export, self._delete]
        self._pane = Pane(self._player, actions, self)
        self._several = Empty("copy", self, [self._copy, self._export, self._delete])
        self._right = QStackedWidget(self)
        scrolled = QScrollArea(self)  # where text is large and the screen is small
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setWidgetResizable(True)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setWidget(self._pane)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._one = scrolled
        for pane in (self._one, self._several):
            self._right.addWidget(pane)
        self._count = QLabel(self)
        self._retention = QLabel(self)
        self._retention.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._retention.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._retention.setForegroundRole(self.palette().ColorRole.PlaceholderText)

    def _lay_out(self) -> None:
        halves = QSplitter(Qt.Orientation.Horizontal, self, childrenCollapsible=False)
        halves.addWidget(self._left)
        halves.addWidget(self._right)
        halves.setStretchFactor(0, _LIST_PART)
        halves.setStretchFactor(1, _PANE_PART)
        foot = QHBoxLayout()
        foot.addWidget(self._count)
        foot.addWidget(self._retention, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        layout.addWidget(self._bar)
        layout.addWidget(self._private_told)
        layout.addWidget(self._trouble)
        layout.addWidget(halves, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self._bar.changed.connect(self._search)
        self._archive.changed.connect(self._on_changed)
        self._archive.failed.connect(self.tell)
        self._settled.timeout.connect(self._refresh)
        self._offering.timeout.connect(partial(self._archive.choices, self._bar.offer))
        self._message.timeout.connect(self._show_count)
        self._takes.dataChanged.connect(self._show_take)
        self._list.selectionModel().selectionChanged.connect(self._show_take)
        self._list.customContextMenuRequested.connect(self._on_menu)
        self._nothing.acted.connect(self._bar.clear)
        self._copy.triggered.connect(self._on_copy)
        self._insert.triggered.connect(self._on_insert)
        self._delete.triggered.connect(self._on_delete)
        self._delete_range.triggered.connect(self._on_delete_range)
        self._delete_all.triggered.connect(self._on_delete_all)
        self._private.triggered.connect(self.private_chosen)
        self._private_told.acted.connect(partial(self.private_chosen.emit, False))  # noqa: FBT003
        self._trouble.acted.connect(self._trouble.hide)
        self._pane.corrected.connect(self._history.correct)
        self._pane.went_back.connect(self._history.go_back)
        self._pane.chosen.connect(self._history.hear_again)
        self._pane.again_asked.connect(self._on_again)
        self._player.failed.connect(self.tell)
        self._exporting.advanced.connect(self._on_exporting)
        self._exporting.done.connect(self._on_exported)
        self._exporting.failed.connect(self.tell)
        for keys, slot in (
            (QKeySequence.StandardKey.Find, self._on_find),
            ("Escape", self._on_escape),
            (QKeySequence.StandardKey.Close, self.close),
            (QKeySequence.StandardKey.Save, self._pane.save),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        for keys, widget, slot in (
            ("Space", self._list, self._player.toggle),
            ("F2", self._list, self._pane.text.setFocus),
            ("Down", self._bar.search, self._list.setFocus),
        ):
            shortcut = QShortcut(QKeySequence(keys), widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(slot)

    # --- what it is told

    def show_retention(self, kept: HistorySettings) -> None:
        """How long what is kept."""
        self._kept = kept
        self._show_retention()
        self._private.setChecked(kept.private)
        if kept.private:
            self._private_told.say(_PRIVATE_TOLD)
        else:
            self._private_told.hide()

    def _show_retention(self) -> None:
        told = wording.retention(self._kept)
        room = self._retention.width()
        shown = self._retention.fontMetrics().elidedText(told, Qt.TextElideMode.ElideRight, room)
        self._retention.setText(shown)
        self._retention.setToolTip(told)

    def show_heard(self, take: int, heard: Transcript) -> None:
        if take == self._shown_take:
            self._pane.show_heard(heard)

    def show_not_heard(self, take: int, error: DictationError) -> None:
        if take == self._shown_take:
            self._pane.hide_heard()
        self.tell(error)

    @Slot(object)
    def tell(self, error: DictationError) -> None:
        """Something could not be done."""
        self._trouble.say(error.whole)
        self._show_count()

    # --- what is listed

    @Slot()
    def _on_changed(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._settled.start()

    @Slot()
    def _refresh(self) -> None:
        self._is_stale = False
        self._archive.look_again(self._bar.query(), self._list_all)
        self._look_around()

    def _look_around(self) -> None:
        self._archive.lasting(self._on_lasting)
        self._offering.start()

    @Slot()
    def _search(self) -> None:
        self._archive.search(self._bar.query(), self._list_first, self._list_all)

    def _list_first(self, numbers: array[int], entries: Sequence[Entry]) -> None:
        """What is in sight; the rest follows."""
        self._remembered = self._remembered or self._chosen()
        row = self._list.currentIndex().row()
        self._takes.show_first(numbers, entries)
        self._show_found(self._remembered, row)

    def _list_all(self, numbers: array[int]) -> None:
        remembered, self._remembered = self._remembered, []
        row = self._list.currentIndex().row()
        self._takes.show(numbers)
        self._show_found(remembered or self._chosen(), row)
        self._show_count()

    def _show_found(self, chosen: Sequence[int], row: int) -> None:
        """chosen, row: what was chosen before, and where the cursor was."""
        numbers = self._takes.rowCount()
        self._row.words = self._bar.search.text()
        self._left.setCurrentWidget(self._list if numbers else self._nothing)
        self._right.setVisible(bool(numbers))
        is_empty = not numbers and not self._bar.is_narrowed
        self._bar.show_filters(not is_empty)
        self._count.setVisible(not is_empty)
        if self._bar.is_narrowed:
            self._nothing.say(_NOTHING_FOUND, _LOOK_ELSEWHERE, _SHOW_ALL)
        else:
            self._nothing.say(_NOTHING_YET, self._how)
        self._choose(chosen, max(0, row))
        self._list.viewport().update()

    def _choose(self, takes: Sequence[int], row: int) -> None:
        """These again, as far as they are listed; else what is now where they were."""
        rows = [at for at in map(self._takes.row, takes) if at is not None]
        count = self._takes.rowCount()
        if not rows and count:
            rows = [min(row, count - 1)]
        if rows == self._rows():
            self._show_take()
            return
        selection = QItemSelection()
        for at in rows:
            selection.select(self._takes.index(at), self._takes.index(at))
        model = self._list.selectionModel()
        if rows:
            model.setCurrentIndex(
                self._takes.index(rows[0]), QItemSelectionModel.SelectionFlag.NoUpdate
            )
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._show_take()

    def _rows(self) -> list[int]:
        selection = self._list.selectionModel().selection()
        ranges = [selection.at(number) for number in range(selection.count())]
        return sorted(row for one in ranges for row in range(one.top(), one.bottom() + 1))

    def _chosen(self) -> list[int]:
        return self._takes.takes(self._rows())

    def _chosen_entry(self) -> Entry | None:
        """What is known of the one take that is chosen."""
        chosen = self._chosen()
        return self._takes.entry(chosen[0]) if len(chosen) == 1 else None

    @Slot()
    def _show_take(self) -> None:
        chosen = self._chosen()
        for action in (self._copy, self._export, self._delete):
            action.setEnabled(bool(chosen))
        self._insert.setEnabled(len(chosen) == 1)
        if chosen != [self._shown_take]:
            self._pane.save()
            self._shown_take = None
        if len(chosen) != 1:
            self._player.pause()
            head = _SELECTED.format(dictations=wording.dictations(len(chosen)))
            self._several.say(head if chosen else _NONE_CHOSEN)
            self._right.setCurrentWidget(self._several)
            return
        entry = self._takes.entry(chosen[0])
        if entry is not None:
            self._shown_take = entry.take
            self._pane.show_take(entry, self._history.sound_file(entry.take))
            self._pane.mark(self._row.words)
            self._right.setCurrentWidget(self._one)

    @Slot()
    def _show_count(self) -> None:
        if not self._message.isActive():
            self._count.setText(wording.dictations(self._takes.rowCount()))

    def _say(self, message: str) -> None:
        self._message.start()
        self._count.setText(message)

    def _on_lasting(self, lasting: bool) -> None:  # noqa: FBT001 - an answer
        if not lasting and not self._has_warned:
            self._has_warned = True
            self._trouble.say(_NOT_LASTING)

    # --- what the user does

    @Slot()
    def _on_copy(self) -> None:
        self._archive.load(self._chosen(), self._copy_all)

    def _copy_all(self, entries: Sequence[Entry]) -> None:
        self.copy_asked.emit("\n".join(entry.text for entry in reversed(entries) if entry.text))

    @Slot()
    def _on_insert(self) -> None:
        self._pane.save()
        unsaved = self._pane.text.toPlainText() if self._shown_take is not None else ""
        if unsaved:
            self.insert_asked.emit(unsaved)

    @Slot(int, str)
    def _on_again(self, take: int, language: str) -> None:
        self._pane.show_hearing()
        self.again_asked.emit(take, language)

    @Slot()
    def _on_delete(self) -> None:
        chosen = self._chosen()
        if chosen:
            deleting.ask(self, len(chosen), partial(self._forget, chosen))

    @Slot()
    def _on_delete_range(self) -> None:
        dialog = deleting.RangeDialog(self._archive, self)
        dialog.agreed.connect(self._forget)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _on_delete_all(self) -> None:
        def counted(takes: array[int]) -> None:
            if takes:
                deleting.ask(self, len(takes), partial(self._forget, takes), every=True)

        self._archive.every(counted)

    @Slot(object)
    def _forget(self, takes: Sequence[int]) -> None:
        self._player.load(None)
        self._say(_DELETING)
        self.deleted.emit(list(takes))
        self._archive.delete(list(takes), self._on_forgotten)

    def _on_forgotten(self, _: None) -> None:
        self._message.stop()
        self._show_count()

    def _export_chosen(self, form: Form, _checked: bool = False) -> None:  # noqa: FBT001, FBT002
        self._export_takes(form, self._chosen())

    def _export_listed(self, form: Form, _checked: bool = False) -> None:  # noqa: FBT001, FBT002
        self._export_takes(form, self._takes.takes(range(self._takes.rowCount())))

    def _export_takes(self, form: Form, takes: Sequence[int]) -> None:
        if not takes:
            return
        dialog = QFileDialog(self)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        named = wording.dictations(len(takes))
        if form is Form.SUBTITLES and len(takes) > 1:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
            dialog.setWindowTitle(_EXPORT_TO_FOLDER.format(dictations=named))
        else:
            dialog.setWindowTitle(_EXPORT_TO.format(dictations=named))
            dialog.setNameFilter(f"{_FILTERS[form]} (*.{form.value})")
            dialog.setDefaultSuffix(form.value)
            dialog.selectFile(f"{_FILE_NAME}.{form.value}")
        dialog.fileSelected.connect(
            lambda path: self._exporting.begin(list(takes), form, Path(path))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(int, int)
    def _on_exporting(self, done: int, every: int) -> None:
        locale = self.locale()
        self._say(_EXPORTING.format(done=locale.toString(done), all=locale.toString(every)))

    @Slot(object)
    def _on_exported(self, to: Path) -> None:
        self._say(_EXPORTED.format(to=to))

    @Slot(QPoint)
    def _on_menu(self, at: QPoint) -> None:
        if self._chosen():
            menu = QMenu(self)
            menu.addActions([self._copy, self._insert, self._export, self._delete])
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
        if self._is_stale:
            self._refresh()
        else:
            self._look_around()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._show_retention)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._player.pause()
        self._pane.save()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.dropped.emit(files)

    def _draw(self) -> None:
        for action, name in (
            (self._copy, "copy"),
            (self._insert, "insert"),
            (self._export, "export"),
            (self._delete, "delete"),
        ):
            action.setIcon(symbol(name, self.palette()))
        self._more.setIcon(symbol("more", self.palette()))
