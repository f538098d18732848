"""The window that tells what works on this machine, and what to do about the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dictation import doctor
from dictation.desktop.enquiry.finding_row import FindingRow
from dictation.desktop.enquiry.looking import Looking
from dictation.desktop.muted import MutedLabel
from dictation.desktop.room import room_at
from dictation.doctor import Finding, Health
from dictation.translation import N_, _, ngettext

_TITLE = N_("Check of this computer")
_LOOKING = N_("Looking…")
_ALL_GOOD = N_("Everything works")
_BOTH = N_("{bad}, {limited}")
_WHAT = N_("What `dictation doctor` tells in a terminal. Nothing of it leaves this computer.")
_AGAIN = N_("Look &again")
_COPY = N_("&Copy all")
_COPIED = N_("Copied")
_CLOSE = N_("C&lose")
_LIST = N_("Findings")
_SIZE_EMS = (36, 34)
_MARGIN_PX = 16
_GAP_PX = 12
_MOST_OF_SCREEN = 0.85


class DoctorWindow(QWidget):
    """Looks when it is made, and again when asked."""

    def __init__(self, examine: Callable[[], list[Finding]] = doctor.examine) -> None:
        super().__init__()
        self.setWindowTitle(_(_TITLE))
        self._findings: Sequence[Finding] = ()
        self._looking = Looking(self, examine)
        self._looking.found.connect(self._show)
        self._head = QLabel(self, wordWrap=True)
        self._what = MutedLabel(_(_WHAT), self, wordWrap=True)
        self._scrolled = QScrollArea(self)
        self._scrolled.setAccessibleName(_(_LIST))
        self._buttons = QDialogButtonBox(self)
        self._buttons.addButton(_(_CLOSE), QDialogButtonBox.ButtonRole.RejectRole)
        self._again = QPushButton(_(_AGAIN), self)
        self._copy = QPushButton(_(_COPY), self)
        for button in (self._again, self._copy):
            self._buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self._lay_out()
        self._again.clicked.connect(self._look)
        self._copy.clicked.connect(self._on_copy)
        self._buttons.rejected.connect(self.close)
        for keys in (QKeySequence.StandardKey.Close, QKeySequence("Escape")):
            QShortcut(QKeySequence(keys), self).activated.connect(self.close)
        self._look()

    def _lay_out(self) -> None:
        font = self._head.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self._head.setFont(font)
        self._scrolled.setWidgetResizable(True)
        self._scrolled.setFrameShape(QFrame.Shape.StyledPanel)
        self._scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        layout.setSpacing(_GAP_PX)
        layout.addWidget(self._head)
        layout.addWidget(self._what)
        layout.addWidget(self._scrolled, 1)
        layout.addWidget(self._buttons)
        em = self.fontMetrics().height()
        room = room_at(self.geometry().center()).size() * _MOST_OF_SCREEN
        width, height = _SIZE_EMS
        self.resize(min(width * em, room.width()), min(height * em, room.height()))

    @Slot()
    def _look(self) -> None:
        self._head.setText(_(_LOOKING))
        self._again.setEnabled(False)
        self._copy.setEnabled(False)
        self._looking.begin()

    @Slot(object)
    def _show(self, findings: Sequence[Finding]) -> None:
        self._findings = findings
        self._head.setText(summary(findings))
        listed = QWidget()
        listed.setBackgroundRole(QPalette.ColorRole.Base)
        layout = QVBoxLayout(listed)
        layout.setSpacing(0)
        for number, finding in enumerate(findings):
            layout.addWidget(FindingRow(finding, listed, with_rule=number > 0))
        layout.addStretch(1)
        self._scrolled.setWidget(listed)
        self._again.setEnabled(True)
        self._copy.setEnabled(True)
        self._copy.setText(_(_COPY))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(doctor.as_text(self._findings))
        self._copy.setText(_(_COPIED))


def summary(findings: Sequence[Finding]) -> str:
    """All of it in one line."""
    bad = sum(finding.health is Health.BAD for finding in findings)
    limited = sum(finding.health is Health.LIMITED for finding in findings)
    told = []
    if bad:
        template = ngettext("{count} thing does not work", "{count} things do not work", bad)
        told.append(template.format(count=bad))
    if limited:
        template = ngettext("{count} thing works in part", "{count} things work in part", limited)
        told.append(template.format(count=limited))
    if len(told) > 1:
        return _(_BOTH).format(bad=told[0], limited=told[1])
    return told[0] if told else _(_ALL_GOOD)
