"""What is different in single programs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.notices import LANGUAGE_NAMES
from dictation.desktop.settings_dialog import lens, options
from dictation.desktop.settings_dialog.lens import Lens
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.phrases import Phrases
from dictation.desktop.settings_dialog.row import Row
from dictation.native.key_names import parsed
from dictation.settings import AppRule, InsertionWay, LineBreaks, Settings, SpokenLanguage
from dictation.translation import N_, _

TITLE = N_("Applications")
_LIST_LINES = 5
_WAYS = (
    (InsertionWay.USUAL, N_("As usual")),
    (InsertionWay.TYPE, N_("Type it key by key")),
    (InsertionWay.COPY, N_("Only copy")),
    (InsertionWay.OFF, N_("No dictation there")),
)
_BREAKS = (
    (LineBreaks.USUAL, N_("As usual")),
    (LineBreaks.KEEP, N_("Keep them")),
    (LineBreaks.SPACES, N_("Make them spaces")),
)
_AS_EVERYWHERE = N_("As everywhere")
_IN = N_("In “{app}”")
_NOBODY = N_("No program chosen")
_RULES = Lens(
    "apps",
    lambda settings: settings.apps,
    lambda settings, rules: replace(settings, apps=rules),
)


def build(means: Means) -> Page:
    page = Page(_(TITLE))
    programs = _Programs(page, means)
    page.group(
        Row(
            _("Programs with rules of their own"),
            _("Named by window class or application id; * stands for anything."),
            programs,
            key="apps",
        )
    )

    def chosen() -> str:
        return programs.chosen

    def is_chosen(settings: Settings) -> bool:
        return programs.chosen in settings.apps

    languages = {**LANGUAGE_NAMES, SpokenLanguage.AUTO: _AS_EVERYWHERE}
    rule = page.group(
        options.choice(
            page,
            lens.of_rule(chosen, "insert"),
            _("Insert"),
            offered=options.named(_WAYS),
            where=is_chosen,
        ),
        options.text(
            page,
            lens.of_rule(chosen, "keys"),
            _("Keys that paste there"),
            _("Where it is another key than usual."),
            example="Ctrl+Shift+V",
            check=_keys,
            where=is_chosen,
        ),
        options.choice(
            page,
            lens.of_rule(chosen, "line_breaks"),
            _("Line breaks"),
            _("In terminals, where one would run a command, they are spaces as usual."),
            offered=options.named(_BREAKS),
            where=is_chosen,
        ),
        options.switch(
            page,
            lens.of_rule(chosen, "enter"),
            _("Press Enter after the text"),
            _("Never in a terminal."),
            where=is_chosen,
        ),
        options.choice(
            page,
            lens.of_rule(chosen, "language"),
            _("Spoken language"),
            offered=options.named(list(languages.items())),
            where=is_chosen,
        ),
        _replacements(page, programs),
        title=" ",
    )

    def name(_settings: Settings) -> None:
        if rule.heading is not None:
            named = _(_IN).format(app=programs.chosen)
            rule.heading.setText(named if programs.chosen else _(_NOBODY))

    page.shows(name)
    page.shows(programs.show_settings, _RULES)
    return page


def _keys(written: str) -> str:
    """Raises NoSuchKey."""
    if written:
        parsed(written)
    return written


def _replacements(page: Page, programs: _Programs) -> Row:
    phrases = lens.of_rule(lambda: programs.chosen, "replacements")
    table = Phrases()
    table.changed.connect(lambda texts: page.choose(phrases, texts))
    row = Row(
        _("Replacements there"),
        _("What is written for what is spoken; before those for all programs."),
        table,
        key=phrases.key,
    )

    def show(settings: Settings) -> None:
        table.show_phrases(phrases.get(settings))
        row.enable(programs.chosen in settings.apps)

    page.shows(show)
    return row


class _Programs(QWidget):
    """The list, and where a program is added or removed.

    Attributes:
        chosen: whose rule is shown below; empty: nobody's.
    """

    def __init__(self, page: Page, means: Means) -> None:
        super().__init__()
        self.chosen = ""
        self._page = page
        self._means = means
        self._list = QListWidget(self)
        self._list.setAccessibleName(_("Programs with rules of their own"))
        self._name = QLineEdit(self)
        self._name.setPlaceholderText(_("Name of a program, such as firefox"))
        self._name.setAccessibleName(_("Name of a program"))
        self._add = QPushButton(_("Add"), self)
        self._remove = QPushButton(_("Remove"), self)
        for button in (self._add, self._remove):
            button.setAutoDefault(False)
        line = self.fontMetrics().height()
        self._list.setFixedHeight(_LIST_LINES * (line + 6))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setFocusProxy(self._list)
        below = QHBoxLayout()
        below.addWidget(self._name, 1)
        below.addWidget(self._add)
        below.addWidget(self._remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._list)
        layout.addLayout(below)
        self._list.currentItemChanged.connect(self._on_current)
        self._name.returnPressed.connect(self._on_add)
        self._name.textChanged.connect(self._enable)
        self._add.clicked.connect(self._on_add)
        self._remove.clicked.connect(self._on_remove)
        self._enable()

    def show_settings(self, settings: Settings) -> None:
        apps = sorted(settings.apps)
        if apps != [self._list.item(at).text() for at in range(self._list.count())]:
            with QSignalBlocker(self._list):
                self._list.clear()
                self._list.addItems(apps)
        chosen = self.chosen if self.chosen in apps else (apps[0] if apps else "")
        with QSignalBlocker(self._list):
            for item in self._list.findItems(chosen, Qt.MatchFlag.MatchExactly):
                self._list.setCurrentItem(item)
        if chosen != self.chosen:
            self.chosen = chosen
            self._page.show_settings(settings)
        self._enable()

    def _on_current(self, item: QListWidgetItem | None) -> None:
        self.chosen = item.text() if item is not None else ""
        self._page.show_settings(self._means.choices.settings)

    def _on_add(self) -> None:
        name = self._name.text().strip().lower()
        if not name:
            return
        self._name.clear()
        self.chosen = name
        rules = self._means.choices.settings.apps
        if name in rules:
            self._page.show_settings(self._means.choices.settings)
        else:
            self._page.choose(_RULES, {**rules, name: AppRule()})

    def _on_remove(self) -> None:
        rules = dict(self._means.choices.settings.apps)
        if rules.pop(self.chosen, None) is not None:
            self._page.choose(_RULES, rules)

    def _enable(self) -> None:
        self._add.setEnabled(bool(self._name.text().strip()))
        self._remove.setEnabled(self._list.currentItem() is not None)
