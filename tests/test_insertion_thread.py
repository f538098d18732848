"""Every text that is to be inserted gets its verdict, whatever the platform does."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from dictation.desktop.insertion_thread import InsertionThread, Way
from dictation.errors import InsertionFault
from dictation.native.contracts import Target
from dictation.speech import Outcome, Verdict

PATIENCE_S = 10
DELIVERED = Verdict(Outcome.DELIVERED, "paste")


class Typist:
    def insert(self, text: str, target: Target | None) -> Verdict:
        if text == "odd":
            raise ValueError(text)
        return DELIVERED

    def copy(self, text: str) -> Verdict:
        return DELIVERED

    def close(self) -> None: ...


def test_a_platform_that_fails_costs_one_verdict_and_not_the_thread(qt: QApplication) -> None:
    tries: list[int] = []

    def find_typist() -> Typist:
        tries.append(1)
        if len(tries) < 3:  # at the thread's start, and for the first text
            raise ConnectionError
        return Typist()

    thread = InsertionThread(find_typist)
    told: list[tuple[int, Verdict]] = []
    thread.inserted.connect(
        lambda take, verdict: told.append((take, verdict)), Qt.ConnectionType.DirectConnection
    )
    thread.start()
    for take, text in enumerate(["no typist", "odd", "fine"]):
        thread.insert(take, text, None, Way.INSERT)
    until_s = time.monotonic() + PATIENCE_S
    while len(told) < 3 and time.monotonic() < until_s:
        time.sleep(0.01)
    thread.end()

    assert [take for take, _ in told] == [0, 1, 2]
    outcomes = [verdict.outcome for _, verdict in told]
    assert outcomes == [Outcome.FAILED, Outcome.FAILED, Outcome.DELIVERED]
    assert all(isinstance(verdict.reason, InsertionFault) for _, verdict in told[:2])
