"""The tray icon with its menu: shows a state, emits what the user wants, decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from dictation.desktop.app_menu import AppMenu
from dictation.desktop.excerpt import excerpt
from dictation.desktop.icons import icon
from dictation.desktop.notices import LANGUAGE_NAMES
from dictation.settings import AppRule, SpokenLanguage

_LAST_TEXT_CHARACTERS = 40

_NAME = "Dictation"
_START = "Start dictation"
_STOP = "Stop dictation"
_WITH_HOTKEY = "{label} ({hotkey})"
_COPY_LAST = "Copy last: “{text}”"
_COPY_LAST_NONE = "Copy last"
_FILES = "Transcribe file…"
_CLIPBOARD = "Transcribe audio from the clipboard"
_CANCEL_FILES = "Cancel transcription"
_BESIDE = "Save transcripts beside the files"
_HISTORY = "History…"
_LANGUAGE = "Language"
_MICROPHONE = "Microphone"
_SYSTEM_DEFAULT = "System default"
_NOT_CONNECTED = "{name} (not connected)"
_PLACE = "Recognise on"
_HERE = "This computer"
_OTHER_SERVER = "A server…"
_COPY_ONLY = "Copy to clipboard instead of typing"
_QUIT = "Quit"


class TrayState(StrEnum):
    """What the icon shows; each value is the name of its drawing."""

    IDLE = "idle"
    LISTENING = "listening"
    WORKING = "working"
    LOADING = "loading"
    TROUBLE = "trouble"


_TOOLTIPS = {
    TrayState.IDLE: "ready",
    TrayState.LISTENING: "listening",
    TrayState.WORKING: "transcribing",
    TrayState.LOADING: "loading the speech model",
    TrayState.TROUBLE: "not ready",
}
_PREPARING = "preparing the speech model for this machine, once: {prepared:.0%}"
_READY_WITH_HOTKEY = "ready, hold {hotkey} and speak"


class Tray(QObject):
    """The icon and the menu. They show what they are told to; a choice of the user is emitted,
    and marked in the menu as Qt does it, until a ``set_`` method says otherwise.

    Without a tray host nothing is seen; the icon appears by itself once there is one.
    """

    toggle_asked = Signal()
    """Start, or stop and transcribe: a click on the icon, or the first menu entry."""
    copy_last_asked = Signal()
    history_asked = Signal()
    language_chosen = Signal(str)
    """language_chosen(language): a value of SpokenLanguage."""
    microphone_chosen = Signal(str)
    """microphone_chosen(name): empty for the system's default."""
    place_chosen = Signal(str)
    """place_chosen(address): of a server; empty for this computer."""
    server_asked = Signal()
    """Another server is to be entered."""
    copy_only_chosen = Signal(bool)
    """copy_only_chosen(on): whether text shall go to the clipboard alone."""
    rule_chosen = Signal(str, object)
    """rule_chosen(app, AppRule): how text shall get into that program."""
    files_asked = Signal()
    """The user wants to choose files to be transcribed."""
    clipboard_asked = Signal()
    """The files on the clipboard are to be transcribed."""
    files_cancelled = Signal()
    """No file is to be transcribed any further."""
    beside_chosen = Signal(bool)
    """beside_chosen(on): whether texts of files shall be saved beside them."""
    message_clicked = Signal()
    quit_asked = Signal()
    menu_opening = Signal()
    """It is about to be seen: the time to look for microphones and the program in use."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = TrayState.IDLE
        self._prepared: float | None = None
        self._files = ""
        self._hotkey = ""
        self._icons = {state: icon(state) for state in TrayState}
        self._menu = QMenu()
        self._toggle = self._menu.addAction(_START)
        self._copy_last = self._menu.addAction(_COPY_LAST_NONE)
        self._history = self._menu.addAction(_HISTORY)
        self._menu.addSeparator()
        self._choose_files = self._menu.addAction(_FILES)
        self._from_clipboard = self._menu.addAction(_CLIPBOARD)
        self._cancel_files = self._menu.addAction(_CANCEL_FILES)
        self._menu.addSeparator()
        self._languages = _Choices(self._menu, _LANGUAGE)
        self._languages.offer([(value.value, label) for value, label in LANGUAGE_NAMES.items()])
        self._microphones = _Choices(self._menu, _MICROPHONE)
        self._places = _Choices(self._menu, _PLACE)
        self._app_menu = AppMenu(self._menu)
        self._copy_only = self._menu.addAction(_COPY_ONLY)
        self._copy_only.setCheckable(True)
        self._beside = self._menu.addAction(_BESIDE)
        self._beside.setCheckable(True)
        self._menu.addSeparator()
        self._quit = self._menu.addAction(_QUIT)
        self._icon = QSystemTrayIcon(self._icons[self._state], self)
        self._icon.setContextMenu(self._menu)
        self._icon.messageClicked.connect(self.message_clicked)
        self._connect()
        self.set_language(SpokenLanguage.AUTO)
        self.set_microphones((), "")
        self.set_place("", "")
        self.set_last_text(None)
        self._describe()

    def show(self) -> None:
        """Shows the icon. Whether there is a tray is not asked: it may come later."""
        self._icon.show()

    def hide(self) -> None:
        """Takes the icon away at once, not only when the process ends."""
        self._icon.hide()

    def show_state(self, state: TrayState, prepared: float | None = None) -> None:
        """Changes icon, tooltip and the first entry.

        prepared: while the model is made ready for this machine, how much of that is done.
        """
        self._state = state
        self._prepared = prepared
        self._icon.setIcon(self._icons[state])
        self._describe()

    def show_files(self, told: str) -> None:
        """What is said of files that are being transcribed; empty: there are none."""
        if told != self._files:
            self._files = told
            self._describe()

    def show_message(self, title: str, body: str) -> None:
        """A bubble of the tray's own, for desktops where no other way works."""
        self._icon.showMessage(title, body, self._icons[self._state])

    def set_hotkey(self, name: str) -> None:
        """The key as the user knows it; empty: there is none."""
        self._hotkey = name
        self._describe()

    def set_last_text(self, text: str | None) -> None:
        """What "Copy last" would copy; None: nothing yet."""
        short = excerpt(text or "", _LAST_TEXT_CHARACTERS)
        self._copy_last.setText(_plain(_COPY_LAST.format(text=short)) if short else _COPY_LAST_NONE)
        self._copy_last.setEnabled(bool(short))

    def set_language(self, language: str) -> None:
        """Marks a value of SpokenLanguage as the chosen one."""
        self._languages.choose(language)

    def set_microphones(self, names: Sequence[str], chosen: str) -> None:
        """Offers these; a chosen one that is not among them is shown as not connected."""
        offered = [("", _SYSTEM_DEFAULT), *((name, name) for name in dict.fromkeys(names) if name)]
        if chosen and chosen not in names:
            offered.append((chosen, _NOT_CONNECTED.format(name=chosen)))
        self._microphones.offer(offered)
        self._microphones.choose(chosen)

    def set_place(self, server: str, chosen: str) -> None:
        """Offers this computer and the server, if one is known, and marks the chosen one; empty:
        this computer."""
        known = [(server, server)] if server else []
        self._places.offer([("", _HERE), *known, (_OTHER_SERVER, _OTHER_SERVER)])
        self._places.choose(chosen)

    def set_app(self, app: str, rule: AppRule) -> None:
        """The program that the user is in, and its rule; empty: none is known."""
        self._app_menu.show_rule(app, rule)

    def set_copy_only(self, on: bool) -> None:  # noqa: FBT001 - fits a signal with one argument
        """Marks whether text goes to the clipboard alone."""
        self._copy_only.setChecked(on)

    def set_beside(self, on: bool) -> None:  # noqa: FBT001 - fits a signal with one argument
        """Marks whether texts of files are saved beside them."""
        self._beside.setChecked(on)

    def _connect(self) -> None:
        self._icon.activated.connect(self._on_activated)
        self._menu.aboutToShow.connect(self.menu_opening)
        self._toggle.triggered.connect(self.toggle_asked)
        self._copy_last.triggered.connect(self.copy_last_asked)
        self._history.triggered.connect(self.history_asked)
        self._languages.chosen.connect(self.language_chosen)
        self._microphones.chosen.connect(self.microphone_chosen)
        self._copy_only.triggered.connect(self.copy_only_chosen)
        self._choose_files.triggered.connect(self.files_asked)
        self._from_clipboard.triggered.connect(self.clipboard_asked)
        self._cancel_files.triggered.connect(self.files_cancelled)
        self._beside.triggered.connect(self.beside_chosen)
        self._places.chosen.connect(self._on_place)
        self._app_menu.chosen.connect(self.rule_chosen)
        self._quit.triggered.connect(self.quit_asked)

    def _describe(self) -> None:
        label = _STOP if self._state is TrayState.LISTENING else _START
        told = _TOOLTIPS[self._state]
        if self._state is TrayState.LOADING and self._prepared is not None:
            told = _PREPARING.format(prepared=self._prepared)
        if self._hotkey:
            label = _WITH_HOTKEY.format(label=label, hotkey=self._hotkey)
            if self._state is TrayState.IDLE:
                told = _READY_WITH_HOTKEY.format(hotkey=self._hotkey)
        self._toggle.setText(_plain(label))
        self._cancel_files.setVisible(bool(self._files))
        self._icon.setToolTip("\n".join([f"{_NAME}: {told}", *filter(None, [self._files])]))

    @Slot(str)
    def _on_place(self, chosen: str) -> None:
        if chosen == _OTHER_SERVER:
            self.server_asked.emit()
        else:
            self.place_chosen.emit(chosen)

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # A double click is a Trigger first and then a DoubleClick: it toggles once.
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.toggle_asked.emit()


class _Choices(QObject):
    """A submenu of which one entry is marked."""

    chosen = Signal(str)
    """chosen(value): the user has chosen the entry of that value."""

    def __init__(self, menu: QMenu, title: str) -> None:
        super().__init__(menu)
        self._menu = menu.addMenu(title)
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._on_triggered)
        self._offered: list[tuple[str, str]] = []

    def offer(self, offered: list[tuple[str, str]]) -> None:
        """Values and their labels. The same as before: left alone, for the menu may be open."""
        if offered == self._offered:
            return
        self._offered = offered
        self._menu.clear()
        for value, label in offered:
            action = self._group.addAction(self._menu.addAction(_plain(label)))
            action.setCheckable(True)
            action.setData(value)

    def choose(self, value: str) -> None:
        for action in self._group.actions():
            action.setChecked(action.data() == value)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())


def _plain(label: str) -> str:
    """The label with its ampersands shown; Qt would underline the next letter instead."""
    return label.replace("&", "&&")
