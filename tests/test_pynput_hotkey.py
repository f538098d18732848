"""The hotkey of Windows and macOS: what listeners hear of what a hook tells."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from dictation.errors import DictationError
from dictation.native.contracts import Listeners
from dictation.native.held_keys import Keys, Move
from dictation.native.key_names import Modifier
from dictation.native.pynput_hotkey import PynputHotkey

KEY, CTRL, ESCAPE = 1, 2, 3
PATIENCE_S = 20


class Listener:
    """Pynput's thread, which runs until it is stopped or dies."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self.failure: Exception | None = None

    def start(self) -> None:
        pass

    def stop(self) -> None:
        self._ended.set()

    def join(self) -> None:
        assert self._ended.wait(PATIENCE_S)
        if self.failure is not None:
            raise self.failure


class Hook:
    """A system that tells of keys when the test does."""

    why_deaf = "the system says no more"

    def __init__(self, *held: Modifier) -> None:
        self.keys = Keys(KEY, frozenset(held), {CTRL: Modifier.CTRL}, ESCAPE)
        self.pynput = Listener()
        self.hear: Callable[[int, Move], bool] = lambda _key, _move: False

    def listener(self, hear: Callable[[int, Move], bool]) -> Any:
        self.hear = hear
        return self.pynput


class Notes:
    """What was told."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.lost = threading.Event()
        self.listeners = Listeners(
            lambda: self.events.append("press"), lambda: self.events.append("release"), self._lose
        )

    def _lose(self, error: DictationError) -> None:
        self.events.append(str(error))
        self.lost.set()


def test_press_and_release_are_told_once_and_kept_from_the_program() -> None:
    hook, notes = Hook(Modifier.CTRL), Notes()
    hotkey = PynputHotkey(hook)
    hotkey.start(notes.listeners)

    assert not hook.hear(KEY, Move.DOWN)  # without Ctrl it is another key
    assert not hook.hear(KEY, Move.UP)
    assert not hook.hear(CTRL, Move.DOWN)
    kept = [hook.hear(KEY, move) for move in (Move.DOWN, Move.REPEATED, Move.UP)]
    hotkey.stop()

    assert kept == [True] * 3
    assert notes.events == ["press", "release"]


def test_escape_is_told_while_it_is_watched() -> None:
    hook, notes = Hook(), Notes()
    hotkey = PynputHotkey(hook)
    hotkey.start(notes.listeners)

    assert not hook.hear(ESCAPE, Move.DOWN)
    hotkey.watch_escape(lambda: notes.events.append("escape"))
    assert hook.hear(ESCAPE, Move.DOWN)
    hotkey.watch_escape(None)
    hotkey.stop()

    assert notes.events == ["escape"]


def test_a_hook_that_the_system_takes_away_ends_the_hold() -> None:
    hook, notes = Hook(), Notes()
    hotkey = PynputHotkey(hook)
    hotkey.start(notes.listeners)
    hook.hear(KEY, Move.DOWN)

    hook.pynput.failure = OSError("gone")
    hook.pynput.stop()

    assert notes.lost.wait(PATIENCE_S)
    assert notes.events[:2] == ["press", "release"]
    assert "the system says no more" in notes.events[2]
    hotkey.stop()  # which must not fail with it


def test_nothing_is_told_of_a_hotkey_that_was_stopped() -> None:
    hook, notes = Hook(), Notes()
    hotkey = PynputHotkey(hook)
    hotkey.start(notes.listeners)
    hotkey.stop()

    hook.hear(KEY, Move.DOWN)

    assert notes.events == []
