"""The window with past dictations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

import numpy as np
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTableView

from dictation.audio.files import AudioFile
from dictation.desktop.history_window import HistoryWindow, pane, row
from dictation.desktop.history_window.player import Player
from dictation.history import History
from dictation.paths import resource
from dictation.settings import HistorySettings
from dictation.speech import Outcome, Transcript, Verdict
from scenes.stage import Stage
from scenes.texts import NOW, PAST, segment

_SIZE = QSize(1060, 700)


def history(stage: Stage) -> QRect:
    return _shown(stage, _window(stage))


def history_search(stage: Stage) -> QRect:
    window = _window(stage)
    seen = _shown(stage, window)
    window.findChild(QLineEdit).setText("天气 公园")
    stage.wait(lambda: window.findChild(QTableView).model().rowCount() == 1)
    stage.settle()
    return seen


def history_empty(stage: Stage) -> QRect:
    store = History(stage.folder / "empty.sqlite3", kept=HistorySettings())
    stage.after.append(store.close)
    window = HistoryWindow(store, Player(), "F9")
    window.show_retention(HistorySettings())
    window.resize(_SIZE)
    return stage.show(window)


SCENES = (history, history_search, history_empty)


def _window(stage: Stage) -> HistoryWindow:
    told_s = NOW
    store = History(stage.folder / "history.sqlite3", kept=HistorySettings(), clock=lambda: told_s)
    stage.after.append(store.close)
    kept: list[int] = []
    for said in PAST:
        told_s = NOW - said.before
        take = store.next_take()
        heard = segment(said.text, said.language, said.emotion, said.event)
        store.began(take, said.app)
        store.captured(take, heard.end_s)
        store.transcribed(Transcript(take, (heard,), said.text))
        store.delivered(take, Verdict(Outcome.DELIVERED, "paste"))
        store.recent(1)  # the clock is asked on the history's thread
        store.keep_sound(take, _sound, lambda take=take: kept.append(take))
    stage.wait(lambda: len(kept) == len(PAST))
    stage.wait(lambda: all(entry.has_sound for entry in store.recent(100)))
    clock = _clock()
    clock.__enter__()
    stage.after.append(lambda: clock.__exit__(None, None, None))
    window = HistoryWindow(store, Player(), "F9")
    window.show_retention(HistorySettings())
    window.resize(_SIZE)
    return window


def _shown(stage: Stage, window: HistoryWindow) -> QRect:
    window.show()
    stage.wait(lambda: window.findChild(QPlainTextEdit).toPlainText())
    return stage.show(window)


def _sound() -> Iterator[Any]:
    yield np.concatenate(list(AudioFile(resource("demo.wav")).chunks()))


class _Fixed(datetime):
    """It is always the same time."""

    @classmethod
    def now(cls, _zone: tzinfo | None = None) -> datetime:
        return NOW


@contextmanager
def _clock() -> Iterator[None]:
    """What is told as "today" and "yesterday" does not depend on the day of the picture."""
    modules: tuple[Any, ...] = (row, pane)
    for module in modules:
        module.datetime = _Fixed
    try:
        yield
    finally:
        for module in modules:
            module.datetime = datetime
