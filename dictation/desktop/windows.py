"""The program's windows: the settings, the first steps, and the model that both show."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from dictation.audio.devices import input_names
from dictation.audio.level import Meter
from dictation.audio.listening import Listening
from dictation.audio.sounds import Player, Sound
from dictation.desktop.applying import InUse
from dictation.desktop.conductor import Conductor
from dictation.desktop.first_run import FirstRun
from dictation.desktop.key_check import why_not
from dictation.desktop.key_choice import KeyChoice
from dictation.desktop.model_panel import ModelPanel
from dictation.desktop.models.desk import ModelDesk
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.settings_desk import SettingsDesk, open_settings_file
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.tray import Tray
from dictation.errors import DictationError
from dictation.native import login


class Windows(QObject):
    """Each is made when it is first wanted. GUI thread."""

    def __init__(
        self,
        conductor: Conductor,
        tray: Tray,
        recogniser: RecogniserThread,
        *,
        in_use: InUse,
        player: Player,
        taking: Meter,
        key_choice: KeyChoice,
    ) -> None:
        """taking: how loud the take is that is being spoken."""
        super().__init__()
        self._models = ModelDesk(recogniser, conductor.choices, in_use.model)
        means = _means(conductor, taking, player, self._models, key_choice)
        self._settings = SettingsDesk(means)
        self._first_run = FirstRun(means, self._models, conductor.keys, recogniser)
        self._others = (tray, conductor.past)
        for lasting in (self._models, self._settings, self._first_run):
            lasting.setParent(self)
        tray.settings_asked.connect(self._settings.open)
        tray.first_run_asked.connect(self._first_run.open)
        conductor.began.connect(self._first_run.on_began)
        conductor.is_told = self._first_run.tells

    def begin(self, *, shows_first_run: bool) -> None:
        """Takes up a download that was cut off."""
        if shows_first_run:
            self._first_run.open_soon()
        self._models.begin()

    def retranslate(self) -> None:
        """Another language is spoken: what is open, and the tray, say the same in it."""
        for shown in (*self._others, self._settings, self._first_run):
            shown.retranslate()

    def end(self) -> None:
        """Closes them; a download goes on at the next start."""
        self._settings.end()
        self._first_run.end()
        self._models.end()


def _means(
    conductor: Conductor, taking: Meter, player: Player, models: ModelDesk, key_choice: KeyChoice
) -> Means:
    choices = conductor.choices

    def open_file() -> None:
        try:
            open_settings_file(choices.settings)
        except DictationError as error:
            conductor.tell(error)

    return Means(
        choices=choices,
        login=login,
        microphones=input_names,
        listen=Listening,
        taking=taking,
        why_not_key=lambda name: why_not(name, evdev=choices.settings.hotkey.evdev),
        lend_keys=conductor.keys.lend,
        enter_server=conductor.server.enter,
        play=partial(player.play, Sound.START),
        open_file=open_file,
        model_panel=partial(ModelPanel, models),
        keys_are_wishes=lambda: key_choice.are_wishes,
    )
