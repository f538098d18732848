"""The small window that serves where there is no tray: state, start, last text, and the menu."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.excerpt import excerpt
from dictation.desktop.icons import icon
from dictation.desktop.muted import MutedLabel
from dictation.desktop.tray.state import NAME, Status, TrayState
from dictation.desktop.tray.wishes import Wishes
from dictation.translation import N_, _

_START = N_("&Start")
_STOP = N_("&Stop")
_GET_MODEL = N_("&Get the speech model…")
_COPY = N_("&Copy")
_MENU = N_("&Menu")
_NOTHING_YET = N_("What you dictate will stand here.")
_GOES_ON = N_("Dictation goes on when this window is closed. Start it again to see the window.")
_TEXT_CHARACTERS = 160
_TEXT_LINES = 3
_WIDTH_EMS = 22
_MARGIN_PX = 16
_GAP_PX = 12
_SIGN_EMS = 2


class StandIn(QWidget):
    """Shows what the tray would; closing it only hides it."""

    def __init__(self, wishes: Wishes, menu: QMenu) -> None:
        """menu: the tray's own."""
        super().__init__()
        self._status = Status()
        self._text = ""
        # It comes by itself: whoever is typing goes on typing where they are.
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._sign = QLabel(self)
        self._state = QLabel(self, wordWrap=True)
        self._last = QLabel(self, wordWrap=True)
        self._last.setTextFormat(Qt.TextFormat.PlainText)
        self._last.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._last.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._goes_on = MutedLabel(self, wordWrap=True)
        self._get_model = QPushButton(self)
        self._toggle = QPushButton(self)
        self._toggle.setDefault(True)
        self._copy = QPushButton(self)
        self._menu = QToolButton(self)
        self._menu.setMenu(menu)
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._menu.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._get_model.clicked.connect(wishes.first_run_asked)
        self._toggle.clicked.connect(wishes.toggle_asked)
        self._copy.clicked.connect(wishes.copy_last_asked)
        for keys in (QKeySequence.StandardKey.Close, QKeySequence("Escape")):
            QShortcut(QKeySequence(keys), self).activated.connect(self.close)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        font = self._state.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setBold(True)
        self._state.setFont(font)
        em = self.fontMetrics().height()
        self._last.setMinimumHeight(_TEXT_LINES * self.fontMetrics().lineSpacing())
        rule = QFrame(self)
        rule.setFrameShape(QFrame.Shape.HLine)
        rule.setForegroundRole(self.palette().ColorRole.Mid)
        head = QHBoxLayout()
        head.setSpacing(_GAP_PX)
        head.addWidget(self._sign)
        head.addWidget(self._state, 1)
        buttons = QHBoxLayout()
        for button in (self._get_model, self._toggle, self._copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        layout.setSpacing(_GAP_PX)
        layout.addLayout(head)
        layout.addWidget(self._last, 1)
        layout.addLayout(buttons)
        layout.addWidget(rule)
        layout.addWidget(self._goes_on)
        self.setMinimumWidth(_WIDTH_EMS * em)

    def retranslate(self) -> None:
        """Everything in the language that the program speaks now."""
        self.setWindowTitle(_(NAME))
        self._get_model.setText(_(_GET_MODEL))
        self._copy.setText(_(_COPY))
        self._menu.setText(_(_MENU))
        self._goes_on.setText(_(_GOES_ON))
        self.show_status(self._status)
        self.set_last_text(self._text)

    def show_status(self, status: Status) -> None:
        self._status = status
        size_px = _SIGN_EMS * self.fontMetrics().height()
        drawn = icon(status.shown)
        self._sign.setPixmap(drawn.pixmap(QSize(size_px, size_px), self.devicePixelRatioF()))
        self.setWindowIcon(drawn)
        told = status.words[:1].upper() + status.words[1:]
        self._state.setText("\n".join(filter(None, (told, status.files))))
        self._toggle.setText(_(_STOP) if status.state is TrayState.LISTENING else _(_START))
        self._get_model.setVisible(status.state is TrayState.NO_MODEL)

    def set_last_text(self, text: str) -> None:
        """What was dictated last; empty: nothing yet."""
        self._text = text
        short = excerpt(text, _TEXT_CHARACTERS)
        self._last.setText(f"“{short}”" if short else _(_NOTHING_YET))
        self._last.setEnabled(bool(short))
        self._copy.setEnabled(bool(short))
