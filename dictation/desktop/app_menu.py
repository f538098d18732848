"""The tray's submenu for one program: how text gets into it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from dictation.apps import is_terminal, manner
from dictation.desktop.notices import LANGUAGE_NAMES
from dictation.settings import AppRule, InsertionWay, LineBreaks, SpokenLanguage
from dictation.text.sanitise import Breaks

_TITLE = "For “{app}”"
_NO_APP = "For this app…"
_USUAL = "Insert as usual"
_PASTE = "Paste with {keys}"
_TYPE = "Type it key by key"
_COPY = "Only copy to the clipboard"
_OFF = "No dictation here"
_LANGUAGE = "Language"
_AS_EVERYWHERE = "As everywhere"
_SPACES = "Line breaks become spaces"
_ENTER = "Press Enter after the text"
_KEYS = ("Ctrl+V", "Ctrl+Shift+V")


class AppMenu(QObject):
    """Shows a program's rule, and emits the one that the user makes of it."""

    chosen = Signal(str, object)
    """chosen(app, AppRule)"""

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._app = ""
        self._rule = AppRule()
        self._menu = menu.addMenu(_NO_APP)
        self._ways = QActionGroup(self)
        self._ways.triggered.connect(self._on_way)
        self._languages = QActionGroup(self)
        self._languages.triggered.connect(self._on_language)
        self._language_menu = QMenu(_LANGUAGE, self._menu)
        for language, label in {**LANGUAGE_NAMES, SpokenLanguage.AUTO: _AS_EVERYWHERE}.items():
            action = self._languages.addAction(self._language_menu.addAction(label))
            action.setCheckable(True)
            action.setData(language.value)
        self._spaces, self._enter = QAction(_SPACES, self), QAction(_ENTER, self)
        self._spaces.triggered.connect(self._on_spaces)
        self._enter.triggered.connect(self._on_enter)
        for switch in (self._spaces, self._enter):
            switch.setCheckable(True)
        self.show_rule("", AppRule())

    def show_rule(self, app: str, rule: AppRule) -> None:
        """app: empty while no program is known; then there is nothing to choose."""
        self._app, self._rule = app, rule
        title = _TITLE.format(app=app) if app else _NO_APP
        self._menu.setTitle(title.replace("&", "&&"))
        self._menu.setEnabled(bool(app))
        self._menu.clear()
        for action in self._ways.actions():
            self._ways.removeAction(action)
            action.deleteLater()
        for way, keys, label in _offered(rule):
            action = self._ways.addAction(self._menu.addAction(label))
            action.setCheckable(True)
            action.setChecked((way, keys) == (rule.insert, rule.keys))
            action.setData((way, keys))
        self._menu.addSeparator()
        self._menu.addMenu(self._language_menu)
        for action in self._languages.actions():
            action.setChecked(action.data() == rule.language.value)
        # In a terminal a line break would run what was said; only the settings file allows it.
        self._menu.addActions([self._spaces, self._enter])
        for switch in (self._spaces, self._enter):
            switch.setEnabled(not is_terminal(app))
        how = manner(app, {app: rule})
        self._spaces.setChecked(how.breaks is Breaks.SPACES)
        self._enter.setChecked(how.enter)

    @Slot(QAction)
    def _on_way(self, action: QAction) -> None:
        way, keys = action.data()
        self._choose(replace(self._rule, insert=InsertionWay(way), keys=keys))

    @Slot(QAction)
    def _on_language(self, action: QAction) -> None:
        self._choose(replace(self._rule, language=SpokenLanguage(action.data())))

    @Slot(bool)
    def _on_spaces(self, on: bool) -> None:  # noqa: FBT001 - a Qt signal's
        breaks = LineBreaks.SPACES if on else LineBreaks.USUAL
        self._choose(replace(self._rule, line_breaks=breaks))

    @Slot(bool)
    def _on_enter(self, on: bool) -> None:  # noqa: FBT001 - a Qt signal's
        self._choose(replace(self._rule, enter=on))

    def _choose(self, rule: AppRule) -> None:
        self._rule = rule
        self.chosen.emit(self._app, rule)


def _offered(rule: AppRule) -> list[tuple[InsertionWay, str, str]]:
    """The keys of the rule among them, where the settings file names others."""
    keys = [*_KEYS, *([rule.keys] if rule.keys and rule.keys not in _KEYS else [])]
    return [
        (InsertionWay.USUAL, "", _USUAL),
        *((InsertionWay.USUAL, each, _PASTE.format(keys=each)) for each in keys),
        (InsertionWay.TYPE, "", _TYPE),
        (InsertionWay.COPY, "", _COPY),
        (InsertionWay.OFF, "", _OFF),
    ]
