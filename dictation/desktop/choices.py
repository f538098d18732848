"""What the user chooses, wherever that is done: kept, shown, and saved."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from dictation import paths, settings
from dictation.apps import Manner, manner, rule_for
from dictation.audio.devices import input_names
from dictation.desktop.tray import Tray
from dictation.errors import DictationError, SettingsUnwritable
from dictation.recognition.options import Options, Profile, chosen_options
from dictation.settings import (
    AppRule,
    HistorySettings,
    RecognitionSettings,
    Settings,
    SpokenLanguage,
)
from dictation.text.ending import ended
from dictation.text.replacing import Replacements

logger = logging.getLogger(__name__)


class Choices(QObject):
    """Holds the settings of the running program.

    Signals:
        changed(Settings, Settings): what they were, and what they are now. Whoever a setting
            concerns compares its own part, and goes by it at once.
        mistaken(DictationError): the settings file cannot be read or written; what was chosen
            holds until the program ends. None: it can again.
    """

    changed = Signal(object, object)
    mistaken = Signal(object)
    # From the thread that saves: what was to be saved, and why it is not, or None.
    _saved = Signal(object, object)

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
        self._in_file = chosen
        self._tray = tray
        self._rules = rules
        self._app = app
        self._saver = QThreadPool()
        self._saver.setMaxThreadCount(1)  # what was chosen last is written last
        self._unsaved = 0
        self._saved.connect(self._on_saved)
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

    @property
    def are_saved(self) -> bool:
        """Whether the file is as they are; else it is being written."""
        return self._unsaved == 0

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

    def written(self, heard: str, replacements: Replacements | None = None) -> str:
        """What is written for a whole text; replacements: of its program, else those for all."""
        replaced = (replacements or self.replacements("")).applied(heard)
        return ended(replaced, self._settings.insertion.final_punctuation)

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
        if chosen != self._settings:
            self._unsaved += 1
            self._saver.start(partial(self._save, chosen))
            self._use(chosen)

    def adopt(self, written: Settings) -> None:
        """The file holds these: from now on they count, unless it held them before as well, and
        what was chosen since could not be saved."""
        if written != self._in_file:
            self._in_file = written
            self._use(written)

    def choose_recognition(self, recognition: RecognitionSettings) -> None:
        """How and where speech becomes text from now on."""
        self.choose(replace(self._settings, recognition=recognition))

    def next_language(self) -> SpokenLanguage:
        """Goes on from "auto" through the enabled ones, and round."""
        chosen = self._settings.recognition
        enabled = [SpokenLanguage(language.value) for language in chosen.languages]
        order = [SpokenLanguage.AUTO, *enabled]
        at = order.index(chosen.language) if chosen.language in order else -1
        following = order[(at + 1) % len(order)]
        self._on_language(following.value)
        return following

    def keep_history(self, kept: HistorySettings) -> None:
        """How much of the past is kept, and for how long."""
        self.choose(replace(self._settings, history=kept))

    def end(self) -> None:
        """Waits until all is saved."""
        self._saver.waitForDone()

    @Slot(str)
    def _on_language(self, language: str) -> None:
        recognition = replace(self._settings.recognition, language=SpokenLanguage(language))
        self.choose(replace(self._settings, recognition=recognition))

    @Slot(str)
    def _on_microphone(self, device: str) -> None:
        microphone = replace(self._settings.microphone, device=device)
        self.choose(replace(self._settings, microphone=microphone))

    @Slot(bool)
    def _on_copy_only(self, on: bool) -> None:  # noqa: FBT001 - a Qt signal's
        insertion = replace(self._settings.insertion, copy_only=on)
        self.choose(replace(self._settings, insertion=insertion))

    @Slot(bool)
    def _on_beside(self, on: bool) -> None:  # noqa: FBT001 - a Qt signal's
        files = replace(self._settings.files, beside=on)
        self.choose(replace(self._settings, files=files))

    @Slot(str, object)
    def _on_rule(self, app: str, rule: AppRule) -> None:
        self.choose(replace(self._settings, apps={**self._settings.apps, app: rule}))

    @Slot()
    def _on_menu(self) -> None:
        app = self._app()
        self._tray.set_app(app, rule_for(app, self._rules))
        try:
            names = input_names()
        except DictationError:
            names = []
        self._tray.set_microphones(names, self._settings.microphone.device)

    def _use(self, chosen: Settings) -> None:
        before, self._settings = self._settings, chosen
        if chosen != before:
            _make_equal(self._rules, chosen.apps)
            self.show()
            self.changed.emit(before, chosen)

    def _save(self, chosen: Settings) -> None:
        """On a thread of the pool."""
        trouble: DictationError | None = None
        try:
            settings.save(paths.settings_file(), chosen)
        except DictationError as error:
            trouble = error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            trouble = SettingsUnwritable(file=paths.settings_file(), reason=reason)
        except Exception as error:  # the thread's boundary: it is told, and the next is tried
            logger.exception("settings not saved")
            reason = type(error).__name__
            trouble = SettingsUnwritable(file=paths.settings_file(), reason=reason)
        self._saved.emit(chosen, trouble)

    @Slot(object, object)
    def _on_saved(self, chosen: Settings, trouble: DictationError | None) -> None:
        self._unsaved -= 1
        if trouble is None:
            self._in_file = chosen
        else:
            logger.error("settings not saved: %s", type(trouble).__name__)
        self.mistaken.emit(trouble)


def _make_equal(rules: dict[str, AppRule], chosen: Mapping[str, AppRule]) -> None:
    """In place, for the insertion thread looks at them too: at no moment is one missing."""
    rules.update(chosen)
    for app in rules.keys() - chosen.keys():
        del rules[app]
