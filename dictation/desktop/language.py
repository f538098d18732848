"""The language of windows and menus: ours, Qt's own words, and how dates and numbers look."""

from __future__ import annotations

import locale as locale_of_c
import logging
import os
import sys

from PySide6.QtCore import (
    QEvent,
    QLibraryInfo,
    QLocale,
    QObject,
    QTranslator,
    Slot,
)
from PySide6.QtGui import QGuiApplication

from dictation import paths, translation
from dictation.settings import Settings
from dictation.translation import _

logger = logging.getLogger(__name__)

_FONTCONFIG = "FC_LANG"
_QT_WORDS = "qtbase"  # of its standard dialogs and buttons
_LOCALES = {
    "en": (QLocale.Language.English, QLocale.Country.AnyCountry),
    "zh_CN": (QLocale.Language.Chinese, QLocale.Country.China),
}


def choose_glyphs() -> None:
    """Has Han characters drawn as the language in use writes them, whatever the system speaks.

    Fontconfig reads it when the first font is looked for: to be called before that. Without it,
    an English system takes the Japanese forms.
    """
    if translation.used() != translation.SOURCE:
        os.environ.setdefault(_FONTCONFIG, translation.used().lower().replace("_", "-"))


class WindowLanguage(QObject):
    """Keeps Qt in the language that everything is told in. GUI thread.

    Qt tells every widget of a change by an event, LanguageChange.
    """

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        self._app = app
        if sys.platform != "win32":
            # Qt has it as the system has; a system's reasons are translated here, from English.
            locale_of_c.setlocale(locale_of_c.LC_MESSAGES, "C")
        self._qt_words: QTranslator | None = None
        self.show()

    def show(self) -> None:
        """Goes by the language in use."""
        language = translation.used()
        QLocale.setDefault(locale(language))
        QGuiApplication.setApplicationDisplayName(_("Dictation"))
        if self._qt_words is not None:
            self._app.removeTranslator(self._qt_words)
            self._qt_words = None
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        words = QTranslator(self)
        if language != translation.SOURCE and words.load(f"{_QT_WORDS}_{language}", folder):
            self._qt_words = words
            self._app.installTranslator(words)
        else:
            QGuiApplication.sendEvent(self._app, QEvent(QEvent.Type.LanguageChange))

    @Slot(object, object)
    def on_settings(self, before: Settings, now: Settings) -> None:
        """What the user chooses is seen at once."""
        if before.interface.language != now.interface.language:
            translation.use(now.interface.language, paths.resource("locale"))
            logger.info("windows are in %s", translation.used())
            self.show()


def locale(language: str) -> QLocale:
    """How dates and numbers are written.

    That of the system, with the user's own formats, where it is of this language too.
    """
    spoken, country = _LOCALES[language]
    system = QLocale.system()
    return system if system.language() == spoken else QLocale(spoken, country)
