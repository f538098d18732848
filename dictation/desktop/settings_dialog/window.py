"""The window: a list of pages, a search box over it, and the page itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.history_window.banner import Banner
from dictation.desktop.room import room_at
from dictation.desktop.settings_dialog.lens import Lens
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import MARGIN_PX, Page
from dictation.desktop.settings_dialog.pages import (
    applications,
    general,
    history,
    hotkey,
    insertion,
    language,
    microphone,
    model,
    notifications,
    overlay,
    replacements,
    server,
)
from dictation.desktop.settings_dialog.row import Row
from dictation.desktop.settings_dialog.search import Findable, found
from dictation.desktop.settings_dialog.side_list import SideList
from dictation.desktop.widgets.question import Question, ask
from dictation.errors import DictationError
from dictation.settings import Settings
from dictation.translation import N_, _

_PAGES: tuple[Callable[[Means], Page], ...] = (
    general.build,
    hotkey.build,
    microphone.build,
    language.build,
    insertion.build,
    model.build,
    server.build,
    overlay.build,
    notifications.build,
    history.build,
    applications.build,
    replacements.build,
)
_TITLE = N_("Settings")
_RESTORE = N_("Restore defaults")
_RESTORE_ASK = N_("Restore the defaults of “{page}”?")
_RESTORE_TOLD = N_("What you entered there is forgotten.")
_SIZE_EMS = (54, 40)
_LEAST_EMS = (34, 22)
_SIDE_EMS = 13
_MOST_SIDE = 0.3  # of the screen
_MOST_OF_SCREEN = 0.85
_MARGIN_PX = 12
_ENTERED = frozenset({"apps", "replacements", "recognition.server"})
"""What took a while to write: its loss is asked for."""


class SettingsWindow(QWidget):
    """Opened by ``show``; what is chosen holds at once."""

    def __init__(self, means: Means) -> None:
        super().__init__()
        self._means = means
        self.setWindowTitle(_(_TITLE))
        self._pages = [build(means) for build in _PAGES]
        self._options: list[tuple[Page, Row]] = []  # that were found
        self._search = QLineEdit(self)
        self._search.setPlaceholderText(_("Search settings"))
        self._search.setAccessibleName(_("Search settings"))
        self._search.setClearButtonEnabled(True)
        self._list = SideList(_("Pages"), self)
        self._found = SideList(_("Options found"), self)
        self._nothing = QLabel(_("Nothing found"), self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._side = QStackedWidget(self)
        self._stack = QStackedWidget(self)
        self._mistake = Banner("warning", _("Open settings.toml"), self)
        self._restore = QPushButton(_(_RESTORE), self)
        self._open_file = QPushButton(_("Open settings.toml"), self)
        for button in (self._restore, self._open_file):
            button.setAutoDefault(False)
        self._lay_out()
        self._connect()
        self._list.setCurrentRow(0)
        for page in self._pages:
            page.show_settings(means.choices.settings)

    def _lay_out(self) -> None:
        for page in self._pages:
            self._list.addItem(page.title)
            self._stack.addWidget(page)
        for widget in (self._list, self._found, self._nothing):
            self._side.addWidget(widget)
        em = self.fontMetrics().height()
        side = QVBoxLayout()
        side.addWidget(self._search)
        side.addWidget(self._side, 1)
        widest = max(self.fontMetrics().horizontalAdvance(page.title) for page in self._pages)
        room = room_at(self.geometry().center()).size()
        width = min(max(_SIDE_EMS * em, widest + 2 * em), room.width() * _MOST_SIDE)
        for beside in (self._search, self._side):
            beside.setFixedWidth(round(width))
        foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
        foot.addWidget(self._open_file)
        foot.addStretch()
        foot.addWidget(self._restore)
        right = QVBoxLayout()
        right.addWidget(self._mistake)
        right.addWidget(self._stack, 1)
        right.addLayout(foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        layout.setSpacing(_MARGIN_PX)
        layout.addLayout(side)
        layout.addLayout(right, 1)
        self.setMinimumSize(QSize(_LEAST_EMS[0] * em, _LEAST_EMS[1] * em).boundedTo(room))
        wanted = QSize(_SIZE_EMS[0] * em, _SIZE_EMS[1] * em)
        self.resize(wanted.boundedTo(room * _MOST_OF_SCREEN))

    def _connect(self) -> None:
        self._list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._search.textChanged.connect(self._on_search)
        self._search.returnPressed.connect(self._on_first_found)
        self._found.itemActivated.connect(self._on_found)
        self._found.itemClicked.connect(self._on_found)
        self._restore.clicked.connect(self._on_restore)
        self._open_file.clicked.connect(self._means.open_file)
        self._mistake.acted.connect(self._means.open_file)
        for page in self._pages:
            page.put.connect(self._on_put)
            page.seen.connect(self._show)
        self._means.choices.changed.connect(self._on_changed)
        self._means.choices.mistaken.connect(self.tell_mistake)
        for keys, slot in (
            (QKeySequence.StandardKey.Find, self._on_find),
            ("Escape", self._on_escape),
            (QKeySequence.StandardKey.Close, self.close),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        down = QShortcut(QKeySequence("Down"), self._search)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self._on_down)

    @property
    def page(self) -> int:
        """Which one is shown, from 0."""
        return self._stack.currentIndex()

    def turn_to(self, page: int) -> None:
        self._list.setCurrentRow(page)

    @Slot(object)
    def tell_mistake(self, error: DictationError | None) -> None:
        """The settings file cannot be used as it is; None: it can again."""
        if error is None:
            self._mistake.hide()
        else:
            self._mistake.say(error.whole)

    # --- what is chosen

    @Slot(object, object)
    def _on_put(self, lens: Lens, value: Any) -> None:
        self._means.choices.choose(lens.put(self._means.choices.settings, value))

    @Slot(object, object)
    def _on_changed(self, _before: Settings, _now: Settings) -> None:
        self._show()

    @Slot()
    def _show(self) -> None:
        """On the page that is seen; others show it when they come into sight."""
        self._pages[self.page].show_settings(self._means.choices.settings)

    @Slot()
    def _on_restore(self) -> None:
        page = self._pages[self.page]
        before = self._means.choices.settings
        restored = _restored(page, before)
        if any(each.key in _ENTERED and each.get(restored) != each.get(before)
               for each in page.lenses):  # fmt: skip
            self._ask_to_restore(page)
        else:
            self._means.choices.choose(restored)

    def _ask_to_restore(self, page: Page) -> None:
        asked = _(_RESTORE_ASK).format(page=page.title)
        ask(self, Question(asked, _(_RESTORE_TOLD), _(_RESTORE)), partial(self._restore_now, page))

    def _restore_now(self, page: Page) -> None:
        self._means.choices.choose(_restored(page, self._means.choices.settings))

    # --- what is looked for

    @Slot()
    def _on_find(self) -> None:
        self._search.setFocus()
        self._search.selectAll()

    @Slot()
    def _on_down(self) -> None:
        for each in (self._list, self._found):
            if each is self._side.currentWidget():
                each.setFocus()

    @Slot()
    def _on_escape(self) -> None:
        if self._search.text():
            self._search.clear()
        else:
            self.close()

    @Slot(str)
    def _on_search(self, words: str) -> None:
        if not words.strip():
            self._side.setCurrentWidget(self._list)
            return
        self._found.clear()
        options = found(words, [each for page in self._pages for each in _findable(page)])
        self._options = []
        for option, (page, row) in options:
            item = QListWidgetItem(f"{option.name}\n{option.page}", self._found)
            item.setData(Qt.ItemDataRole.UserRole, len(self._options))
            self._options.append((page, row))
        self._side.setCurrentWidget(self._found if options else self._nothing)

    @Slot()
    def _on_first_found(self) -> None:
        if self._side.currentWidget() is self._found:
            self._found.setCurrentRow(0)
            self._on_found(self._found.item(0))

    @Slot(object)
    def _on_found(self, item: QListWidgetItem) -> None:
        page, row = self._options[item.data(Qt.ItemDataRole.UserRole)]
        self.turn_to(self._pages.index(page))
        page.lead_to(row)


def _findable(page: Page) -> list[tuple[Findable, tuple[Page, Row]]]:
    return [
        (Findable(row.name, page.title, f"{row.told} {row.words} {row.key}"), (page, row))
        for row in page.rows
        if row.name
    ]


def _restored(page: Page, settings: Settings) -> Settings:
    for lens in page.lenses:
        if not lens.key.startswith("apps."):  # those of one program go with their list
            settings = lens.restored(settings)
    return settings
