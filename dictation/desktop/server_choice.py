"""Where speech is recognised: chosen in the tray's menu, entered in a window, and told of."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from dictation.client.address import chosen_server, keep_token, same_server
from dictation.desktop.choices import Choices
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.server_dialog import Entry, ServerDialog
from dictation.desktop.tray import Tray
from dictation.errors import DictationError, TokenNotKept
from dictation.settings import RecognitionSettings, Settings

logger = logging.getLogger(__name__)


class ServerChoice(QObject):
    """Keeps settings, menu and recogniser of one mind. GUI thread."""

    def __init__(
        self,
        choices: Choices,
        tray: Tray,
        recogniser: RecogniserThread,
        tell: Callable[[DictationError], None],
    ) -> None:
        super().__init__()
        self._choices = choices
        self._tray = tray
        self._recogniser = recogniser
        self._tell = tell
        self._dialog: ServerDialog | None = None
        choices.changed.connect(self._on_settings)
        tray.place_chosen.connect(self._on_place)
        tray.server_asked.connect(self._on_asked)

    def show(self) -> None:
        """Sets the tray's menu to the settings."""
        chosen = self._choices.settings.recognition
        self._tray.set_place(chosen.server, chosen.server if chosen.use_server else "")

    def end(self) -> None:
        """Closes the window, if it is open."""
        if self._dialog is not None:
            self._dialog.close()

    @Slot(str)
    def _on_place(self, address: str) -> None:
        self._use(replace(self._choices.settings.recognition, use_server=bool(address)))

    @Slot()
    def _on_asked(self) -> None:
        self.show()  # the menu has marked its entry; nothing is chosen yet
        if self._dialog is None:
            chosen = self._choices.settings.recognition
            self._dialog = ServerDialog(Entry(chosen.server, "", chosen.server_ca_file))
            self._dialog.entered.connect(self.enter)
            self._dialog.finished.connect(self._on_finished)
            self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    @Slot(object)
    def enter(self, entry: Entry) -> None:
        """This server from now on; without a token, with the one from before if it is the same."""
        before = self._choices.settings.recognition
        token_file = before.server_token_file
        # No token goes to a server that it was not entered for.
        if entry.token or not same_server(entry.address, before.server):
            token_file = ""
            try:
                keep_token(entry.token, entry.address)
            except OSError as error:
                self._tell(TokenNotKept(reason=error.strerror))
        self._use(
            replace(
                before,
                server=entry.address,
                use_server=True,
                server_token_file=token_file,
                server_ca_file=entry.ca_file,
            )
        )

    @Slot()
    def _on_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _use(self, chosen: RecognitionSettings) -> None:
        if chosen == self._choices.settings.recognition:  # with another token, or not at all
            self._go_there(chosen)
        self._choices.choose_recognition(chosen)

    @Slot(object, object)
    def _on_settings(self, before: Settings, now: Settings) -> None:
        if _place(before) != _place(now):
            self._go_there(now.recognition)

    def _go_there(self, chosen: RecognitionSettings) -> None:
        self.show()
        try:
            self._recogniser.choose(chosen_server(chosen))
        except DictationError as error:
            logger.warning("server not usable: %s", type(error).__name__)
            self._tell(error)


def _place(chosen: Settings) -> tuple[object, ...]:
    """What says where speech is recognised."""
    here = chosen.recognition
    return here.server, here.use_server, here.server_token_file, here.server_ca_file
