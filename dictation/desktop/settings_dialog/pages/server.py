"""A computer of one's own that recognises for this one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from dictation.client.address import server_at
from dictation.desktop.server_dialog import Entry
from dictation.desktop.settings_dialog import lens, options
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.row import Row
from dictation.errors import DictationError, TokenWrong
from dictation.settings import Settings
from dictation.translation import N_, _

TITLE = N_("Server")
_EXAMPLE = "http://192.168.1.20:2002"
_WHERE = N_("A computer of your own on which “dictation serve” runs. What you say goes there.")
_OVERHEARD = N_(
    "Speech and token go there unencrypted. In a network that is not your own, use https."
)
_TOKEN_FILE = N_("Kept in {file}.")
_TOKEN = N_("The word in the server's token file. It is kept in a file for your eyes alone.")
_AS_BEFORE = N_("as before")
_CERTIFICATES = N_("Certificates (*.pem *.crt *.cer);;All files (*)")


def build(means: Means) -> Page:
    page = Page(_(TITLE))

    def has_server(settings: Settings) -> bool:
        return bool(settings.recognition.server)

    page.group(
        options.switch(
            page,
            lens.of("recognition", "use_server"),
            _("Recognise on the server"),
            _("While it is away, speech is recognised on this computer."),
            where=has_server,
        ),
        _address(page, means),
        _token(page, means),
        _certificate(page, means),
    )
    return page


def _address(page: Page, means: Means) -> Row:
    address = lens.of("recognition", "server")
    control = _field(_EXAMPLE)
    row = Row(_("Address"), _(_WHERE), control, key=address.key)

    def entered() -> None:
        chosen, written = means.choices.settings.recognition, control.text().strip()
        if written == chosen.server:
            row.tell("")
        elif not written:
            row.tell("")
            page.choose(address, "")
        else:
            try:
                full = server_at(written).address
            except DictationError as error:
                row.tell(error.whole)
            else:
                row.tell("")
                means.enter_server(Entry(full, "", chosen.server_ca_file))

    def show(settings: Settings) -> None:
        if not row.trouble:
            control.setText(settings.recognition.server)
        server = settings.recognition.server
        try:
            overheard = bool(server) and server_at(server).is_overheard
        except DictationError as error:
            row.tell(error.whole)
            overheard = False
        row.say(_(_OVERHEARD) if overheard else _(_WHERE))

    control.editingFinished.connect(entered)
    page.shows(show, address)
    return row


def _token(page: Page, means: Means) -> Row:
    file = lens.of("recognition", "server_token_file")
    control = _field("")
    control.setEchoMode(QLineEdit.EchoMode.Password)
    row = Row(_("Token"), _(_TOKEN), control, key=file.key)

    def entered() -> None:
        token = control.text().strip()
        chosen = means.choices.settings.recognition
        if not token:
            row.tell("")
            return
        try:
            server_at(chosen.server, token)
        except TokenWrong as error:
            row.tell(error.whole)
            return
        row.tell("")
        control.clear()
        means.enter_server(Entry(chosen.server, token, chosen.server_ca_file))

    def show(settings: Settings) -> None:
        chosen = settings.recognition
        row.enable(bool(chosen.server))
        control.setPlaceholderText(_(_AS_BEFORE) if chosen.server else "")
        kept = _(_TOKEN_FILE).format(file=chosen.server_token_file)
        row.say(kept if chosen.server_token_file else _(_TOKEN))

    control.editingFinished.connect(entered)
    page.shows(show, file)
    return row


def _certificate(page: Page, means: Means) -> Row:
    ca_file = lens.of("recognition", "server_ca_file")
    field = _field("")
    browse = QPushButton(_("Choose…"))
    browse.setAutoDefault(False)
    both = QWidget()
    both.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    both.setFocusProxy(field)
    layout = QHBoxLayout(both)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(field, 1)
    layout.addWidget(browse, 0, Qt.AlignmentFlag.AlignVCenter)
    row = Row(
        _("Certificate"),
        _("Only for https with a certificate of one's own."),
        both,
        key=ca_file.key,
    )
    field.setAccessibleName(row.name)

    def choose() -> None:
        title, filters = _("Certificate"), _(_CERTIFICATES)
        file, _kind = QFileDialog.getOpenFileName(page, title, field.text(), filters)
        if file:
            page.choose(ca_file, file)

    def show(settings: Settings) -> None:
        field.setText(settings.recognition.server_ca_file)
        server = settings.recognition.server
        row.enable(bool(server))

    field.editingFinished.connect(lambda: page.choose(ca_file, field.text().strip()))
    browse.clicked.connect(choose)
    page.shows(show, ca_file)
    return row


def _field(example: str) -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(example)
    field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return field
