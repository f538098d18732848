"""Keys that are exchanged while the program runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from dictation.desktop.key_choice import KeyChoice
from dictation.desktop.keys import Keys
from dictation.errors import DictationError, HotkeyTaken, NoSuchKey
from dictation.gesture import Mode, Wish
from dictation.native.candidates import Choice
from dictation.native.contracts import Hotkey, Listeners
from dictation.settings import HotkeyMode, HotkeySettings

CHOSEN = HotkeySettings(undo="F7")


class FakeKey:
    def __init__(self, name: str, keyboard: Keyboard) -> None:
        self.name, self._keyboard = name, keyboard
        self.watches_escape = False

    def start(self, listeners: Listeners) -> None:
        if self.name in self._keyboard.taken or self.name in self._keyboard.heard:
            raise HotkeyTaken(key=self.name)
        self._keyboard.heard[self.name] = self
        self.press, self.release = listeners.pressed, listeners.released

    def watch_escape(self, on_escape: object) -> None:
        self.watches_escape = on_escape is not None

    def stop(self) -> None:
        if self._keyboard.heard.get(self.name) is self:
            del self._keyboard.heard[self.name]


class Keyboard:
    """What is grabbed, and the parts under test."""

    def __init__(self) -> None:
        self.candidate = "x11"
        self.taken: set[str] = set()
        self.heard: dict[str, FakeKey] = {}
        self.is_dictating = False
        self.wishes: list[Wish] = []
        self.orders: list[str] = []
        self.lost: list[DictationError] = []
        self.choice = KeyChoice(self._find)
        hotkey, orders, troubles = self.choice.first(CHOSEN)
        assert not troubles
        self.keys = Keys(hotkey, orders, Mode.HOLD, lambda: self.is_dictating)
        self.keys.wished.connect(self._wished)
        self.keys.ordered.connect(self.orders.append)
        self.keys.lost.connect(self.lost.append)
        self.chosen = CHOSEN
        assert self.keys.begin() == []

    def _find(self, name: str, purpose: str, evdev: bool) -> Choice[Hotkey]:  # noqa: FBT001
        if name.startswith("No"):
            raise NoSuchKey(key=name)
        return Choice(FakeKey(name, self), "evdev" if evdev else self.candidate, ())

    def _wished(self, wish: Wish) -> None:
        self.wishes.append(wish)
        self.is_dictating = wish is Wish.START

    def choose(self, chosen: HotkeySettings) -> list[str]:
        before, self.chosen = self.chosen, chosen
        return [str(trouble) for trouble in self.choice.change(self.keys, before, chosen)]


@pytest.fixture
def keyboard(qt: QApplication) -> Iterator[Keyboard]:
    keyboard = Keyboard()
    yield keyboard
    keyboard.keys.end()
    assert not keyboard.heard


def test_another_hotkey_is_heard_at_once_and_the_old_one_is_let_go(keyboard: Keyboard) -> None:
    assert keyboard.choose(replace(CHOSEN, key="F8")) == []

    assert keyboard.heard.keys() == {"F8", "F7"}
    keyboard.heard["F8"].press()
    keyboard.heard["F8"].release()
    assert keyboard.wishes == [Wish.START, Wish.STOP]
    assert sorted(keyboard.choice.names) == ["F7", "F8"]


def test_keys_of_commands_come_and_go(keyboard: Keyboard) -> None:
    keyboard.choose(replace(CHOSEN, undo="", repeat="F6"))

    assert keyboard.heard.keys() == {"F9", "F6"}
    keyboard.heard["F6"].press()
    assert keyboard.orders == ["repeat"]


def test_two_keys_can_change_places(keyboard: Keyboard) -> None:
    assert keyboard.choose(HotkeySettings(key="F7", undo="F9")) == []

    keyboard.heard["F9"].press()
    assert keyboard.orders == ["undo"]
    assert keyboard.wishes == []


@pytest.mark.parametrize("name", ["F8", "No key"])
def test_a_key_that_cannot_be_had_is_told_and_the_old_one_stays(
    keyboard: Keyboard, name: str
) -> None:
    keyboard.taken = {"F8"}

    (told,) = keyboard.choose(replace(CHOSEN, key=name))

    assert name in told
    assert keyboard.heard.keys() == {"F9", "F7"}
    assert {"F9", "F7"} <= set(keyboard.choice.names)  # what the typist may not press
    keyboard.heard["F9"].press()
    assert keyboard.wishes == [Wish.START]


def test_the_mode_changes_with_the_next_press(keyboard: Keyboard) -> None:
    keyboard.choose(replace(CHOSEN, mode=HotkeyMode.TOGGLE))

    keyboard.heard["F9"].press()
    keyboard.heard["F9"].release()

    assert keyboard.wishes == [Wish.START]


def test_a_dictation_ends_when_the_key_that_is_held_is_exchanged(keyboard: Keyboard) -> None:
    keyboard.heard["F9"].press()

    keyboard.choose(replace(CHOSEN, key="F8"))

    assert keyboard.wishes == [Wish.START, Wish.STOP]


def test_escape_is_watched_by_the_new_key_where_it_was_by_the_old(keyboard: Keyboard) -> None:
    keyboard.keys.watch_escape()

    keyboard.choose(replace(CHOSEN, key="F8"))

    assert keyboard.heard["F8"].watches_escape


def test_keys_that_are_lent_are_heard_by_nobody_until_they_are_given_back(
    keyboard: Keyboard,
) -> None:
    keyboard.keys.lend(True)  # noqa: FBT003 - a signal's
    assert not keyboard.heard
    keyboard.choose(replace(CHOSEN, key="F8"))
    assert not keyboard.heard

    keyboard.keys.lend(False)  # noqa: FBT003

    assert keyboard.heard.keys() == {"F8", "F7"}


def test_keys_that_are_paused_stay_so_when_they_are_given_back(keyboard: Keyboard) -> None:
    keyboard.keys.end()
    keyboard.keys.lend(True)  # noqa: FBT003
    keyboard.choose(replace(CHOSEN, key="F8"))
    keyboard.keys.lend(False)  # noqa: FBT003
    assert not keyboard.heard

    keyboard.keys.begin()

    assert keyboard.heard.keys() == {"F8", "F7"}


def test_a_key_that_is_gone_when_it_is_given_back_is_told(keyboard: Keyboard) -> None:
    keyboard.keys.lend(True)  # noqa: FBT003
    keyboard.taken = {"F9"}
    keyboard.keys.lend(False)  # noqa: FBT003

    assert [str(trouble) for trouble in keyboard.lost] == ["Another program has taken the key F9."]


def test_it_is_known_where_the_desktop_decides_on_the_key(keyboard: Keyboard) -> None:
    assert not keyboard.choice.are_wishes

    keyboard.candidate = "portal"
    keyboard.choose(replace(CHOSEN, key="F8"))

    assert keyboard.choice.are_wishes


def test_keys_read_from_the_devices_are_found_anew(keyboard: Keyboard) -> None:
    before = dict(keyboard.heard)

    keyboard.choose(replace(CHOSEN, evdev=True))

    assert keyboard.heard.keys() == before.keys()
    assert all(keyboard.heard[name] is not before[name] for name in before)
