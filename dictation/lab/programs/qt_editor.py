"""A note editor whose text is always in a file.

python -m dictation.lab.programs.qt_editor FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QPlainTextEdit

_MARGIN_PX = 28
_PAPER, _INK, _LINE = "#fffdf7", "#2b2b2b", "#4a78b5"


class Notes(QPlainTextEdit):
    """The window: a sheet of paper, and nothing else."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self.setWindowTitle("Notes")
        self.setWindowIcon(_icon())
        self.setFont(QFont("Noto Sans", 18))
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.document().setDocumentMargin(_MARGIN_PX)
        colours = self.palette()
        colours.setColor(QPalette.ColorRole.Base, _PAPER)
        colours.setColor(QPalette.ColorRole.Text, _INK)
        self.setPalette(colours)
        self.resize(780, 420)
        place = self.screen().availableGeometry()
        self.move(place.center() - self.rect().center())
        self.textChanged.connect(self._save)
        self._save()

    @Slot()
    def _save(self) -> None:
        """Replaces the file as a whole: whoever reads it sees all of a text or none."""
        written = self._file.with_name(self._file.name + ".new")
        written.write_text(self.toPlainText(), encoding="utf-8")
        written.replace(self._file)


def _icon() -> QIcon:
    """A sheet with three lines on it."""
    sheet = QPixmap(32, 32)
    sheet.fill(_PAPER)
    with QPainter(sheet) as painter:
        painter.drawRect(0, 0, 31, 31)
        for y in (9, 15, 21):
            painter.fillRect(7, y, 18, 2, QColor(_LINE))
    return QIcon(sheet)


def main(arguments: list[str]) -> int:
    app = QApplication(arguments)
    app.setApplicationName("notes")
    notes = Notes(Path(arguments[1]))
    notes.show()
    notes.setFocus()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
