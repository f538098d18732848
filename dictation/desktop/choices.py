"""What the user chooses in the tray's menu: kept, shown, and saved."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from dictation import paths, settings
from dictation.apps import Manner, manner, rule_for
from dictation.audio.devices import input_names
from dictation.desktop.tray import Tray
from dictation.errors import DictationError
from dictation.recognition.options import Options, Profile, chosen_options
from dictation.settings import (
    AppRule,
    HistorySettings,
    RecognitionSettings,
    Settings,
    SpokenLanguage,
)
from dictation.text.replacing import Replacements

logger = logging.getLogger(__name__)


class Choices(QObject):
    """Holds the settings of the running program.

    Signals:
        changed(Settings, Settings): what they were, and what they are now. Whoever a setting
            concerns compares its own part, and goes by it at once.
    """

    changed = Signal(object, object)

    def __init__(
        self,
        chosen: Settings,
        tray: Tray,
        rules: dict[str, AppRule],
        app: Callable[[], str],
    ) -> None:
        """rules: of single programs, changed here. app: the program that the user is in."""
        super().__init__()
        self._settings = chosen
        self._tray = tray
        self._rules = rules
        self._app = app
        self._saver = QThreadPool()
        self._saver.setMaxThreadCount(1)  # what was chosen last is written last
        tray.language_chosen.connect(self._on_language)
        tray.microphone_chosen.connect(self._on_microphone)
        tray.copy_only_chosen.connect(self._on_copy_only)
        tray.beside_chosen.connect(self._on_beside)
        tray.rule_chosen.connect(self._on_rule)
        tray.menu_opening.connect(self._on_menu)

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self._settings

    def options(self, profile: Profile, app: str = "") -> Options:
        """How a take that begins now, in that program, is recognised."""
        recognition = self._settings.recognition
        language = self.manner(app).language
        if language is not SpokenLanguage.AUTO:
            recognition = replace(recognition, language=language)
        return chosen_options(recognition, profile)

    def replacements(self, app: str) -> Replacements:
        """What is written for what is spoken in that program."""
        return Replacements(rule_for(app, self._rules).replacements, self._settings.replacements)

    def manner(self, app: str) -> Manner:
        """How text is put into that program."""
        return manner(app, self._rules)

    def show(self) -> None:
        """Sets the tray's menu to the settings."""
        self._tray.set_hotkey(self._settings.hotkey.key)
        self._tray.set_language(self._settings.recognition.language.value)
        self._tray.set_copy_only(self._settings.insertion.copy_only)
        self._tray.set_beside(self._settings.files.beside)

    def choose(self, chosen: Settings) -> None:
        """From now on these; they are saved, and shown in the menu."""
        self._choose(chosen)
        self.show()

    def choose_recognition(self, recognition: RecognitionSettings) -> None:
        """How and where speech becomes text from now on."""
        self._choose(replace(self._settings, recognition=recognition))

    def next_language(self) -> SpokenLanguage:
        """Goes on from "auto" through the enabled ones, and round."""
        chosen = self._settings.recognition
        enabled = [SpokenLanguage(language.value) for language in chosen.languages]
        order = [SpokenLanguage.AUTO, *enabled]
        at = order.index(chosen.language) if chosen.language in order else -1
        following = order[(at + 1) % len(order)]
        self._on_language(following.value)
        self._tray.set_language(following.value)
        return following

    def keep_history(self, kept: HistorySettings) -> None:
        """How much of the past is kept, and for how long."""
        self._choose(replace(self._settings, history=kept))

    def end(self) -> None:
        """Waits until all is saved."""
        self._saver.waitForDone()

    @Slot(str)
    def _on_language(self, language: str) -> None:
        recognition = replace(self._settings.recognition, language=SpokenLanguage(language))
        self._choose(replace(self._settings, recognition=recognition))

    @Slot(str)
    def _on_microphone(self, device: str) -> None:
        microphone = replace(self._settings.microphone, device=device)
        self._choose(replace(self._settings, microphone=microphone))

    @Slot(bool)
    def _on_copy_only(self, on: bool) -> None:  # noqa: FBT001 - a Qt signal's
        insertion = replace(self._settings.insertion, copy_only=on)
        self._choose(replace(self._settings, insertion=insertion))

    @Slot(bool)
    def _on_beside(self, on: bool) -> None:  # noqa: FBT001 - a Qt signal's
        files = replace(self._settings.files, beside=on)
        self._choose(replace(self._settings, files=files))

    @Slot(str, object)
    def _on_rule(self, app: str, rule: AppRule) -> None:
        self._rules[app] = rule
        self._choose(replace(self._settings, apps=dict(self._rules)))

    @Slot()
    def _on_menu(self) -> None:
        app = self._app()
        self._tray.set_app(app, rule_for(app, self._rules))
        try:
            names = input_names()
        except DictationError:
            names = []
        self._tray.set_microphones(names, self._settings.microphone.device)

    def _choose(self, chosen: Settings) -> None:
        before, self._settings = self._settings, chosen
        if chosen != before:
            self._saver.start(partial(_save, chosen))
            self.changed.emit(before, chosen)


def _save(chosen: Settings) -> None:
    try:
        settings.save(paths.settings_file(), chosen)
    except (OSError, DictationError):
        logger.exception("settings not saved")
