"""The audit of windows finds what it looks for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from . import window_audit


@pytest.fixture
def window(qt: QApplication) -> Iterator[QWidget]:
    window = QWidget()
    form = QFormLayout(window)
    form.addRow("Name", QLineEdit(clearButtonEnabled=True))
    form.addRow(QRadioButton("One"))
    form.addRow(QRadioButton("Two"))
    form.addRow(QPushButton("Save"))
    yield window
    window.close()


def shown(window: QWidget) -> QWidget:
    window.show()
    assert QTest.qWaitForWindowExposed(window)
    return window


def test_a_window_that_can_be_used_without_eyes_and_mouse_passes(window: QWidget) -> None:
    window_audit.check(shown(window))


def test_a_field_without_a_name_is_found(window: QWidget) -> None:
    window.layout().addWidget(QLineEdit())
    with pytest.raises(AssertionError, match=r"without an accessible name.*QLineEdit"):
        window_audit.check(shown(window))


def test_a_button_that_tab_passes_over_is_found(window: QWidget) -> None:
    button = QPushButton("Never", focusPolicy=Qt.FocusPolicy.ClickFocus)
    window.layout().addWidget(button)
    with pytest.raises(AssertionError, match=r"not reached by Tab.*Never"):
        window_audit.check(shown(window))
