"""What is written for what is spoken, everywhere."""

from __future__ import annotations

from dataclasses import replace

from dictation.desktop.settings_dialog.lens import Lens
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.phrases import Phrases
from dictation.desktop.settings_dialog.row import Row
from dictation.settings import Settings
from dictation.translation import N_, _

TITLE = N_("Replacements")
_LINES = 12
_PHRASES = Lens(
    "replacements",
    lambda settings: settings.replacements,
    lambda settings, phrases: replace(settings, replacements=phrases),
)


def build(_means: Means) -> Page:
    page = Page(_(TITLE))
    table = Phrases(_LINES)
    table.changed.connect(lambda phrases: page.choose(_PHRASES, phrases))
    page.group(
        Row(
            _("Replacements"),
            _("Names and terms that come out wrong: “deep seek” is written “DeepSeek”."),
            table,
            key=_PHRASES.key,
            words=_("dictionary words corrections"),
        )
    )

    def show(settings: Settings) -> None:
        table.show_phrases(settings.replacements)

    page.shows(show, _PHRASES)
    return page
