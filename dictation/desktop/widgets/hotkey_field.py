"""A field for a key: the user presses the one that is meant."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from dictation.desktop.quiet import WrappedLabel
from dictation.desktop.symbols import symbol
from dictation.desktop.widgets import key_press
from dictation.errors import DictationError, KeyNeedsModifier, KeyWithoutName
from dictation.native.key_names import Modifier
from dictation.translation import N_, _

_SPACING_PX = 4
_WIDTH_EMS = 8

_NONE = N_("None")
_PRESS = N_("Press a key…")
_HELD = N_("{keys}+…")
_HOW = N_("Escape keeps the old one. A key that does not show up belongs to another program.")
_CHANGE_HINT = N_("Click, then press the key")
_CLEAR = N_("Remove the key")

Check = Callable[[str], DictationError | None]
"""Why a key of that name cannot be had; None: it can."""


class HotkeyField(QWidget):
    """Shows a key by the name that the settings file has for it; a click or Enter, and the next
    key, chord, lone modifier or side button of the mouse is the new one.

    Signals:
        chosen(str): the name of a key that passed the check; empty: there shall be none.
        capturing(bool): the keyboard is the field's from now on, or no longer. Whoever hears
            hotkeys lets them go meanwhile, for those never reach a window.
    """

    chosen = Signal(str)
    capturing = Signal(bool)

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        check: Check = lambda _name: None,
        may_be_none: bool = False,
    ) -> None:
        """name: what is read out for it. check: asked for each key, right after its press."""
        super().__init__(parent)
        self._key = ""
        self._check = check
        self._may_be_none = may_be_none
        self._button = _KeyButton(self)
        self._button.setAccessibleName(name)
        self._button.setToolTip(_(_CHANGE_HINT))
        self._clear = QToolButton(self, autoRaise=True)
        self._clear.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._clear.setAccessibleName(_(_CLEAR))
        self._clear.setToolTip(_(_CLEAR))
        self.words = WrappedLabel(parent=self)
        self.words.hide()
        self.setFocusProxy(self._button)
        row = QHBoxLayout()
        row.setSpacing(_SPACING_PX)
        row.addWidget(self._button)
        row.addWidget(self._clear)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING_PX)
        layout.addLayout(row)
        layout.addWidget(self.words)
        self._button.began.connect(self._on_began)
        self._button.ended.connect(self._on_ended)
        self._button.held.connect(self._on_held)
        self._button.pressed_key.connect(self._on_pressed)
        self._button.cleared.connect(self._on_cleared)
        self._clear.clicked.connect(self._on_cleared)
        self._draw()
        self.show_key("")

    @property
    def key(self) -> str:
        """The name that is shown; empty: none."""
        return self._key

    def show_key(self, name: str) -> None:
        """What is chosen; what was told of another one is gone."""
        self._key = name
        self._button.setText(name or _(_NONE))
        self._button.setAccessibleDescription(name or _(_NONE))
        self._clear.setVisible(self._may_be_none and bool(name))
        self._tell("")

    def tell(self, trouble: DictationError) -> None:
        """Beside the key: what is wrong with it."""
        self._tell(trouble.whole)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        size_px = self.fontMetrics().height()
        self._clear.setIconSize(QSize(size_px, size_px))
        self._clear.setIcon(symbol("clear", self.palette()))

    def _tell(self, told: str) -> None:
        self.words.setText(told)
        self.words.setVisible(bool(told))

    @Slot()
    def _on_began(self) -> None:
        self._button.setText(_(_PRESS))
        self._tell(_(_HOW))
        self.capturing.emit(True)  # noqa: FBT003 - a Qt signal's

    @Slot()
    def _on_ended(self) -> None:
        self.show_key(self._key)
        self.capturing.emit(False)  # noqa: FBT003 - a Qt signal's

    @Slot(object)
    def _on_held(self, held: tuple[Modifier, ...]) -> None:
        keys = "+".join(each.value for each in held)
        self._button.setText(_(_HELD).format(keys=keys) if keys else _(_PRESS))

    @Slot(str)
    def _on_pressed(self, name: str) -> None:
        self._button.end()
        trouble = _reason_against(name) or (self._check(name) if name != self._key else None)
        if trouble is not None:
            self.tell(trouble)
        elif name != self._key:
            self.show_key(name)
            self.chosen.emit(name)

    @Slot()
    def _on_cleared(self) -> None:
        if self._may_be_none and self._key:
            self._button.setFocus()  # what was pressed for it is gone
            self.show_key("")
            self.chosen.emit("")


def _reason_against(name: str) -> DictationError | None:
    if not name:
        return KeyWithoutName()
    *held, key = name.split("+")
    if set(held) <= {Modifier.SHIFT.value} and key_press.is_for_writing(key):
        return KeyNeedsModifier(key=name)
    return None


class _KeyButton(QPushButton):
    """Hears all keys from when it is pressed until one of them is meant.

    Signals:
        began(), ended(): hearing them.
        held(tuple[Modifier]): these are down.
        pressed_key(str): the name of what was pressed; empty: it has none.
        cleared(): there shall be no key.
    """

    began = Signal()
    ended = Signal()
    held = Signal(object)
    pressed_key = Signal(str)
    cleared = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hears = False
        self._alone = ""
        self.setAutoDefault(False)
        self.setMinimumWidth(self.fontMetrics().height() * _WIDTH_EMS)
        self.clicked.connect(self._begin)

    def end(self) -> None:
        """Hears no more."""
        if self._hears:
            self._hears = False
            self.setDown(False)
            self.releaseKeyboard()
            self.ended.emit()

    @Slot()
    def _begin(self) -> None:
        self._hears = True
        self._alone = ""
        self.setFocus()
        self.grabKeyboard()
        self.setDown(True)
        self.began.emit()

    def event(self, event: QEvent) -> bool:
        if self._hears and isinstance(event, QKeyEvent):
            # Before Tab goes to the next field, Escape closes the window, and Enter clicks.
            self._hear(event)
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.cleared.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        name = key_press.button(event.button())
        if self._hears and name is not None:
            self.pressed_key.emit(name)
        elif self._hears:
            self.end()  # a second click keeps the old one
        else:
            super().mousePressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.end()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.end()
        super().hideEvent(event)

    def _hear(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        which = key_press.modifier(event)
        if event.type() == QEvent.Type.KeyPress:
            self._press(event, which)
        elif event.type() == QEvent.Type.KeyRelease:
            if which is not None and self._alone:
                self.pressed_key.emit(self._alone)
            else:
                self.held.emit(tuple(each for each in key_press.held(event) if each is not which))

    def _press(self, event: QKeyEvent, which: Modifier | None) -> None:
        others = tuple(each for each in key_press.held(event) if each is not which)
        if which is not None:
            self._alone = "" if others else key_press.lone_modifier(event, which)
            self.held.emit(tuple(each for each in Modifier if each in (*others, which)))
        elif event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            name = key_press.key(event)
            held = [each.value for each in others]
            self.pressed_key.emit("+".join([*held, name]) if name else "")
