"""The window about the program: its version, where its things lie, and the licences."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

import dictation
from dictation import paths
from dictation.desktop.enquiry import credits
from dictation.desktop.icons import APPLICATION, icon
from dictation.desktop.muted import MutedLabel
from dictation.desktop.room import room_at
from dictation.translation import N_, _

_TITLE = N_("About Dictation")
_NAME = N_("Dictation")
_VERSION = N_("Version {version}")
_WHAT = N_("Hold a key, speak, let go: the text is where you write. All of it on this computer.")
_PLACES = N_("Where your things lie")
_SETTINGS = N_("Settings")
_RECORDINGS = N_("Texts, recordings")
_LOGS = N_("Logs")
_OPEN = N_("Open folder")
_OPEN_ONE = N_("Open folder: {name}")
_LICENCES = N_("What it is made of")
_OURS = N_("Dictation itself is free software under the MIT licence.")
_CLOSE = N_("C&lose")
_LINKS = {
    "SenseVoice": "https://github.com/FunAudioLLM/SenseVoice",
    "FunASR": "https://github.com/modelscope/FunASR",
    N_("Licence of the model"): "https://github.com/modelscope/FunASR/blob/main/MODEL_LICENSE",
}
_SIGN_EMS = 4
_WIDTH_EMS = 38
_MOST_OF_SCREEN = 0.85
_LIST_ROWS = 7
_MARGIN_PX = 16
_GAP_PX = 12


class AboutWindow(QWidget):
    """All of it is known when it is made."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(_(_TITLE))
        told = QWidget()
        inside = QVBoxLayout(told)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(_GAP_PX)
        inside.addLayout(self._head())
        inside.addWidget(_headline(_(_PLACES), self))
        inside.addLayout(self._places())
        inside.addWidget(_headline(_(_LICENCES), self))
        inside.addWidget(QLabel(_(_OURS), self, wordWrap=True))
        inside.addWidget(self._credits(), 1)
        inside.addWidget(self._links())
        scrolled = QScrollArea(self)  # where text is large and the screen is small
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setWidgetResizable(True)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolled.setWidget(told)
        buttons = QDialogButtonBox(self)
        buttons.addButton(_(_CLOSE), QDialogButtonBox.ButtonRole.RejectRole).setFocus()
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        layout.setSpacing(_GAP_PX)
        layout.addWidget(scrolled, 1)
        layout.addWidget(buttons)
        for keys in (QKeySequence.StandardKey.Close, QKeySequence("Escape")):
            QShortcut(QKeySequence(keys), self).activated.connect(self.close)
        width = max(_WIDTH_EMS * self.fontMetrics().height(), told.sizeHint().width())
        around = 2 * _MARGIN_PX
        height = told.sizeHint().height() + buttons.sizeHint().height() + _GAP_PX + around
        room = room_at(self.geometry().center()).size() * _MOST_OF_SCREEN
        self.resize(QSize(width + around, height).boundedTo(room))

    def _head(self) -> QHBoxLayout:
        size_px = _SIGN_EMS * self.fontMetrics().height()
        sign = QLabel(self)
        size = QSize(size_px, size_px)
        sign.setPixmap(icon(APPLICATION).pixmap(size, self.devicePixelRatioF()))
        name = QLabel(_(_NAME), self)
        font = name.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        name.setFont(font)
        version = MutedLabel(_(_VERSION).format(version=dictation.__version__), self)
        version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (name, version, QLabel(_(_WHAT), self, wordWrap=True)):
            words.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(_MARGIN_PX)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        return head

    def _places(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for row, (name, folder) in enumerate(
            (
                (_(_SETTINGS), paths.settings_file().parent),
                (_(_RECORDINGS), paths.state_folder()),
                (_(_LOGS), paths.log_folder()),
            )
        ):
            place = QLineEdit(str(folder), self, readOnly=True)
            place.setAccessibleName(name)
            place.setCursorPosition(0)
            opens = QPushButton(_(_OPEN), self)
            opens.setAccessibleName(_(_OPEN_ONE).format(name=name))
            opens.clicked.connect(partial(_open, folder))
            for column, widget in enumerate((QLabel(name, self), place, opens)):
                grid.addWidget(widget, row, column)
        return grid

    def _credits(self) -> QTableWidget:
        credited = credits.all_of_them()
        table = QTableWidget(len(credited), 3, self)
        table.setAccessibleName(_(_LICENCES))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setFrameShape(QFrame.Shape.StyledPanel)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.horizontalHeader().hide()
        table.verticalHeader().hide()
        for row, credit in enumerate(credited):
            for column, text in enumerate((credit.name, credit.version, credit.licence)):
                table.setItem(row, column, QTableWidgetItem(text))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        line = self.fontMetrics().height() * 3 // 2
        table.verticalHeader().setMinimumSectionSize(line)
        table.verticalHeader().setDefaultSectionSize(line)
        table.setMinimumHeight(_LIST_ROWS * line)
        return table

    def _links(self) -> QLabel:
        told = "  ·  ".join(f'<a href="{to}">{_(name)}</a>' for name, to in _LINKS.items())
        links = QLabel(told, self, wordWrap=True)
        links.setOpenExternalLinks(True)
        links.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        links.setAccessibleName(", ".join(_(name) for name in _LINKS))
        return links


def _headline(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _open(folder: Path, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a Qt signal's
    """In the file manager; a folder in which nothing lies yet is made."""
    paths.private_folder(folder)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
