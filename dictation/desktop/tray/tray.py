"""The tray: its icon, its menu and the window in its place show one state; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QSystemTrayIcon

from dictation.desktop.icons import icon
from dictation.desktop.tray.menu import TrayMenu
from dictation.desktop.tray.place import TrayPlace
from dictation.desktop.tray.stand_in import StandIn
from dictation.desktop.tray.state import Status, TrayState
from dictation.desktop.tray.wishes import Wishes
from dictation.settings import AppRule

_DICTATING = (TrayState.LISTENING, TrayState.WORKING)


class Tray(Wishes):
    """Shows what it is told to, and emits what the user wants.

    Without a tray host no icon is seen; it appears by itself once there is one, and until then a
    small window has the same menu.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._status = Status()
        self._icons = {state: icon(state) for state in TrayState}
        self._menu = TrayMenu(self)
        self._icon = QSystemTrayIcon(self._icons[self._status.shown], self)
        self._icon.setContextMenu(self._menu.menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.message_clicked)
        self._stand_in: StandIn | None = None
        self._last_text = ""
        self._place = TrayPlace(QSystemTrayIcon.isSystemTrayAvailable, self)
        self._place.missing.connect(self._on_missing)
        self._place.found.connect(self._hide_stand_in)
        self._awaits_stand_in = False
        self._show()

    def show(self) -> None:
        """Shows the icon. Whether there is a tray is not asked: it may come later."""
        self._icon.show()
        self._place.begin()

    def hide(self) -> None:
        """Takes the icon away at once, not only when the process ends."""
        self._place.end()
        self._icon.hide()
        self._hide_stand_in()

    def present(self) -> None:
        """The program was started although it runs: where there is no tray, its window comes."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            self._show_stand_in()
            if self._stand_in is not None:
                self._stand_in.raise_()
                self._stand_in.activateWindow()

    def retranslate(self) -> None:
        """Everything in the language that the program speaks now."""
        self._menu.retranslate()
        if self._stand_in is not None:
            self._stand_in.retranslate()
        self._show()

    # --- what it shows

    def show_state(self, state: TrayState, prepared: float | None = None) -> None:
        """Changes icon, tooltip and the first entries.

        prepared: while the model is made ready for this machine, how much of that is done.
        """
        self._change(replace(self._status, state=state, prepared=prepared))

    def show_files(self, told: str) -> None:
        """What is said of files that are being transcribed; empty: there are none."""
        self._change(replace(self._status, files=told))

    def set_hotkey(self, name: str) -> None:
        """The key as the user knows it; empty: there is none."""
        self._change(replace(self._status, hotkey=name))

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 - fits a signal with one argument
        """Whether the hotkey is let go to other programs."""
        self._change(replace(self._status, is_paused=paused))

    def show_message(self, title: str, body: str) -> None:
        """A bubble of the tray's own, for desktops where no other way works."""
        self._icon.showMessage(title, body, self._icons[self._status.shown])

    def set_last_text(self, text: str | None) -> None:
        """What "Copy last" would copy; None: nothing yet."""
        self._last_text = text or ""
        self._menu.set_last_text(self._last_text)
        if self._stand_in is not None:
            self._stand_in.set_last_text(self._last_text)

    def set_language(self, language: str) -> None:
        """Marks a value of SpokenLanguage as the chosen one."""
        self._menu.set_language(language)

    def set_microphones(self, names: Sequence[str], chosen: str) -> None:
        """Offers these; a chosen one that is not among them is shown as not connected."""
        self._menu.set_microphones(names, chosen)

    def set_place(self, server: str, chosen: str) -> None:
        """Offers this computer and the server, if one is known, and marks the chosen one; empty:
        this computer."""
        self._menu.set_place(server, chosen)

    def set_app(self, app: str, rule: AppRule) -> None:
        """The program that the user is in, and its rule; empty: none is known."""
        self._menu.set_app(app, rule)

    def set_copy_only(self, on: bool) -> None:  # noqa: FBT001 - fits a signal with one argument
        """Marks whether text goes to the clipboard alone."""
        self._menu.set_copy_only(on)

    def set_beside(self, on: bool) -> None:  # noqa: FBT001 - fits a signal with one argument
        """Marks whether texts of files are saved beside them."""
        self._menu.set_beside(on)

    def _change(self, status: Status) -> None:
        if status != self._status:
            self._status = status
            self._show()
            self._serve()

    def _show(self) -> None:
        self._icon.setIcon(self._icons[self._status.shown])
        self._icon.setToolTip(self._status.tooltip)
        self._menu.show_status(self._status)
        if self._stand_in is not None:
            self._stand_in.show_status(self._status)

    # --- where there is no tray

    @Slot()
    def _on_missing(self) -> None:
        self._awaits_stand_in = True
        self._serve()

    def _serve(self) -> None:
        """It does not come between somebody who dictates and the window that they dictate into:
        some window managers give each new window the focus."""
        if self._awaits_stand_in and self._status.state not in _DICTATING:
            self._show_stand_in()

    def _show_stand_in(self) -> None:
        self._awaits_stand_in = False
        if self._stand_in is None:
            self._stand_in = StandIn(self, self._menu.menu)
            self._stand_in.show_status(self._status)
            self._stand_in.set_last_text(self._last_text)
        self._stand_in.show()

    @Slot()
    def _hide_stand_in(self) -> None:
        self._awaits_stand_in = False
        if self._stand_in is not None:
            self._stand_in.hide()

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # A double click is a Trigger first and then a DoubleClick: it toggles once.
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.toggle_asked.emit()
