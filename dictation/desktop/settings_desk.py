"""Opens the settings window, and opens it anew where it has to look different."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from dictation import paths, settings
from dictation.desktop.settings_dialog import SettingsWindow
from dictation.desktop.settings_dialog.means import Means
from dictation.errors import DictationError, NoEditor, SettingsUnwritable
from dictation.settings import Settings


class SettingsDesk(QObject):
    """One for the program; its window is made when it is first wanted."""

    def __init__(self, means: Means) -> None:
        super().__init__()
        self._means = means
        self._window: SettingsWindow | None = None
        self._mistake: DictationError | None = None
        means.choices.mistaken.connect(self._on_mistaken)

    @Slot()
    def open(self) -> None:
        window = self._window or self._made()
        window.show()
        window.raise_()
        window.activateWindow()

    def retranslate(self) -> None:
        """Another language is spoken."""
        if self._window is None:
            return
        before, self._window = self._window, None
        if before.isVisible():
            window = self._made()
            window.setGeometry(before.geometry())
            window.turn_to(before.page)
            window.show()
        before.close()
        before.deleteLater()

    def end(self) -> None:
        if self._window is not None:
            self._window.close()

    def _made(self) -> SettingsWindow:
        self._window = window = SettingsWindow(self._means)
        window.tell_mistake(self._mistake)
        return window

    @Slot(object)
    def _on_mistaken(self, error: DictationError | None) -> None:
        self._mistake = error


def open_settings_file(chosen: Settings) -> None:
    """In the user's editor; one that is not there yet is written first.

    Raises NoEditor or SettingsUnwritable.
    """
    file = paths.settings_file()
    try:
        if not file.exists():
            settings.save(file, chosen)
    except OSError as error:
        raise SettingsUnwritable(file=file, reason=error.strerror) from error
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))):
        raise NoEditor(file=file)
