"""The window of the first steps: one page, and each of its steps may be left out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.first_run.hotkey_step import Hearing, HotkeyStep
from dictation.desktop.first_run.microphone_step import MicrophoneStep
from dictation.desktop.first_run.model_step import ModelStep
from dictation.desktop.first_run.trial_step import TrialStep
from dictation.desktop.icons import APPLICATION, icon
from dictation.desktop.models.desk import ModelDesk
from dictation.desktop.quiet import QuietLabel, WrappedLabel
from dictation.desktop.room import room_at
from dictation.desktop.settings_dialog.means import Means
from dictation.gesture import Wish
from dictation.translation import N_, _

_TITLE = N_("Set up Dictation")
_WELCOME = N_("Welcome to Dictation")
_WHAT = N_("Hold a key, speak, let go: your words appear where the cursor is.")
_AGAIN = N_("Leave out what you like: “Set up…” in the tray brings you back here.")
_DONE = N_("Done")
_WIDTH_EMS = 31
_MARGIN_PX, _STEP_GAP_PX, _FOOT_PX = 22, 20, 12
_ICON_EMS = 2.6
_WELCOME_SIZE = 1.45


class FirstRunWindow(QWidget):
    """Closed at any time, by its button, Escape or the window manager."""

    def __init__(self, means: Means, models: ModelDesk, keys: Hearing) -> None:
        super().__init__()
        self.setWindowTitle(_(_TITLE))
        self._trial = TrialStep(4, means, models)
        page = _Page()
        steps = QVBoxLayout(page)
        steps.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        steps.setSpacing(_STEP_GAP_PX)
        steps.addWidget(self._heading())
        microphone, hotkey = MicrophoneStep(1, means), HotkeyStep(2, means, keys)
        for step in (microphone, hotkey, ModelStep(3, models), self._trial):
            steps.addWidget(step)
        steps.setStretchFactor(self._trial, 1)
        scrolled = QScrollArea(self, widgetResizable=True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolled.setWidget(page)
        self._page = page
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scrolled, 1)
        self._foot = self._made_foot()
        layout.addWidget(self._foot)
        page.changed.connect(self._on_page)
        keys.wished.connect(self._on_wished)
        self._trial.done.connect(microphone.mark_done)
        self._trial.done.connect(hotkey.mark_done)
        self._trial.box.setFocus()

    def add_text(self, text: str) -> None:
        """Of a take that was spoken into this window before there was a model."""
        self._trial.add(text)

    def sizeHint(self) -> QSize:
        return self._size(self.fontMetrics().height() * _WIDTH_EMS)

    def _size(self, width_px: int) -> QSize:
        page = self._page.layout()
        height_px = page.heightForWidth(width_px) if page is not None else 0
        wished = QSize(width_px, height_px + self._foot.heightForWidth(width_px))
        room = room_at(self.geometry().center())
        return wished.boundedTo(room.size() * 0.92)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _heading(self) -> QWidget:
        sign = QLabel(self)
        size_px = round(self.fontMetrics().height() * _ICON_EMS)
        sign.setPixmap(icon(APPLICATION).pixmap(QSize(size_px, size_px), self.devicePixelRatioF()))
        welcome = WrappedLabel(_(_WELCOME), self)
        font = welcome.font()
        font.setPointSizeF(font.pointSizeF() * _WELCOME_SIZE)
        welcome.setFont(font)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(welcome)
        words.addWidget(QuietLabel(_(_WHAT), self))
        widget = QWidget(self)
        heading = QHBoxLayout(widget)
        heading.setContentsMargins(0, 0, 0, 0)
        heading.setSpacing(14)
        heading.addWidget(sign)
        heading.addLayout(words, 1)
        return widget

    def _made_foot(self) -> QWidget:
        done = QPushButton(_(_DONE), self)
        done.clicked.connect(self.close)
        buttons = QDialogButtonBox(self)
        buttons.addButton(done, QDialogButtonBox.ButtonRole.AcceptRole)
        widget = QWidget(self)
        foot = QHBoxLayout(widget)
        foot.setContentsMargins(_MARGIN_PX, _FOOT_PX, _MARGIN_PX, _FOOT_PX)
        foot.setSpacing(_MARGIN_PX)
        foot.addWidget(QuietLabel(_(_AGAIN), self), 1)
        foot.addWidget(buttons)
        return widget

    @Slot()
    def _on_page(self) -> None:
        """There is more to be told, such as what went wrong: nothing gets out of sight for it."""
        wished_px = self._size(self.width()).height()
        if self.isVisible() and wished_px > self.height():
            self.resize(self.width(), wished_px)
            frame, room = self.frameGeometry(), room_at(self.geometry().center())
            frame_px = frame.height() - self.height() + wished_px
            below_px = frame.top() + frame_px - room.bottom()
            if below_px > 0:
                self.move(frame.left(), max(room.top(), frame.top() - below_px))

    @Slot(object)
    def _on_wished(self, wish: Wish) -> None:
        """Who dictates before this window means its box."""
        if wish is Wish.START and self.isActiveWindow():
            self._trial.box.setFocus()


class _Page(QWidget):
    """What scrolls where the screen is small.

    Signals:
        changed(): it may need another height.
    """

    changed = Signal()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.changed.emit()
        return handled
