"""What is listened to, and for how long."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from dictation.desktop import media_pause
from dictation.desktop.settings_dialog import lens, options, units
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.options import Choice
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.row import Row
from dictation.desktop.widgets.level_meter import LevelMeter
from dictation.errors import DictationError
from dictation.settings import Settings
from dictation.translation import N_, _

TITLE = N_("Microphone")
_DEFAULT = N_("System default")
_PAUSED = N_("They go on when the dictation is over.")
_NOT_PAUSED = N_("This system does not tell what is playing, so nothing can be paused.")
_NOT_CONNECTED = N_("{name} (not connected)")


def build(means: Means) -> Page:
    page = Page(_(TITLE))
    page.group(_device(page, means), _level(page, means))
    page.group(
        options.switch(
            page,
            lens.of("microphone", "keep_open"),
            _("Keep it open"),
            _("The 300 ms before the hotkey are heard too; they are in memory alone."),
        ),
        options.number(
            page,
            lens.of("microphone", "keep_warm_s"),
            _("Stay open after a dictation"),
            _("For Bluetooth headsets, which wake up slowly."),
            unit=units.seconds,
            zero=_("Off"),
            step=5,
            where=lambda settings: not settings.microphone.keep_open,
        ),
    )
    page.group(
        options.number(
            page,
            lens.of("microphone", "longest_take_minutes"),
            _("Longest dictation"),
            _("It ends there and is transcribed; nothing is lost."),
            unit=units.minutes,
        ),
        options.number(
            page,
            lens.of("microphone", "silence_stop_s"),
            _("Stop after silence"),
            _("Ends a dictation that no held key keeps going."),
            unit=units.seconds,
            zero=_("Never"),
        ),
        options.switch(
            page,
            lens.of("microphone", "pause_media"),
            _("Pause music and films"),
            _(_PAUSED if media_pause.possible() else _NOT_PAUSED),
            where=lambda _settings: media_pause.possible(),
        ),
    )
    return page


def _device(page: Page, means: Means) -> Row:
    device = lens.of("microphone", "device")
    control = Choice()
    row = Row(_("Microphone"), "", control, key=device.key)
    control.activated.connect(lambda _at: page.choose(device, control.chosen))

    def show(settings: Settings) -> None:
        chosen = settings.microphone.device
        try:
            names = means.microphones() if page.isVisible() else []
        except DictationError:  # the meter below says what is wrong
            names = []
        control.clear()
        control.offer("", _(_DEFAULT))
        for name in dict.fromkeys(names):
            control.offer(name, name)
        if chosen and chosen not in names:
            control.offer(chosen, _(_NOT_CONNECTED).format(name=chosen))
        control.mark(chosen)

    page.shows(show, device)
    return row


def _level(page: Page, means: Means) -> Row:
    meter = LevelMeter(taking=means.taking, listen=means.listen)
    meter.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    page.shows(lambda settings: meter.listen_to(settings.microphone.device))
    return Row(_("Level"), "", meter)
