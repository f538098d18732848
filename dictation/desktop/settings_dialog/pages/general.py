"""The program itself, and files that it transcribes."""

from __future__ import annotations

from dictation.desktop.settings_dialog import lens, options
from dictation.desktop.settings_dialog.means import Login, Means
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.row import Row
from dictation.desktop.settings_dialog.switch import Switch
from dictation.errors import DictationError
from dictation.settings import Form, InterfaceLanguage, Settings
from dictation.translation import LANGUAGES, N_, _

TITLE = N_("General")
_SYSTEM = N_("As the system")
_FORMS = (
    (Form.TXT, N_("Text (txt)")),
    (Form.JSON, N_("Times and probabilities (json)")),
    (Form.SRT, N_("SubRip subtitles (srt)")),
    (Form.VTT, N_("WebVTT subtitles (vtt)")),
    (Form.TSV, N_("Table with times (tsv)")),
)


def build(means: Means) -> Page:
    page = Page(_(TITLE))
    page.group(
        options.choice(
            page,
            lens.of("interface", "language"),
            _("Language"),
            _("Of windows, menus and messages."),
            offered=[
                (InterfaceLanguage.SYSTEM, _(_SYSTEM)),
                *((InterfaceLanguage(code), name) for code, name in LANGUAGES.items()),
            ],
        ),
        _login(page, means.login),
    )
    page.group(
        options.switch(
            page,
            lens.of("files", "beside"),
            _("Save texts beside the files"),
            _("The text of a file that is transcribed goes to the clipboard in any case."),
        ),
        options.choice(
            page,
            lens.of("files", "format"),
            _("Format of saved texts"),
            offered=options.named(_FORMS),
            where=lambda settings: settings.files.beside,
        ),
        title=_("Transcribed files"),
    )
    return page


def _login(page: Page, login: Login) -> Row:
    control = Switch()
    possible = login.possible()
    told = _("Then it is there whenever you want to speak.")
    row = Row(
        _("Start at login"),
        told if possible else _("This desktop has no place for programs that start at login."),
        control,
        words="autostart",
    )
    row.enable(possible)

    def turn(on: bool) -> None:  # noqa: FBT001 - a Qt signal's
        try:
            login.turn(on)
        except DictationError as error:
            row.tell(error.whole)
        else:
            row.tell("")
        control.setChecked(login.is_on())

    def show(_settings: Settings) -> None:
        control.setChecked(login.is_on())

    control.clicked.connect(turn)
    page.shows(show)
    return row
