"""How long the window of a large history takes to open, and to find words."""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView

from dictation.desktop.history_window import HistoryWindow
from dictation.desktop.history_window.player import Player
from dictation.history import History, Query
from dictation.history.packing import packed
from dictation.history.search import found
from dictation.lab.bench.figures import Figure, Kind, Limit
from dictation.lab.bench.rows import Measured, Row
from dictation.lab.bench.spread import Spread
from dictation.lab.errors import WaitedInVain
from dictation.speech import Emotion, Event, Language, Segment, TextStyle

TAKES = 100_000
_OPENINGS = 9
_SEARCHES = 5
_BUILD_S = 300.0
_PATIENCE_S = 30.0
_BEAT_MS = 100
_OF = "history of 100,000 dictations"
OPEN = Figure(f"{_OF}: window opened", "ms", Limit(Kind.BOUND, 200), Limit(Kind.BOUND, 100))
SEARCH = Figure(f"{_OF}: search, median", "ms", Limit(Kind.BOUND, 50), Limit(Kind.BOUND, 20))
SLOWEST = Figure(f"{_OF}: search, slowest word", "ms", Limit(Kind.BOUND, 50), None)
COUNTED = Figure(f"{_OF}: all found listed, slowest word", "ms", Limit(Kind.BOUND, 50), None)

_HOW_OPEN = (
    "a window is made and shown, until its newest dictations are drawn ({openings} times in one "
    "process; the first time is the highest)"
)
_HOW_SEARCH = (
    "from a change of the search field until the first rows of what is found are drawn, or all of "
    "it is listed; {words} searches, {searches} times each: {named}"
)

_SYLLABLES = [f"{first}{vowel}" for first in "bdfghklmnprstvw" for vowel in ("a", "e", "i", "o")]


def measured(folder: Path, takes: int = TAKES) -> tuple[Row, ...]:
    """Builds a history in the folder and opens windows on it, without a screen if there is none."""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        history = History(Path(name) / "history.sqlite3")
        try:
            words = _Words()
            history.ask(lambda database: _fill(database, words, takes)).result(_BUILD_S)
            return _rows(_Bench(app, history, takes), words)
        finally:
            history.close()


def _rows(bench: _Bench, words: _Words) -> tuple[Row, ...]:
    opened = Spread.of((bench.open() for _ in range(_OPENINGS)), 1000)
    asked = words.asked()
    counts = {typed: bench.count(typed) for typed in asked.values()}
    took = [
        [bench.search(typed, counts[typed]) for _ in range(_SEARCHES)] for typed in asked.values()
    ]
    bench.close()
    drawn = [[one.drawn_s for one in times] for times in took]
    every = Spread.of((one for times in drawn for one in times), 1000)
    slowest = Spread.of(max(drawn, key=statistics.median), 1000)
    counted = [[one.counted_s for one in times] for times in took]
    listed = Spread.of(max(counted, key=statistics.median), 1000)
    how = _HOW_SEARCH.format(words=len(asked), searches=_SEARCHES, named=", ".join(asked))
    how_open = _HOW_OPEN.format(openings=_OPENINGS)
    return (
        Row(OPEN, Measured(opened.median, None, how_open, opened)),
        Row(SEARCH, Measured(every.median, None, how, every)),
        Row(SLOWEST, Measured(slowest.median, None, how, slowest)),
        Row(COUNTED, Measured(listed.median, None, how, listed)),
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """How long it took from a change of the field."""

    drawn_s: float
    """… until the first rows were seen."""
    counted_s: float
    """… until all were listed."""


class _Bench:
    """The window, and a person with a stopwatch before it. Times are in seconds."""

    def __init__(self, app: QApplication, history: History, takes: int) -> None:
        self._app = app
        self._history = history
        self._takes = takes
        self._player = Player()
        self._window: HistoryWindow | None = None
        self._beat = QTimer(interval=_BEAT_MS)  # so that no wait is for ever
        self._beat.start()

    def open(self) -> float:
        self.close()
        began_s = time.perf_counter()
        self._window = HistoryWindow(self._history, self._player, "F9")
        self._window.show()
        self._wait(self._is_drawn)
        took_s = time.perf_counter() - began_s
        self._wait(lambda: self._rows() == self._takes)
        return took_s

    def search(self, typed: str, found: int) -> _Search:
        """Of this word, which so many takes have, after all was shown."""
        field = self._field()
        field.setText("")
        self._wait(lambda: self._rows() == self._takes and self._is_drawn())
        self._rest()
        began_s = time.perf_counter()
        field.setText(typed)
        # Where all have the word nothing changes, and where none has it nothing is drawn.
        self._wait(lambda: found == self._takes or self._rows() != self._takes)
        self._wait(lambda: found == 0 or self._is_drawn())
        drawn_s = time.perf_counter() - began_s
        self._wait(lambda: self._rows() == found)
        return _Search(drawn_s, time.perf_counter() - began_s)

    def count(self, typed: str) -> int:
        """How many takes have these words."""
        question = partial(found, query=Query(typed))
        return len(self._history.ask(question).result(_PATIENCE_S))

    def close(self) -> None:
        if self._window is not None:
            self._window.close()
            self._rest()  # what it has asked is answered before it goes
            self._window.deleteLater()
            self._app.sendPostedEvents(None, int(QEvent.Type.DeferredDelete))
            self._window = None

    def _rest(self) -> None:
        """Until what was asked of the history beside that is answered too."""
        self._history.ask(lambda _: None).result(_PATIENCE_S)
        self._app.processEvents()

    def _rows(self) -> int:
        return self._list().model().rowCount()

    def _is_drawn(self) -> bool:
        """Whether the first rows are known; then they are drawn at once."""
        if not self._list().model().index(0, 0).data():
            return False
        self._list().viewport().repaint()
        return True

    def _wait(self, true: Callable[[], bool]) -> None:
        until_s = time.monotonic() + _PATIENCE_S
        while not true():
            if time.monotonic() > until_s:
                raise WaitedInVain(what="The window", timeout_s=_PATIENCE_S)
            # Waits as a program's loop does: to ask again and again would hold up the history's
            # thread, which needs Python's lock for each row.
            self._app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def _list(self) -> QTableView:
        assert self._window is not None
        return self._window.findChildren(QTableView)[0]

    def _field(self) -> QLineEdit:
        assert self._window is not None
        return self._window.findChildren(QLineEdit)[0]


class _Words:
    """Words as frequent as words are (Zipf's law), the same in every run."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(7)
        self._latin = [
            "".join(self._random.choice(_SYLLABLES, self._random.integers(1, 5)))
            for _ in range(20_000)
        ]
        self._characters = [chr(0x4E00 + code) for code in self._random.permutation(4_000)]

    def text(self, take: int) -> str:
        places = self._random.zipf(1.25, 60)
        if take % 2:
            return "".join(self._characters[place % 4_000] for place in places[:40])
        return " ".join(self._latin[place % 20_000] for place in places[:18])

    def asked(self) -> dict[str, str]:
        """What is searched, from what nearly every text has to what few have."""
        common, rare = self._characters[1:3], self._characters[900:902]
        return {
            "the first letter of many words": self._latin[1][0],
            "a frequent word": self._latin[1],
            "two frequent words": f"{self._latin[1]} {self._latin[2]}",
            "a rare word": self._latin[5_000],
            "a frequent Chinese character": common[0],
            "two frequent Chinese characters": "".join(common),
            "two rare Chinese characters, apart": " ".join(rare),
        }


def _fill(database: sqlite3.Connection, words: _Words, takes: int) -> None:
    style = TextStyle.WRITTEN
    segment = Segment(
        "word " * 18, 0, 6, Language.ENGLISH, Emotion.NEUTRAL, Event.SPEECH, style, 1, 1, 1, 1, ()
    )
    packed_segment = packed((segment,))
    database.executemany(
        "INSERT INTO takes (take, started_at, stage, duration_s, text, language, emotion, event, "
        "outcome, app) VALUES (?, ?, 'delivered', 6.5, ?, ?, ?, 'Speech', 'delivered', ?)",
        _described(words, takes),
    )
    database.executemany(
        "INSERT INTO segments (take, packed) VALUES (?, ?)",
        ((take, packed_segment) for take in range(1, takes + 1)),
    )


def _described(words: _Words, takes: int) -> Iterator[tuple[object, ...]]:
    now = datetime.now(UTC)
    apps = [f"program-{number}" for number in range(20)]
    for take in range(1, takes + 1):
        started_at = now - timedelta(minutes=10 * (takes - take))
        language = "zh" if take % 2 else "en"
        emotion = "HAPPY" if take % 7 == 0 else "NEUTRAL"
        text = words.text(take)
        yield take, started_at.isoformat(), text, language, emotion, apps[take % len(apps)]
