"""What is spoken, and how it is written."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from dictation.desktop.history_window.flow_layout import FlowLayout
from dictation.desktop.notices import LANGUAGE_NAMES
from dictation.desktop.settings_dialog import lens, options
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.row import Row
from dictation.settings import FinalPunctuation, Settings, SpokenLanguage
from dictation.speech import LANGUAGES, TextStyle
from dictation.translation import N_, _

TITLE = N_("Language & text")
_STYLES = (
    (TextStyle.WRITTEN, N_("Punctuation and digits")),
    (TextStyle.SPOKEN, N_("Bare words, as spoken")),
)
_ENDS = (
    (FinalPunctuation.KEEP, N_("Keep it")),
    (FinalPunctuation.REMOVE_STOP, N_("Remove a full stop")),
    (FinalPunctuation.REMOVE, N_("Remove it")),
)
_GAP_PX = 8
_ONE_NEEDED = N_("One of them is needed.")


def build(_means: Means) -> Page:
    page = Page(_(TITLE))
    page.group(
        options.choice(
            page,
            lens.of("recognition", "language"),
            _("Spoken language"),
            _("A fixed one is more certain than one that is found."),
            offered=options.named(list(LANGUAGE_NAMES.items())),
        ),
        _languages(page),
    )
    page.group(
        options.choice(
            page,
            lens.of("recognition", "style"),
            _("Text style"),
            _("“It is 9:30.” or “it is half past nine”."),
            offered=options.named(_STYLES),
        ),
        options.choice(
            page,
            lens.of("insertion", "final_punctuation"),
            _("Punctuation at the end"),
            _("For chats and search fields, where a full stop is too much."),
            offered=options.named(_ENDS),
            where=lambda settings: settings.recognition.style is TextStyle.WRITTEN,
        ),
    )
    return page


def _languages(page: Page) -> Row:
    """Those among which the model looks for what is spoken."""
    chosen = lens.of("recognition", "languages")
    boxes = {
        language: QCheckBox(_(LANGUAGE_NAMES[SpokenLanguage(language.value)]))
        for language in LANGUAGES
    }
    several = QWidget()
    several.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    flow = FlowLayout(several, _GAP_PX)
    for box in boxes.values():
        flow.addWidget(box)
    several.setFocusProxy(next(iter(boxes.values())))
    row = Row(
        _("Languages that you speak"),
        _("Automatic looks among these alone."),
        several,
        key=chosen.key,
    )

    def put() -> None:
        ticked = tuple(language for language, box in boxes.items() if box.isChecked())
        row.tell("" if ticked else _(_ONE_NEEDED))
        if ticked:
            page.choose(chosen, ticked)

    def show(settings: Settings) -> None:
        for language, box in boxes.items():
            box.setChecked(language in settings.recognition.languages)
        row.tell("")
        row.enable(settings.recognition.language is SpokenLanguage.AUTO)

    for box in boxes.values():
        box.clicked.connect(put)
    page.shows(show, chosen)
    return row
