"""MacOS: what is decided, and our calls against stand-ins. None of it was ever run there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dictation.errors import NoSuchKey
from dictation.native import macos_keys, macos_pasteboard
from dictation.native.held_keys import Move
from dictation.native.macos_hook import MARK, KeyEvent, MacHook, move
from dictation.native.macos_keys import place_of
from dictation.native.macos_pasteboard import TEXT, MacPasteboard, worth_keeping

DOWN, UP, FLAGS = 10, 11, 12
F9, RIGHT_COMMAND = 0x65, 0x36


def event(kind: int, key: int, *, flags: int = 0, repeat: bool = False, mark: int = 0) -> KeyEvent:
    return KeyEvent(kind, key, flags, repeat, mark)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (event(DOWN, F9), Move.DOWN),
        (event(DOWN, F9, repeat=True), Move.REPEATED),
        (event(UP, F9), Move.UP),
        (event(FLAGS, RIGHT_COMMAND, flags=0x100010), Move.DOWN),
        (event(FLAGS, RIGHT_COMMAND, flags=0x100008), Move.UP),  # the left one is still held
        (event(FLAGS, 0x39, flags=0x10000), None),  # Caps Lock
        (event(14, 0), None),
    ],
)
def test_each_event_is_a_move_of_one_key(told: KeyEvent, meant: Move | None) -> None:
    assert move(told) is meant


class Listener:
    """Pynput's, as far as it is used."""

    def __init__(self, darwin_intercept: Any) -> None:
        self.intercept = darwin_intercept
        self.is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True


def test_the_hotkey_is_kept_from_the_program_and_modifiers_are_not() -> None:
    keyboard = SimpleNamespace(Listener=Listener)
    moves: list[tuple[int, Move]] = []

    def hear(key: int, what: Move) -> bool:
        moves.append((key, what))
        return True

    listener = MacHook("F9", keyboard, lambda _kind, native: native).listener(hear)

    def passed_on(told: KeyEvent) -> bool:
        return listener.intercept(told.kind, told) is told

    assert not passed_on(event(DOWN, F9))
    assert passed_on(event(FLAGS, RIGHT_COMMAND, flags=0x10))
    assert passed_on(event(DOWN, F9, mark=MARK))
    assert passed_on(event(14, 0))
    assert moves == [(F9, Move.DOWN), (RIGHT_COMMAND, Move.DOWN)]
    listener.intercept(0xFFFFFFFE, None)
    assert listener.is_stopped


def test_keys_have_the_numbers_of_macos() -> None:
    numbers = {"a": 0, "v": 9, "d": 2, "F9": 0x65, "F20": 0x5A, "0": 29, "m": 46, "space": 0x31}
    assert {key: macos_keys.code(key) for key in numbers} == numbers
    with pytest.raises(NoSuchKey):
        macos_keys.keys("F21")


def test_the_key_that_pastes_is_where_the_layout_prints_it() -> None:
    dvorak = {9: "k", 47: "v"}
    assert place_of("v", lambda place: dvorak.get(place, "")) == 47
    assert place_of("v", lambda _place: "м") == 9  # a layout without Latin letters


def test_what_is_promised_only_or_too_much_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(macos_pasteboard, "_MOST_BYTES", 10)
    items = [{"a": b"12345", "b": None}, {"c": b"123456"}, {"d": b"12345"}]
    assert worth_keeping(items) == [{"a": b"12345"}, {"d": b"12345"}]


# --- the pasteboard


class Item:
    """NSPasteboardItem, as its documentation has it."""

    def __init__(self) -> None:
        self.content: dict[str, Any] = {}
        self.provider: Any = None
        self.promised: list[str] = []

    @classmethod
    def alloc(cls) -> Item:
        return cls()

    def init(self) -> Item:
        return self

    def setDataProvider_forTypes_(self, provider: Any, kinds: list[str]) -> None:
        self.provider, self.promised = provider, kinds

    def setString_forType_(self, text: str, kind: str) -> None:
        self.content[kind] = text.encode()

    def setData_forType_(self, content: bytes, kind: str) -> None:
        self.content[kind] = content

    def types(self) -> list[str]:
        return [*self.content, *self.promised]

    def dataForType_(self, kind: str) -> Any:
        if kind not in self.content and kind in self.promised:
            self.provider.pasteboard_item_provideDataForType_(None, self, kind)
        return self.content.get(kind)


class Board:
    """NSPasteboard, likewise."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.count = 0

    def clearContents(self) -> None:
        self.items, self.count = [], self.count + 1

    def writeObjects_(self, items: list[Item]) -> bool:
        self.items = items
        return True

    def setString_forType_(self, text: str, kind: str) -> bool:
        item = Item()
        item.setString_forType_(text, kind)
        return self.writeObjects_([item])

    def changeCount(self) -> int:
        return self.count

    def pasteboardItems(self) -> list[Item]:
        return self.items

    def copy(self, **content: bytes) -> None:
        """Another program does."""
        self.clearContents()
        item = Item()
        item.content = dict(content)
        self.items = [item]

    def paste(self) -> bytes:
        return bytes(self.items[0].dataForType_(TEXT))


class Provider:
    """The object that macOS asks; ours is one of Objective-C's, which there is none of here."""

    def __init__(self, text: str, on_fetch: Any) -> None:
        self.text, self.on_fetch = text, on_fetch

    def pasteboard_item_provideDataForType_(self, _board: Any, item: Item, kind: str) -> None:
        item.setString_forType_(self.text, kind)
        self.on_fetch()


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    monkeypatch.setattr(macos_pasteboard, "_provider", Provider)
    return Board()


def pasteboard(board: Board) -> MacPasteboard:
    general = SimpleNamespace(generalPasteboard=lambda: board)
    appkit = SimpleNamespace(NSPasteboard=general, NSPasteboardItem=Item)
    return MacPasteboard(appkit, lambda _seconds: None)


def test_the_pasteboard_is_lent_and_comes_back(board: Board) -> None:
    board.copy(text=b"mine", image=b"png")
    lent = pasteboard(board)

    assert lent.lend("你好")
    assert not lent.wait_for_fetch(0.0)
    marks = set(board.items[0].content)
    assert marks == {
        f"org.nspasteboard.{name}Type" for name in ("Transient", "Concealed", "AutoGenerated")
    }
    assert board.paste().decode() == "你好"
    assert lent.wait_for_fetch(0.0)
    lent.give_back(0.0)

    assert board.items[0].content == {"text": b"mine", "image": b"png"}


def test_a_copy_made_meanwhile_stays(board: Board) -> None:
    board.copy(text=b"mine")
    lent = pasteboard(board)
    lent.lend("ours")
    board.paste()
    board.copy(text=b"theirs")
    lent.give_back(0.0)
    assert board.items[0].content == {"text": b"theirs"}


def test_a_copy_is_no_promise(board: Board) -> None:
    pasteboard(board)("copied")
    assert board.items[0].content == {TEXT: b"copied"}
