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
from dictation.translation import N_, _

_TITLE = N_("For “{app}”")
_NO_APP = N_("For this app…")
_USUAL = N_("Insert as usual")
_PASTE = N_("Paste with {keys}")
_TYPE = N_("Type it key by key")
_COPY = N_("Only copy to the clipboard")
_OFF = N_("No dictation here")
_LANGUAGE = N_("Language")
_AS_EVERYWHERE = N_("As everywhere")
_SPACES = N_("Line breaks become spaces")
_ENTER = N_("Press Enter after the text")
_KEYS = ("Ctrl+V", "Ctrl+Shift+V")


class AppMenu(QObject):
    """Shows a program's rule, and emits the one that the user makes of it."""

    chosen = Signal(str, object)
    """chosen(app, AppRule)"""

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._app = ""
        self._rule = AppRule()
        self._menu = menu.addMenu("")
        self._ways = QActionGroup(self)
        self._ways.triggered.connect(self._on_way)
        self._languages = QActionGroup(self)
        self._languages.triggered.connect(self._on_language)
        self._language_menu = QMenu(self._menu)
        for language in LANGUAGE_NAMES:
            action = self._languages.addAction(self._language_menu.addAction(""))
            action.setCheckable(True)
            action.setData(language.value)
        self._spaces, self._enter = QAction(self), QAction(self)
        self._spaces.triggered.connect(self._on_spaces)
        self._enter.triggered.connect(self._on_enter)
        for switch in (self._spaces, self._enter):
            switch.setCheckable(True)
        self.show_rule("", AppRule())

    def show_rule(self, app: str, rule: AppRule) -> None:
        """app: empty while no program is known; then there is nothing to choose."""
        self._app, self._rule = app, rule
        title = _(_TITLE).format(app=app) if app else _(_NO_APP)
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
        self._language_menu.setTitle(_(_LANGUAGE))
        for action in self._languages.actions():
            action.setText(_language_name(SpokenLanguage(action.data())))
            action.setChecked(action.data() == rule.language.value)
        # In a terminal a line break would run what was said; only the settings file allows it.
        self._menu.addActions([self._spaces, self._enter])
        for switch in (self._spaces, self._enter):
            switch.setEnabled(not is_terminal(app))
        self._spaces.setText(_(_SPACES))
        self._enter.setText(_(_ENTER))
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


def _language_name(language: SpokenLanguage) -> str:
    return _(_AS_EVERYWHERE if language is SpokenLanguage.AUTO else LANGUAGE_NAMES[language])


def _offered(rule: AppRule) -> list[tuple[InsertionWay, str, str]]:
    """The keys of the rule among them, where the settings file names others."""
    keys = [*_KEYS, *([rule.keys] if rule.keys and rule.keys not in _KEYS else [])]
    return [
        (InsertionWay.USUAL, "", _(_USUAL)),
        *((InsertionWay.USUAL, each, _(_PASTE).format(keys=each)) for each in keys),
        (InsertionWay.TYPE, "", _(_TYPE)),
        (InsertionWay.COPY, "", _(_COPY)),
        (InsertionWay.OFF, "", _(_OFF)),
    ]
