"""One thing that the doctor looked at: a sign, its name, how it is, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from dictation.desktop.muted import MutedLabel
from dictation.desktop.symbols import pixmap
from dictation.doctor import Finding, Health
from dictation.translation import N_, _

_SIGNS = {Health.GOOD: "good", Health.LIMITED: "warning", Health.BAD: "bad"}
_NAMES = {Health.GOOD: N_("Works"), Health.LIMITED: N_("In part"), Health.BAD: N_("Does not work")}
_ON_LIGHT = {Health.GOOD: "#1a7f37", Health.LIMITED: "#9a6700", Health.BAD: "#cf222e"}
_ON_DARK = {Health.GOOD: "#4ac26b", Health.LIMITED: "#e3b341", Health.BAD: "#ff7b72"}
_SIGN_EMS = 1.3
_GAP_PX = 12
_PADDING_PX = 10
_MIDDLE = 128


class FindingRow(QFrame):
    """Its texts can be selected, with the keyboard too."""

    def __init__(self, finding: Finding, parent: QWidget, *, with_rule: bool) -> None:
        super().__init__(parent)
        self._health = finding.health
        self._sign = QLabel(self)
        self._sign.setAccessibleName(_(_NAMES[finding.health]))
        self._sign.setToolTip(_(_NAMES[finding.health]))
        called = _(finding.name)
        name = QLabel(called[:1].upper() + called[1:], self)
        font = name.font()
        font.setBold(True)
        name.setFont(font)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, _PADDING_PX, 0, _PADDING_PX)
        layout.setHorizontalSpacing(_GAP_PX)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(1, 1)
        top = 1 if with_rule else 0
        if with_rule:
            rule = QFrame(self)
            rule.setFrameShape(QFrame.Shape.HLine)
            rule.setForegroundRole(QPalette.ColorRole.Mid)
            layout.addWidget(rule, 0, 0, 1, 2)
            layout.setContentsMargins(0, 0, 0, _PADDING_PX)
        layout.addWidget(self._sign, top, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(name, top, 1)
        for number, text in enumerate(filter(None, (finding.told, finding.remedy)), 1):
            kind = MutedLabel if number == 1 and finding.remedy else QLabel
            label = kind(text, self, wordWrap=True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            label.setAccessibleName(f"{name.text()}: {text}")
            layout.addWidget(label, top + number, 1)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        is_dark = self.palette().base().color().lightness() < _MIDDLE
        colour = QColor((_ON_DARK if is_dark else _ON_LIGHT)[self._health])
        size_px = round(self.fontMetrics().height() * _SIGN_EMS)
        self._sign.setPixmap(
            pixmap(_SIGNS[self._health], size_px, colour, self.devicePixelRatioF())
        )
