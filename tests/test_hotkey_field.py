"""The field for a key, as somebody uses it with keys and mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
)

from dictation.desktop.widgets import key_press
from dictation.desktop.widgets.hotkey_field import HotkeyField
from dictation.errors import DictationError, HotkeyTaken

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


class Desk:
    """A dialog with the field in it, and another field behind it."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.dialog = QDialog()
        self.field = HotkeyField("Hotkey", self.dialog, check=self._check, may_be_none=True)
        self.next = QLineEdit(self.dialog)
        layout = QVBoxLayout(self.dialog)
        layout.addWidget(self.field)
        layout.addWidget(self.next)
        self.chosen: list[str] = []
        self.capturing: list[bool] = []
        self.field.chosen.connect(self.chosen.append)
        self.field.capturing.connect(self.capturing.append)
        self.field.show_key("F9")
        self.dialog.show()
        QTest.qWaitForWindowActive(self.dialog)

    def _check(self, name: str) -> DictationError | None:
        return HotkeyTaken(key=name) if name in self.taken else None

    @property
    def button(self) -> QPushButton:
        (button,) = self.field.findChildren(QPushButton)
        return button

    def says(self, text: str) -> bool:
        return any(
            text in label.text() for label in self.field.findChildren(QLabel) if label.isVisible()
        )

    def click(self) -> None:
        QTest.mouseClick(self.button, Qt.MouseButton.LeftButton)

    def press(
        self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyPress(self.button, key, held)

    def release(
        self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyRelease(self.button, key, held)


@pytest.fixture
def desk(qt: QApplication) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.dialog.close()
    desk.dialog.deleteLater()


def test_a_click_and_a_key_choose_it(desk: Desk) -> None:
    desk.click()
    assert desk.button.text() == "Press a key…"

    desk.press(Qt.Key.Key_F8)

    assert desk.chosen == ["F8"]
    assert desk.button.text() == "F8"
    assert desk.capturing == [True, False]


def test_a_chord_is_shown_while_it_is_pressed(desk: Desk) -> None:
    desk.click()
    desk.press(Qt.Key.Key_Control, CTRL)
    assert desk.button.text() == "Ctrl+…"
    desk.press(Qt.Key.Key_Alt, CTRL | ALT)
    assert desk.button.text() == "Ctrl+Alt+…"

    desk.press(Qt.Key.Key_D, CTRL | ALT)

    assert desk.chosen == ["Ctrl+Alt+D"]


def test_a_modifier_alone_is_chosen_when_it_is_let_go(desk: Desk) -> None:
    desk.click()
    desk.press(Qt.Key.Key_Control, CTRL)
    assert not desk.chosen

    desk.release(Qt.Key.Key_Control)

    assert desk.chosen == ["Ctrl"]


def test_two_modifiers_that_are_let_go_are_no_key(desk: Desk) -> None:
    desk.click()
    desk.press(Qt.Key.Key_Control, CTRL)
    desk.press(Qt.Key.Key_Shift, CTRL | SHIFT)
    desk.release(Qt.Key.Key_Shift, CTRL)
    desk.release(Qt.Key.Key_Control)

    assert desk.button.text() == "Press a key…"
    assert not desk.chosen


@pytest.mark.parametrize(
    ("platform", "numbers", "name"),
    [
        ("xcb", (105, 0xFFE4), "Right Ctrl"),
        ("wayland", (37, 0xFFE3), "Left Ctrl"),
        ("windows", (0x11D, 0x11), "Right Ctrl"),
        ("windows", (0x1D, 0x11), "Left Ctrl"),
        ("cocoa", (0, 0x36), "Right Super"),
        ("offscreen", (0, 0), "Ctrl"),
    ],
)
def test_the_side_of_a_modifier_is_known_from_the_platforms_numbers(
    qt: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    numbers: tuple[int, int],
    name: str,
) -> None:
    monkeypatch.setattr(key_press.QGuiApplication, "platformName", lambda: platform)
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Control, CTRL, *numbers, 0)
    which = key_press.modifier(event)

    assert which is not None
    assert key_press.lone_modifier(event, which) == name


def test_a_side_button_of_the_mouse_is_chosen(desk: Desk) -> None:
    desk.click()
    QTest.mouseClick(desk.button, Qt.MouseButton.BackButton)

    assert desk.chosen == ["Mouse4"]


def test_escape_keeps_the_old_key_and_the_window(desk: Desk) -> None:
    desk.click()
    desk.press(Qt.Key.Key_Escape)

    assert desk.button.text() == "F9"
    assert not desk.chosen
    assert desk.dialog.isVisible()
    assert desk.capturing == [True, False]


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_D])
def test_a_key_that_is_for_writing_needs_a_modifier(desk: Desk, key: Qt.Key) -> None:
    desk.click()
    desk.press(key)

    assert desk.says("alone could not be used for writing any more. Hold Ctrl, Alt or Super")
    assert desk.button.text() == "F9"
    assert not desk.chosen

    desk.click()
    desk.press(key, CTRL)
    assert len(desk.chosen) == 1


def test_a_key_that_another_program_has_is_told_and_the_old_one_stays(desk: Desk) -> None:
    desk.taken = {"F8"}
    desk.click()
    desk.press(Qt.Key.Key_F8)

    assert desk.says("Another program has taken the key F8.")
    assert desk.button.text() == "F9"
    assert not desk.chosen


def test_it_can_be_used_and_cleared_with_the_keyboard_alone(desk: Desk) -> None:
    desk.field.setFocus()
    QTest.keyClick(desk.button, Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Pause)
    assert desk.chosen == ["Pause"]

    QTest.keyClick(desk.button, Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_F9)
    QTest.keyClick(desk.button, Qt.Key.Key_Delete)

    assert desk.chosen == ["Pause", "F9", ""]
    assert desk.button.text() == "None"


def test_the_button_beside_it_clears_it(desk: Desk) -> None:
    (clear,) = desk.field.findChildren(QToolButton)
    QTest.mouseClick(clear, Qt.MouseButton.LeftButton)

    assert desk.chosen == [""]
    assert not clear.isVisible()


def test_the_keyboard_is_given_back_when_the_focus_goes(desk: Desk) -> None:
    desk.click()
    desk.next.setFocus()

    assert desk.capturing == [True, False]
    QTest.keyClicks(desk.next, "hi")
    assert desk.next.text() == "hi"


def test_the_keyboard_is_given_back_when_the_window_is_closed(desk: Desk) -> None:
    desk.click()
    desk.dialog.close()

    assert desk.capturing == [True, False]


def test_every_key_that_can_be_captured_is_one_that_the_settings_understand(
    qt: QApplication,
) -> None:
    from dictation.native.key_names import parsed
    from dictation.native.x11_keyboard import keysym

    for key in [*key_press._NAMES, Qt.Key.Key_F1, Qt.Key.Key_A, Qt.Key.Key_7, Qt.Key.Key_Slash]:
        event = QKeyEvent(QEvent.Type.KeyPress, key, CTRL)
        name = key_press.key(event)
        assert name
        assert keysym(parsed(f"Ctrl+{name}").key)
