"""The window in which a server is entered."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dictation.client.address import Server, server_at
from dictation.errors import DictationError
from dictation.translation import N_, _

_TITLE = N_("Recognise on a server")
_WHAT = N_("A machine of your own on which “dictation serve” runs. What you say goes there.")
_ADDRESS = N_("Address")
_ADDRESS_EXAMPLE = "http://192.168.1.20:2002"
_TOKEN = N_("Token")
_TOKEN_KEPT = N_("as before, while the address stays the same")
_TOKEN_WHERE = N_("the word in the server's token file")
_CERTIFICATE = N_("Certificate")
_CERTIFICATE_USUAL = N_("only for https with a certificate of one's own")
_BROWSE = N_("Choose…")
_FILES = N_("Certificates (*.pem *.crt *.cer);;All files (*)")
_CANCEL = N_("Cancel")
_USE = N_("Use this server")
_OVERHEARD = N_(
    "Speech and token go there unencrypted. In a network that is not your own, use https."
)
_WIDTH = 480


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the fields."""

    address: str
    token: str
    """Empty: none, or the one from before."""
    ca_file: str


class ServerDialog(QDialog):
    """Checks what is entered as far as that can be without asking the server.

    Signals:
        entered(Entry): to be used from now on; its address is as a person would write it in full.
    """

    entered = Signal(object)

    def __init__(self, before: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_(_TITLE))
        self.setMinimumWidth(_WIDTH)
        self._address = QLineEdit(before.address)
        self._address.setPlaceholderText(_ADDRESS_EXAMPLE)
        self._token = QLineEdit(before.token)
        self._token.setEchoMode(QLineEdit.EchoMode.Password)
        self._token.setPlaceholderText(_(_TOKEN_KEPT) if before.address else _(_TOKEN_WHERE))
        self._ca_file = QLineEdit(before.ca_file)
        self._ca_file.setPlaceholderText(_(_CERTIFICATE_USUAL))
        self._ca_file.setAccessibleName(_(_CERTIFICATE))  # its row is two widgets: no label's
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._buttons = QDialogButtonBox()
        self._use = self._buttons.addButton(_(_USE), QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.addButton(_(_CANCEL), QDialogButtonBox.ButtonRole.RejectRole)
        self._lay_out()
        self._address.textChanged.connect(self._on_changed)
        self._token.textChanged.connect(self._on_changed)
        self._buttons.accepted.connect(self._on_accepted)
        self._buttons.rejected.connect(self.reject)
        self._on_changed()

    def _lay_out(self) -> None:
        what = QLabel(_(_WHAT))
        what.setWordWrap(True)
        browse = QPushButton(_(_BROWSE))
        browse.clicked.connect(self._on_browse)
        certificate = QHBoxLayout()
        certificate.addWidget(self._ca_file)
        certificate.addWidget(browse)
        fields = QFormLayout()
        fields.addRow(_(_ADDRESS), self._address)
        fields.addRow(_(_TOKEN), self._token)
        fields.addRow(_(_CERTIFICATE), certificate)
        layout = QVBoxLayout(self)
        layout.addWidget(what)
        layout.addLayout(fields)
        layout.addWidget(self._hint)
        layout.addWidget(self._buttons)

    @Slot()
    def _on_changed(self) -> None:
        try:
            server = self._server()
        except DictationError as error:
            self._use.setEnabled(False)
            self._hint.setText(error.whole if self._address.text().strip() else "")
        else:
            self._use.setEnabled(True)
            self._hint.setText(_(_OVERHEARD) if server.is_overheard else "")

    @Slot()
    def _on_browse(self) -> None:
        file, _kind = QFileDialog.getOpenFileName(
            self, _(_CERTIFICATE), self._ca_file.text(), _(_FILES)
        )
        if file:
            self._ca_file.setText(file)

    @Slot()
    def _on_accepted(self) -> None:
        server = self._server()
        self.entered.emit(Entry(server.address, server.token, self._ca_file.text().strip()))
        self.accept()

    def _server(self) -> Server:
        """Raises ServerAddressWrong or TokenWrong."""
        return server_at(self._address.text(), self._token.text().strip())
