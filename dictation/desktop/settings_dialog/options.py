"""Rows for settings of the usual kinds: each shows its value, and puts the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QSpinBox

from dictation.desktop.settings_dialog.lens import Lens
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.row import Row
from dictation.desktop.settings_dialog.switch import Switch
from dictation.errors import DictationError
from dictation.settings import Settings
from dictation.translation import _

Where = Callable[[Settings], bool]
"""Whether an option means anything."""
Unit = Callable[[int], str]
"""What stands behind a number of that size."""
_NARROW_EMS, _LEAST_COMBO_EMS, _MOST_COMBO_EMS = 5, 9, 19


def switch(page: Page, lens: Lens, name: str, told: str = "", where: Where | None = None) -> Row:
    control = Switch()
    row = Row(name, told, control, key=lens.key)
    control.clicked.connect(lambda on: page.choose(lens, on))

    def show(settings: Settings) -> None:
        control.setChecked(lens.get(settings))
        row.enable(where is None or where(settings))

    page.shows(show, lens)
    return row


def choice(
    page: Page,
    lens: Lens,
    name: str,
    told: str = "",
    *,
    offered: Sequence[tuple[Any, str]],
    where: Where | None = None,
) -> Row:
    """offered: values and what they are called."""
    control = Choice()
    for value, label in offered:
        control.offer(value, label)
    row = Row(name, told, control, key=lens.key, words=" ".join(label for _value, label in offered))
    control.activated.connect(lambda _at: page.choose(lens, control.chosen))

    def show(settings: Settings) -> None:
        control.mark(lens.get(settings))
        row.enable(where is None or where(settings))

    page.shows(show, lens)
    return row


def number(
    page: Page,
    lens: Lens,
    name: str,
    told: str = "",
    *,
    unit: Unit,
    zero: str = "",
    step: int = 1,
    where: Where | None = None,
) -> Row:
    """zero: what it is called when it is 0."""
    control = Number(unit)
    control.setRange(lens.least, lens.most)
    control.setSingleStep(step)
    control.setSpecialValueText(zero if lens.least == 0 else "")
    row = Row(name, told, control, key=lens.key)
    control.valueChanged.connect(lambda value: page.choose(lens, value))

    def show(settings: Settings) -> None:
        with QSignalBlocker(control):
            control.show_value(lens.get(settings))
        row.enable(where is None or where(settings))

    page.shows(show, lens)
    return row


def amount(
    page: Page,
    lens: Lens,
    name: str,
    told: str = "",
    *,
    presets: Sequence[int],
    named: Callable[[int], str],
    agrees: Callable[[int, int, Callable[[], None]], None],
    where: Where | None = None,
) -> Row:
    """A number of which only some make a difference; another one in the file is offered as well.

    agrees: called with the value before and the one that is wished, and with what is to be called
    if the user wants all that follows from it.
    """
    control = Choice()
    row = Row(name, told, control, key=lens.key)
    shown = 0

    def show(settings: Settings) -> None:
        nonlocal shown
        shown = lens.get(settings)
        control.clear()
        for value in sorted({*presets, shown}, key=lambda value: (value == 0, value)):
            control.offer(value, named(value))
        control.mark(shown)
        row.enable(where is None or where(settings))

    def choose() -> None:
        wished = control.chosen
        control.mark(shown)
        if wished != shown:
            agrees(shown, wished, lambda: page.choose(lens, wished))

    control.activated.connect(lambda _at: choose())
    page.shows(show, lens)
    return row


def text(
    page: Page,
    lens: Lens,
    name: str,
    told: str = "",
    *,
    example: str = "",
    check: Callable[[str], str] | None = None,
    where: Where | None = None,
) -> Row:
    """check: what is to be kept of what is entered. Raises a DictationError, which is told."""
    control = QLineEdit()
    control.setPlaceholderText(example)
    control.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    control.setMinimumWidth(control.fontMetrics().height() * _LEAST_COMBO_EMS)
    row = Row(name, told, control, key=lens.key)

    def entered() -> None:
        written = control.text().strip()
        try:
            kept = check(written) if check is not None else written
        except DictationError as error:
            row.tell(error.whole)
        else:
            row.tell("")
            page.choose(lens, kept)

    shown: tuple[str, str] | None = None

    def show(settings: Settings) -> None:
        nonlocal shown
        value = lens.get(settings)
        if shown != (lens.owner(), value):  # else what is being written, or mended, stays
            shown = lens.owner(), value
            control.setText(value)
            row.tell("")
        row.enable(where is None or where(settings))

    control.editingFinished.connect(entered)
    page.shows(show, lens)
    return row


class Choice(QComboBox):
    """One of several. Its value is not changed by a wheel that is meant for the page.

    Attributes:
        most_ems: how wide it may become.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.most_ems = _MOST_COMBO_EMS
        self._values: list[Any] = []  # as they are: Qt would make plain texts of enums

    @property
    def chosen(self) -> Any:
        return self._values[self.currentIndex()]

    def offer(self, value: Any, label: str) -> None:
        """One more."""
        self._values.append(value)
        self.addItem(label)

    def clear(self) -> None:
        self._values.clear()
        super().clear()

    def sizeHint(self) -> QSize:
        """As wide as what is offered, between bounds."""
        em, hint = self.fontMetrics().height(), super().sizeHint()
        width = max(em * _LEAST_COMBO_EMS, min(hint.width(), em * self.most_ems))
        return QSize(width, hint.height())

    def minimumSizeHint(self) -> QSize:
        least = self.fontMetrics().height() * _NARROW_EMS
        return QSize(least, super().minimumSizeHint().height())

    def mark(self, value: Any) -> None:
        """As chosen; one that is not offered is named as it is in the file."""
        if value not in self._values:
            self.offer(value, str(value))
        self.setCurrentIndex(self._values.index(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Number(QSpinBox):
    """With its unit, which may have another form for one than for several."""

    def __init__(self, unit: Unit) -> None:
        super().__init__()
        self._unit = unit
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(self.fontMetrics().height() * _LEAST_COMBO_EMS)
        self.valueChanged.connect(self._name_unit)
        self._name_unit(self.value())

    def show_value(self, value: int) -> None:
        self.setValue(value)
        self._name_unit(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _name_unit(self, value: int) -> None:
        with QSignalBlocker(self):
            self.setSuffix(f" {self._unit(value)}")


def named(offered: Sequence[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """Translated now."""
    return [(value, _(label)) for value, label in offered]
