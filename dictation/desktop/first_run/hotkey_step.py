"""Which key starts a dictation, how it is used, and whether it is heard."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt, SignalInstance, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from dictation.desktop.first_run.step import Step
from dictation.desktop.keys import DICTATE
from dictation.desktop.quiet import WrappedLabel
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.pages.hotkey import why_not
from dictation.desktop.widgets.hotkey_field import HotkeyField
from dictation.errors import DictationError
from dictation.gesture import Wish
from dictation.settings import HotkeyMode, Settings
from dictation.translation import N_, _

_TITLE = N_("Hotkey")
_CHANGE = N_("Click the key to choose another one.")
_FIELD = N_("Dictate")
_MODE = N_("What it does")
_MODES = (
    (HotkeyMode.HOLD, N_("Hold it and speak")),
    (HotkeyMode.TOGGLE, N_("Press to start, press to stop")),
    (HotkeyMode.TAP_OR_HOLD, N_("Tap, or hold and speak")),
)
_TRY = N_("Press {key} now: this lamp shows whether it is heard.")
_DOWN = N_("{key} is heard. Listening…")
_HEARD = N_("{key} is heard.")
_OUTLINE_ALPHA = 0.6
_LEAST_CHARACTERS = 12


class Hearing(Protocol):
    """The program's keys; ``Keys`` is one."""

    wished: SignalInstance
    """wished(Wish): what a press or a release asks for."""
    troubles: dict[str, DictationError]


class HotkeyStep(Step):
    """Done once the key has started a dictation."""

    def __init__(
        self, number: int, means: Means, keys: Hearing, parent: QWidget | None = None
    ) -> None:
        super().__init__(number, _(_TITLE), _(_CHANGE), parent)
        self._means = means
        self._keys = keys
        self._field = HotkeyField(_(_FIELD), self, check=partial(why_not, means, "key"))
        self._mode = QComboBox(self)
        self._mode.setAccessibleName(_(_MODE))
        self._mode.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._mode.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._mode.setMinimumContentsLength(_LEAST_CHARACTERS)
        for mode, label in _MODES:
            self._mode.addItem(_(label), mode)
        self._lamp = _Lamp(self)
        self._told = WrappedLabel(parent=self)
        choosing, seen = QWidget(self), QWidget(self)
        row = QGridLayout(choosing)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._field, 0, 0)
        row.addWidget(self._mode, 0, 1, Qt.AlignmentFlag.AlignTop)
        row.setColumnStretch(0, 1)
        row.setColumnStretch(1, 1)
        line = QHBoxLayout(seen)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._lamp)
        line.addWidget(self._told, 1)
        self.put(choosing, seen)
        self._field.chosen.connect(self._on_key)
        self._field.capturing.connect(means.lend_keys)
        self._mode.activated.connect(self._on_mode)
        keys.wished.connect(self._on_wished)
        means.choices.changed.connect(self._on_settings)
        self._show(means.choices.settings)

    def showEvent(self, event: QShowEvent) -> None:
        self._show(self._means.choices.settings)
        super().showEvent(event)

    @Slot(object, object)
    def _on_settings(self, before: Settings, now: Settings) -> None:
        if before.hotkey != now.hotkey:
            self._show(now)

    def _show(self, settings: Settings) -> None:
        key, mode = settings.hotkey.key, settings.hotkey.mode
        if self._field.key != key:
            self._field.show_key(key)
        self._mode.setCurrentIndex(self._mode.findData(mode))
        self._lamp.light(is_lit=False)
        trouble = self._keys.troubles.get(DICTATE)
        if trouble is None:
            self._say(_HEARD if self.is_done else _TRY)
        else:
            self._told.setText(f"⚠ {trouble.whole}")
        self._lamp.setVisible(trouble is None)

    @Slot(str)
    def _on_key(self, key: str) -> None:
        settings = self._means.choices.settings
        self._means.choices.choose(replace(settings, hotkey=replace(settings.hotkey, key=key)))

    @Slot()
    def _on_mode(self) -> None:
        settings = self._means.choices.settings
        hotkey = replace(settings.hotkey, mode=HotkeyMode(self._mode.currentData()))
        self._means.choices.choose(replace(settings, hotkey=hotkey))

    @Slot(object)
    def _on_wished(self, wish: Wish) -> None:
        self.mark_done()
        is_down = wish is Wish.START
        self._say(_DOWN if is_down else _HEARD)
        self._lamp.light(is_lit=is_down)

    def _say(self, template: str) -> None:
        self._told.setText(_(template).format(key=self._means.choices.settings.hotkey.key))


class _Lamp(QWidget):
    """On while the key is down."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_lit = False

    def light(self, *, is_lit: bool) -> None:
        if is_lit is not self._is_lit:
            self._is_lit = is_lit
            self.update()

    def sizeHint(self) -> QSize:
        size_px = self.fontMetrics().ascent()
        return QSize(size_px, size_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size_px = self.sizeHint().width() - 2
        lamp = QRectF(1, (self.height() - size_px) / 2, size_px, size_px)
        outline = QColor(self.palette().color(QPalette.ColorRole.WindowText))
        outline.setAlphaF(_OUTLINE_ALPHA)
        lit = self.palette().color(QPalette.ColorRole.Highlight)
        painter.setPen(lit if self._is_lit else outline)
        if self._is_lit:
            painter.setBrush(lit)
        painter.drawEllipse(lamp)
        painter.end()
