"""A text area of Qt that does what it is told on standard input: clear, select, text, deaf."""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QSocketNotifier
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit

application = QApplication([])
editor = QPlainTextEdit()
editor.resize(500, 400)
editor.show()


def obey() -> None:
    line = sys.stdin.readline()
    if not line:
        application.quit()
        return
    command, *arguments = json.loads(line)
    if command == "clear":
        editor.setPlainText("")
        editor.setReadOnly(False)
    elif command == "set":
        editor.setPlainText(arguments[0])
    elif command == "select":
        cursor = editor.textCursor()
        cursor.setPosition(arguments[0])
        cursor.setPosition(arguments[1], QTextCursor.MoveMode.KeepAnchor)
        editor.setTextCursor(cursor)
    elif command == "deaf":
        editor.setReadOnly(True)
    tell(editor.toPlainText())


def tell(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
notifier.activated.connect(obey)
tell("here")
application.exec()
