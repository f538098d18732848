"""A box to dictate into, with the real key and the real insertion."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from dictation.desktop.first_run.step import Step
from dictation.desktop.models.desk import ModelDesk
from dictation.desktop.models.standing import Readiness
from dictation.desktop.settings_dialog.means import Means
from dictation.errors import joined
from dictation.settings import HotkeyMode, Settings
from dictation.translation import N_, _

_TITLE = N_("Try it")
_HOW = {
    HotkeyMode.HOLD: N_("Hold {key}, say a sentence, and let go."),
    HotkeyMode.TOGGLE: N_("Press {key}, say a sentence, and press it again."),
    HotkeyMode.TAP_OR_HOLD: N_("Hold {key}, say a sentence, and let go."),
}
_WITHOUT_MODEL = N_("What you say already is kept, and appears here once the model has arrived.")
_WORKS = N_("That is all. It works like this in every program.")
_BOX = N_("Your words appear here")
_LINES = 3


class TrialStep(Step):
    """Done once there is a word in the box.

    Signals:
        done(): it is.
    """

    done = Signal()

    def __init__(
        self, number: int, means: Means, models: ModelDesk, parent: QWidget | None = None
    ) -> None:
        super().__init__(number, _(_TITLE), " ", parent)
        self._means = means
        self._models = models
        self.box = _Box(self)
        self.box.setPlaceholderText(_(_BOX))
        self.box.setAccessibleName(_(_BOX))
        self.box.setTabChangesFocus(True)
        self.put(self.box)
        self.box.textChanged.connect(self._show)
        means.choices.changed.connect(self._on_settings)
        models.changed.connect(self._show)
        self._show()

    def add(self, text: str) -> None:
        """What was said into the box when nobody could understand it yet."""
        cursor = self.box.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self.box.setTextCursor(cursor)
        self.box.insertPlainText(f"{text.strip()}\n")

    @Slot(object, object)
    def _on_settings(self, before: Settings, now: Settings) -> None:
        if before.hotkey != now.hotkey:
            self._show()

    @Slot()
    def _show(self) -> None:
        if self.box.toPlainText().strip() and not self.is_done:
            self.mark_done()
            self.done.emit()
        hotkey = self._means.choices.settings.hotkey
        how = _(_HOW[hotkey.mode]).format(key=hotkey.key)
        if self.is_done:
            self.say(_(_WORKS))
        elif self._models.standing.readiness is Readiness.READY:
            self.say(how)
        else:
            self.say(joined(how, _(_WITHOUT_MODEL)))


class _Box(QPlainTextEdit):
    """As high as a sentence or two need; more where there is room."""

    def sizeHint(self) -> QSize:
        margins_px = 2 * (self.frameWidth() + round(self.document().documentMargin()))
        height_px = self.fontMetrics().lineSpacing() * _LINES + margins_px
        return QSize(super().sizeHint().width(), height_px)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())
