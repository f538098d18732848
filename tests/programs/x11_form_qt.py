"""A form of Qt with a name and a password; standard input says which of them gets the focus."""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

application = QApplication([])
window = QWidget()
layout = QVBoxLayout(window)
fields = {"name": QLineEdit(), "password": QLineEdit()}
fields["password"].setEchoMode(QLineEdit.EchoMode.Password)
for field in fields.values():
    layout.addWidget(field)
window.show()


def obey() -> None:
    line = sys.stdin.readline()
    if not line:
        application.quit()
        return
    command, *_ = json.loads(line)
    if command in fields:
        fields[command].setFocus()
    tell({name: field.text() for name, field in fields.items()})


def tell(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
notifier.activated.connect(obey)
tell(int(window.winId()))
application.exec()
