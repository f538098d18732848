"""The tray's menu: what can be asked of the program, in the order in which it is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dictation.desktop.app_menu import AppMenu
from dictation.desktop.excerpt import excerpt
from dictation.desktop.notices import LANGUAGE_NAMES
from dictation.desktop.tray.state import Status, TrayState
from dictation.desktop.tray.submenu import Submenu, plain
from dictation.desktop.tray.wishes import Wishes
from dictation.settings import AppRule, SpokenLanguage
from dictation.translation import N_, _

# Of each menu every letter behind an ampersand is another one: pressed, it chooses the entry.
GET_MODEL = N_("&Get the speech model…")
START = N_("&Start dictation")
STOP = N_("&Stop dictation")
_START_WITH_KEY = N_("&Start dictation ({hotkey})")
_STOP_WITH_KEY = N_("&Stop dictation ({hotkey})")
PAUSE = N_("Pause hot&key")
RESUME = N_("Resume hot&key")
COPY_LAST = N_("&Copy last: “{text}”")
COPY_LAST_NONE = N_("&Copy last")
HISTORY = N_("&History…")
TRANSCRIBE = N_("&Transcribe")
FILES = N_("&Files…")
CLIPBOARD = N_("Audio from the &clipboard")
BESIDE = N_("Save texts &beside the files")
CANCEL_FILES = N_("C&ancel transcription")
LANGUAGE = N_("&Language")
MICROPHONE = N_("&Microphone")
PLACE = N_("Recognise &on")
COPY_ONLY = N_("Copy &instead of typing")
SETTINGS = N_("S&ettings…")
HELP = N_("Hel&p")
SET_UP = N_("&Set up…")
DOCTOR = N_("&Check this computer…")
ABOUT = N_("&About Dictation")
QUIT = N_("&Quit")

_SYSTEM_DEFAULT = N_("System default")
_NOT_CONNECTED = N_("{name} (not connected)")
_HERE = N_("This computer")
_OTHER_SERVER = N_("A server…")
_OTHER = "…"  # in the place of an address
_LAST_TEXT_CHARACTERS = 40


class TrayMenu(QObject):
    """Shows what it is told to; a choice of the user is emitted by ``Wishes``, and marked as Qt
    does it, until a ``set_`` method says otherwise.
    """

    def __init__(self, wishes: Wishes) -> None:
        super().__init__(wishes)
        self.menu = QMenu()
        self._wishes = wishes
        self._status = Status()
        self._last_text = ""
        self._microphones: tuple[Sequence[str], str] = (), ""
        self._places = "", ""
        self._named: list[tuple[QAction | QMenu, str]] = []
        menu = self.menu
        self._get_model = self._entry(menu, GET_MODEL)
        self._toggle = menu.addAction("")
        self._pause = menu.addAction("")
        menu.addSeparator()
        self._copy_last = menu.addAction("")
        self._history = self._entry(menu, HISTORY)
        transcribe = self._submenu(menu, TRANSCRIBE)
        self._choose_files = self._entry(transcribe, FILES)
        self._from_clipboard = self._entry(transcribe, CLIPBOARD)
        transcribe.addSeparator()
        self._beside = self._entry(transcribe, BESIDE)
        self._cancel_files = self._entry(menu, CANCEL_FILES)
        menu.addSeparator()
        self._language_menu = Submenu(menu)
        self._microphone_menu = Submenu(menu)
        self._place_menu = Submenu(menu)
        self._app_menu = AppMenu(menu)
        self._copy_only = self._entry(menu, COPY_ONLY)
        menu.addSeparator()
        self._settings = self._entry(menu, SETTINGS)
        more = self._submenu(menu, HELP)
        self._set_up = self._entry(more, SET_UP)
        self._doctor = self._entry(more, DOCTOR)
        self._about = self._entry(more, ABOUT)
        self._quit = self._entry(menu, QUIT)
        for switch in (self._copy_only, self._beside):
            switch.setCheckable(True)
        self._connect()
        self.set_language(SpokenLanguage.AUTO)
        self.retranslate()

    def _entry(self, menu: QMenu, label: str) -> QAction:
        action = menu.addAction("")
        self._named.append((action, label))
        return action

    def _submenu(self, menu: QMenu, label: str) -> QMenu:
        submenu = menu.addMenu("")
        self._named.append((submenu, label))
        return submenu

    def _connect(self) -> None:
        wishes = self._wishes
        self.menu.aboutToShow.connect(wishes.menu_opening)
        for action, wish in (
            (self._get_model, wishes.first_run_asked),
            (self._toggle, wishes.toggle_asked),
            (self._copy_last, wishes.copy_last_asked),
            (self._history, wishes.history_asked),
            (self._choose_files, wishes.files_asked),
            (self._from_clipboard, wishes.clipboard_asked),
            (self._cancel_files, wishes.files_cancelled),
            (self._beside, wishes.beside_chosen),
            (self._copy_only, wishes.copy_only_chosen),
            (self._settings, wishes.settings_asked),
            (self._set_up, wishes.first_run_asked),
            (self._doctor, wishes.doctor_asked),
            (self._about, wishes.about_asked),
            (self._quit, wishes.quit_asked),
        ):
            action.triggered.connect(wish)
        self._pause.triggered.connect(self._on_pause)
        self._language_menu.chosen.connect(wishes.language_chosen)
        self._microphone_menu.chosen.connect(wishes.microphone_chosen)
        self._place_menu.chosen.connect(self._on_place)
        self._app_menu.chosen.connect(wishes.rule_chosen)

    # --- what it shows

    def retranslate(self) -> None:
        """Everything in the language that the program speaks now."""
        for named, label in self._named:
            if isinstance(named, QMenu):
                named.setTitle(_(label))
            else:
                named.setText(_(label))
        self._language_menu.name(_(LANGUAGE))
        self._microphone_menu.name(_(MICROPHONE))
        self._place_menu.name(_(PLACE))
        self._language_menu.offer([(one.value, _(name)) for one, name in LANGUAGE_NAMES.items()])
        self._app_menu.retranslate()
        self.show_status(self._status)
        self.set_last_text(self._last_text)
        self.set_microphones(*self._microphones)
        self.set_place(*self._places)

    def show_status(self, status: Status) -> None:
        self._status = status
        listening = status.state is TrayState.LISTENING
        if status.hotkey:
            template = _(_STOP_WITH_KEY) if listening else _(_START_WITH_KEY)
            self._toggle.setText(template.format(hotkey=plain(status.hotkey)))
        else:
            self._toggle.setText(_(STOP) if listening else _(START))
        self._pause.setText(_(RESUME) if status.is_paused else _(PAUSE))
        self._pause.setVisible(bool(status.hotkey))
        self._get_model.setVisible(status.state is TrayState.NO_MODEL)
        self._cancel_files.setVisible(bool(status.files))

    def set_last_text(self, text: str) -> None:
        """What "Copy last" would copy; empty: nothing yet."""
        self._last_text = text
        short = excerpt(text, _LAST_TEXT_CHARACTERS)
        template = _(COPY_LAST) if short else _(COPY_LAST_NONE)
        self._copy_last.setText(template.format(text=plain(short)))
        self._copy_last.setEnabled(bool(short))

    def set_language(self, language: str) -> None:
        """Marks a value of SpokenLanguage as the chosen one."""
        self._language_menu.choose(language)

    def set_microphones(self, names: Sequence[str], chosen: str) -> None:
        """Offers these; a chosen one that is not among them is shown as not connected."""
        self._microphones = names, chosen
        found = ((name, name) for name in dict.fromkeys(names) if name)
        offered = [("", _(_SYSTEM_DEFAULT)), *found]
        if chosen and chosen not in names:
            offered.append((chosen, _(_NOT_CONNECTED).format(name=chosen)))
        self._microphone_menu.offer(offered)
        self._microphone_menu.choose(chosen)

    def set_place(self, server: str, chosen: str) -> None:
        """Offers this computer and the server, if one is known, and marks the chosen one; empty:
        this computer."""
        self._places = server, chosen
        known = [(server, server)] if server else []
        self._place_menu.offer([("", _(_HERE)), *known, (_OTHER, _(_OTHER_SERVER))])
        self._place_menu.choose(chosen)

    def set_app(self, app: str, rule: AppRule) -> None:
        """The program that the user is in, and its rule; empty: none is known."""
        self._app_menu.show_rule(app, rule)

    def set_copy_only(self, on: bool) -> None:  # noqa: FBT001 - fits a signal with one argument
        self._copy_only.setChecked(on)

    def set_beside(self, on: bool) -> None:  # noqa: FBT001 - fits a signal with one argument
        self._beside.setChecked(on)

    # --- what the user chooses

    @Slot()
    def _on_pause(self) -> None:
        wishes = self._wishes
        (wishes.resume_asked if self._status.is_paused else wishes.pause_asked).emit()

    @Slot(str)
    def _on_place(self, chosen: str) -> None:
        if chosen == _OTHER:
            self._wishes.server_asked.emit()
        else:
            self._wishes.place_chosen.emit(chosen)
