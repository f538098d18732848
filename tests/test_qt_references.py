"""Qt's Python binding gives back the references that it takes.

PySide 6.12.0 does not, before Python 3.12: every call took a reference of None, every emit one of
True, and the program died of it after some ten thousand of them.
"""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

CALLS = 500


class Emitter(QObject):
    told = Signal(int)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal there")
def test_calls_and_emits_cost_no_reference(qt: QApplication) -> None:
    emitter = Emitter()
    before = sys.getrefcount(None), sys.getrefcount(True)  # noqa: FBT003

    for _ in range(CALLS):
        emitter.told.emit(1)
        emitter.setObjectName("name")

    after = sys.getrefcount(None), sys.getrefcount(True)  # noqa: FBT003
    assert before[0] - after[0] < CALLS // 2
    assert before[1] - after[1] < CALLS // 2
