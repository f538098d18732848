"""What can be done with takes: as actions, with their keys, and in menus."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from dictation.desktop.history_window.exporting import Form
from dictation.desktop.symbols import symbol
from dictation.translation import N_, _

_MORE = N_("More")
_COPY, _INSERT = N_("Copy"), N_("Insert again")
_EXPORT, _DELETE = N_("Export"), N_("Delete")
_INSERT_HINT = N_("Insert into the window that had the focus before")
_FORMS = {Form.TEXT: N_("Text…"), Form.JSON: N_("JSON…"), Form.SUBTITLES: N_("Subtitles…")}
_EXPORT_ALL = N_("Export all that is listed")
_DELETE_RANGE = N_("Delete a range of dates…")
_DELETE_ALL = N_("Delete all…")
_PRIVATE = N_("Private mode: keep nothing new")
_TIP = "{name} ({keys})"


class Actions(QObject):
    """Of the chosen takes, of those that are listed, and of all.

    Signals:
        export_chosen(Form), export_listed(Form): where to is still to be asked.
    """

    export_chosen = Signal(object)
    export_listed = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.copy = self._action(_(_COPY), QKeySequence.StandardKey.Copy)
        self.insert = self._action(_(_INSERT), "Ctrl+Return")
        self.insert.setShortcutContext(Qt.ShortcutContext.WindowShortcut)  # means nothing else
        self.insert.setToolTip(_TIP.format(name=_(_INSERT_HINT), keys="Ctrl+Return"))
        self.delete = self._action(_(_DELETE), QKeySequence.StandardKey.Delete)
        self.export = QAction(_(_EXPORT), window)
        self.export.setMenu(self._export_menu(self._on_export_chosen))
        self.private = QAction(_(_PRIVATE), window, checkable=True)
        self.delete_range = QAction(_(_DELETE_RANGE), window)
        self.delete_all = QAction(_(_DELETE_ALL), window)
        self.more = self._more_button()
        self.draw()

    def of_chosen(self) -> list[QAction]:
        """What can be done with one take, in order."""
        return [self.copy, self.insert, self.export, self.delete]

    def of_several(self) -> list[QAction]:
        return [self.copy, self.export, self.delete]

    def allow(self, count: int) -> None:
        """count: so many takes are chosen."""
        for action in self.of_several():
            action.setEnabled(count > 0)
        self.insert.setEnabled(count == 1)

    def draw(self) -> None:
        """Signs in the colours of the window as it is now."""
        palette = self._window.palette()
        for action, name in (
            (self.copy, "copy"),
            (self.insert, "insert"),
            (self.export, "export"),
            (self.delete, "delete"),
        ):
            action.setIcon(symbol(name, palette))
        self.more.setIcon(symbol("more", palette))

    def _action(self, name: str, keys: QKeySequence.StandardKey | str) -> QAction:
        """Its keys are heard in the list alone: in the text field they mean something else."""
        action = QAction(name, self._window)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(_TIP.format(name=name, keys=shown))
        return action

    def _export_menu(self, chosen: Callable[..., None]) -> QMenu:
        menu = QMenu(self._window)
        for form, name in _FORMS.items():
            menu.addAction(_(name)).triggered.connect(partial(chosen, form))
        return menu

    def _on_export_chosen(self, form: Form, _checked: bool = False) -> None:  # noqa: FBT001, FBT002
        self.export_chosen.emit(form)

    def _on_export_listed(self, form: Form, _checked: bool = False) -> None:  # noqa: FBT001, FBT002
        self.export_listed.emit(form)

    def _more_button(self) -> QToolButton:
        more = QToolButton(self._window)
        more.setAccessibleName(_(_MORE))
        size_px = self._window.fontMetrics().height()
        more.setIconSize(QSize(size_px, size_px))
        more.setToolTip(_(_MORE))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        more.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(more)
        all_of_them = self._export_menu(self._on_export_listed)
        all_of_them.setTitle(_(_EXPORT_ALL))
        menu.addMenu(all_of_them)
        menu.addSeparator()
        menu.addActions([self.delete_range, self.delete_all])
        menu.addSeparator()
        menu.addAction(self.private)
        more.setMenu(menu)
        return more
