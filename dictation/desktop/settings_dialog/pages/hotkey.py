"""The keys that start, stop and take back."""

from __future__ import annotations

import sys
from functools import partial

from PySide6.QtWidgets import QSizePolicy

from dictation.desktop.settings_dialog import lens, options
from dictation.desktop.settings_dialog.lens import Lens
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.row import Row
from dictation.desktop.widgets.hotkey_field import HotkeyField
from dictation.errors import DictationError, KeyUsed, NoSuchKey
from dictation.native.key_names import parsed
from dictation.settings import HotkeyMode, Settings
from dictation.translation import N_, _

TITLE = N_("Hotkey")
_DICTATE = N_("Dictate")
_MODES = (
    (HotkeyMode.HOLD, N_("Hold it and speak")),
    (HotkeyMode.TOGGLE, N_("Press to start, press to stop")),
    (HotkeyMode.TAP_OR_HOLD, N_("Tap, or hold and speak")),
)
_HOW = {
    HotkeyMode.HOLD: N_("The text comes when you let the key go."),
    HotkeyMode.TOGGLE: N_("The text comes when you press the key again."),
    HotkeyMode.TAP_OR_HOLD: N_("A short tap starts until the next one; a long press is a hold."),
}
_WISHES = N_(
    "The desktop decides on keys here: it takes these as wishes, and lets you change them in its "
    "own settings."
)
_ORDERS = (
    ("undo", N_("Undo"), N_("Takes the last text away again.")),
    ("repeat", N_("Insert again"), N_("Inserts the last text once more.")),
    (
        "cancel",
        N_("Cancel"),
        N_("Forgets what is being dictated; Escape does so too, while dictating."),
    ),
    ("language", N_("Next language"), N_("Goes on to the next spoken language.")),
)


def build(means: Means) -> Page:
    page = Page(_(TITLE))
    mode_of = lens.of("hotkey", "mode")
    mode = options.choice(page, mode_of, _("What it does"), " ", offered=options.named(_MODES))
    page.shows(lambda settings: mode.say(_(_HOW[settings.hotkey.mode])))
    page.group(
        _key(
            page,
            means,
            "key",
            _(_DICTATE),
            _("Click it, then press a key, a chord, or a side button of the mouse."),
        ),
        mode,
        hint=_(_WISHES) if means.keys_are_wishes() else "",
    )
    page.group(
        *(_key(page, means, order, _(name), _(told)) for order, name, told in _ORDERS),
        title=_("More keys"),
    )
    if sys.platform == "linux":
        page.group(
            options.switch(
                page,
                lens.of("hotkey", "evdev"),
                _("Read the keyboards directly"),
                _(
                    "For desktops that tell programs of no hotkey. Keys then reach the focused "
                    "program as well, and you have to be in the group “input”."
                ),
            ),
        )
    return page


def _key(page: Page, means: Means, order: str, name: str, told: str) -> Row:
    key: Lens = lens.of("hotkey", order)
    field = HotkeyField(name, check=partial(why_not, means, order), may_be_none=order != "key")
    field.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    row = Row(name, told, field, key=key.key, below=field.words)
    field.chosen.connect(lambda chosen: page.choose(key, chosen))
    field.capturing.connect(means.lend_keys)

    def show(settings: Settings) -> None:
        if field.key != key.get(settings):
            field.show_key(key.get(settings))

    page.shows(show, key)
    return row


def why_not(means: Means, order: str, name: str) -> DictationError | None:
    """Whether another of our keys is this one, or another program has it."""
    chosen = means.choices.settings.hotkey
    names = {"key": _DICTATE, **{each: told for each, told, _more in _ORDERS}}
    for other, purpose in names.items():
        if other != order and _is_same(getattr(chosen, other), name):
            return KeyUsed(key=name, purpose=_(purpose))
    return means.why_not_key(name)


def _is_same(one: str, other: str) -> bool:
    """Whether two names, however they are written, are of one key."""
    try:
        return bool(one) and parsed(one) == parsed(other)
    except NoSuchKey:
        return False
