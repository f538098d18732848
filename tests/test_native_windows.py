"""Windows: what is decided, and our calls against a stand-in. None of it was ever run there."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from dictation.errors import FocusMoved, NoClipboard, NoFocus, NotPasted, OutOfReach
from dictation.native import windows_desk, windows_keys
from dictation.native.contracts import Target
from dictation.native.held_keys import Move
from dictation.native.key_names import parsed
from dictation.native.lending_typist import LendingTypist
from dictation.native.windows_clipboard import WindowsClipboard, worth_keeping
from dictation.native.windows_desk import WindowsActiveWindow, WindowsDesk
from dictation.native.windows_hook import WindowsHook
from dictation.native.windows_input import (
    MARK,
    Flags,
    Input,
    KeyboardInput,
    Stroke,
    chord_strokes,
    letting_go,
    packed,
    should_type,
    text_strokes,
)
from dictation.native.windows_leaving import leaves
from dictation.settings import AppRule, InsertionWay
from dictation.speech import Outcome, Verdict
from tests.fake_windows import PROCESS, UNICODE_TEXT, WINDOW, FakeWindows

TEXT = "你好, you 👋🏽"
LONG = "字" * 400


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> FakeWindows:
    monkeypatch.setattr("dictation.native.lending_typist._MODIFIERS_S", 0.02)
    monkeypatch.setattr("dictation.native.lending_typist._FETCH_S", 0.05)
    monkeypatch.setattr("dictation.native.lending_typist._QUIET_S", 0.02)
    return FakeWindows()


@pytest.fixture
def typist(windows: FakeWindows) -> Iterator[LendingTypist]:
    typist = built(windows)
    yield typist
    typist.close()


def built(windows: FakeWindows, rules: dict[str, AppRule] | None = None) -> LendingTypist:
    libraries: Any = windows
    return LendingTypist(
        WindowsActiveWindow(libraries),
        WindowsDesk(libraries),
        WindowsClipboard(libraries),
        rules or {},
    )


# --- a batch of strokes


def test_structures_are_as_large_as_windows_has_them() -> None:
    assert ctypes.sizeof(ctypes.c_void_p) == 8
    assert (ctypes.sizeof(Input), ctypes.sizeof(KeyboardInput)) == (40, 24)
    assert Input.union.offset == 8


def test_each_unit_goes_down_and_up_and_pairs_stay_together() -> None:
    strokes = text_strokes("é👋")
    assert [stroke.unit for stroke in strokes] == [0xE9, 0xE9, 0xD83D, 0xD83D, 0xDC4B, 0xDC4B]
    assert [stroke.flags for stroke in strokes[:2]] == [Flags.UNICODE, Flags.UNICODE | Flags.UP]


def test_a_batch_carries_our_mark() -> None:
    (place,) = packed([Stroke(0x2D, 0, Flags.EXTENDED)])
    assert (place.type, place.union.ki.wVk, place.union.ki.dwFlags) == (1, 0x2D, 1)
    assert place.union.ki.dwExtraInfo == MARK


def test_a_chord_comes_up_in_the_other_order() -> None:
    keys = [
        (stroke.key, bool(stroke.flags & Flags.UP)) for stroke in chord_strokes(parsed("Ctrl+V"))
    ]
    assert keys == [(0xA2, False), (0x56, False), (0x56, True), (0xA2, True)]
    assert chord_strokes(parsed("Hyper")) == []


def test_a_modifier_that_is_let_go_opens_no_menu() -> None:
    keys = [stroke.key for stroke in letting_go([0xA4, 0xA3])]
    assert keys == [0xE8, 0xE8, 0xA4, 0xA3]
    assert letting_go([]) == []


@pytest.mark.parametrize(
    ("text", "app", "types"),
    [
        (TEXT, "notepad", True),
        ("one\ntwo", "notepad", False),
        ("one\ttwo", "notepad", False),
        (LONG, "notepad", False),
        (TEXT, "code", False),
        (TEXT, "winword", False),
    ],
)
def test_what_typing_would_change_is_pasted(text: str, app: str, *, types: bool) -> None:
    assert should_type(text, app) is types


# --- insertion


def test_text_is_typed_in_one_batch_and_the_clipboard_is_not_touched(
    windows: FakeWindows, typist: LendingTypist
) -> None:
    windows.copy({UNICODE_TEXT: b"m\0\0\0"})

    assert typist.insert(TEXT, None) == Verdict(Outcome.DELIVERED, "keyboard")

    assert windows.typed == TEXT
    assert max(windows.batches) == len(text_strokes(TEXT))
    assert windows.owner == 99


@pytest.mark.parametrize("before", [0, 1])
def test_an_input_method_is_closed_while_text_is_typed(
    windows: FakeWindows, typist: LendingTypist, before: int
) -> None:
    windows.ime_open = before
    typist.insert(TEXT, None)
    assert windows.ime_open == before
    assert windows.ime_orders == [(5, 0)] + [(6, 0), (6, 1)] * before


def test_modifiers_that_stay_down_are_let_go_and_not_pressed_again(
    windows: FakeWindows, typist: LendingTypist
) -> None:
    windows.held = {0xA4, 0xA2}
    assert typist.insert(TEXT, None).outcome is Outcome.DELIVERED
    assert windows.held == set()
    assert windows.typed == TEXT


def test_what_windows_did_not_take_whole_has_failed(
    windows: FakeWindows, typist: LendingTypist
) -> None:
    windows.takes = 3
    verdict = typist.insert(TEXT, None)
    assert isinstance(verdict.reason, NotPasted)
    assert windows.text() == TEXT


def test_a_long_text_is_pasted_and_the_clipboard_comes_back(
    windows: FakeWindows, typist: LendingTypist
) -> None:
    before = {UNICODE_TEXT: b"m\0\0\0", 0xC123: b"<b>m</b>"}
    windows.copy({**before, 16: b"\0", 1: b"m\0", 7: b"m\0"})

    assert typist.insert(LONG + "\nend", None) == Verdict(Outcome.DELIVERED, "paste")

    assert windows.pasted == [LONG + "\r\nend"]
    assert windows.clipboard == before


def test_clipboard_managers_are_told_to_leave_it(
    windows: FakeWindows, typist: LendingTypist
) -> None:
    seen: list[set[int]] = []
    windows.on_paste = lambda: seen.append(set(windows.clipboard))
    typist.insert(LONG, None)
    marks = {
        windows.user.RegisterClipboardFormatW(name)
        for name in (
            "ExcludeClipboardContentFromMonitorProcessing",
            "CanIncludeInClipboardHistory",
            "CanUploadToCloudClipboard",
        )
    }
    assert seen == [{UNICODE_TEXT, *marks}]


def test_a_copy_that_the_user_makes_meanwhile_wins(
    windows: FakeWindows, typist: LendingTypist
) -> None:
    windows.on_paste = lambda: windows.copy({UNICODE_TEXT: b"t\0\0\0"})
    assert typist.insert(LONG, None).outcome is Outcome.DELIVERED
    assert windows.text() == "t"


def test_what_nobody_asks_for_has_failed_and_stays_copied(
    windows: FakeWindows, typist: LendingTypist
) -> None:
    windows.pastes = False
    assert isinstance(typist.insert(LONG, None).reason, NotPasted)
    assert windows.text() == LONG


def test_a_clipboard_that_another_program_holds_is_not_waited_for(
    windows: FakeWindows, typist: LendingTypist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dictation.native.windows_clipboard._OPEN_S", 0.02)
    windows.is_locked = True
    assert isinstance(typist.insert(LONG, None).reason, NoClipboard)


def test_an_owner_that_hangs_is_not_asked(windows: FakeWindows, typist: LendingTypist) -> None:
    windows.copy({UNICODE_TEXT: b"m\0\0\0"}, owner=77)
    windows.hung = {77}
    assert typist.insert(LONG, None).outcome is Outcome.DELIVERED
    assert windows.clipboard == {}


def test_a_program_with_more_rights_gets_no_keys(
    windows: FakeWindows, typist: LendingTypist
) -> None:
    windows.is_elevated[PROCESS] = True
    verdict = typist.insert(TEXT, None)
    assert isinstance(verdict.reason, OutOfReach)
    assert windows.sent == []
    assert windows.text() == TEXT
    windows.is_elevated[None] = True  # as we have them now too
    assert typist.insert(TEXT, None).outcome is Outcome.DELIVERED


def test_text_goes_to_its_window_only(windows: FakeWindows, typist: LendingTypist) -> None:
    assert isinstance(typist.insert(TEXT, Target(1, "other", 1)).reason, FocusMoved)
    windows.foreground = 0
    assert isinstance(typist.insert(TEXT, None).reason, NoFocus)
    assert windows.sent == []


def test_the_program_is_known_by_its_file(windows: FakeWindows) -> None:
    libraries: Any = windows
    assert WindowsActiveWindow(libraries).target() == Target(WINDOW, "notepad", PROCESS)


def test_rules_for_programs_count(windows: FakeWindows) -> None:
    typist = built(windows, {"notepad": AppRule(keys="Ctrl+V", enter=True)})
    assert typist.insert(TEXT, None) == Verdict(Outcome.DELIVERED, "paste")
    assert windows.sent[-2:] == [(0x0D, 0, 0), (0x0D, 0, Flags.UP)]
    typist.close()


def test_a_rule_that_wants_typing_has_long_text_typed(windows: FakeWindows) -> None:
    typist = built(windows, {"notepad": AppRule(insert=InsertionWay.TYPE)})
    assert typist.insert(LONG, None) == Verdict(Outcome.DELIVERED, "keyboard")
    assert windows.typed == LONG
    typist.close()


def test_in_a_terminal_no_line_break_is_enter(windows: FakeWindows) -> None:
    windows.program = r"C:\Program Files\WindowsTerminal.exe"
    typist = built(windows)
    assert typist.insert("one\ntwo", None).outcome is Outcome.DELIVERED
    assert windows.typed == "one two"
    typist.close()


def test_what_windows_makes_by_itself_is_not_kept() -> None:
    assert worth_keeping([UNICODE_TEXT, 0xC001, 16, 1, 7]) == [UNICODE_TEXT, 0xC001]
    assert worth_keeping([8, 2, 17]) == [8]
    assert worth_keeping([1, 16, 7, UNICODE_TEXT])[0] == 1
    assert worth_keeping([3, 14, 0x80, 0x301]) == []


# --- the hotkey


class Listener:
    """Pynput's, as far as it is used."""

    def __init__(self, win32_event_filter: Any) -> None:
        self.filter = win32_event_filter

    def suppress_event(self) -> None:
        raise InterruptedError


class Keyboard:
    """Plays Windows' hook for one hotkey."""

    def __init__(self, key: str) -> None:
        self.now_s = 0.0
        self.moves: list[tuple[int, Move]] = []
        self.is_ours = True
        hook = WindowsHook(key, SimpleNamespace(Listener=Listener), lambda: self.now_s)
        self._listener = hook.listener(self._hear)

    def send(self, message: int, key: int, *, scan: int = 0, extra: int | None = None) -> bool:
        """Whether the focused program gets it."""
        event = SimpleNamespace(vkCode=key, scanCode=scan, dwExtraInfo=extra)
        try:
            assert self._listener.filter(message, event) is False
        except InterruptedError:
            return False
        return True

    def _hear(self, key: int, move: Move) -> bool:
        self.moves.append((key, move))
        return self.is_ours


def test_a_held_key_repeats_and_is_kept_from_the_program() -> None:
    keyboard = Keyboard("F9")
    for at_s, message in [(0, 0x100), (0.9, 0x100), (0.93, 0x104), (0.95, 0x101)]:
        keyboard.now_s = at_s
        assert not keyboard.send(message, 0x78)
    assert [move for _, move in keyboard.moves] == [
        Move.DOWN,
        Move.REPEATED,
        Move.REPEATED,
        Move.UP,
    ]


def test_a_press_after_a_release_that_nobody_could_hear_is_one() -> None:
    """Such as at the lock screen, whose keys no hook is told of."""
    keyboard = Keyboard("F9")
    keyboard.send(0x100, 0x78)
    keyboard.now_s = 60.0
    keyboard.send(0x100, 0x78)
    assert [move for _, move in keyboard.moves] == [Move.DOWN, Move.DOWN]


def test_our_own_keys_and_the_ctrl_of_alt_gr_are_passed_over() -> None:
    keyboard = Keyboard("F9")
    assert keyboard.send(0x100, 0x78, extra=MARK)
    assert keyboard.send(0x104, 0xA2, scan=0x21D)
    assert keyboard.moves == []


def test_ctrl_stays_what_it_is_and_alt_opens_no_menu() -> None:
    assert Keyboard("Right Ctrl").send(0x100, 0xA3)
    assert not Keyboard("Right Alt").send(0x104, 0xA5)


def test_what_is_not_ours_reaches_the_program() -> None:
    keyboard = Keyboard("F9")
    keyboard.is_ours = False
    assert keyboard.send(0x100, 0x41)


def test_keys_have_the_numbers_of_windows() -> None:
    numbers = {"F1": 0x70, "F24": 0x87, "d": 0x44, "Control_R": 0xA3, "Pause": 0x13}
    assert {key: windows_keys.code(key) for key in numbers} == numbers


def test_locking_and_sleeping_are_leaving_and_waking_is_not() -> None:
    assert leaves(0x2B1, 7)
    assert leaves(0x218, 4)
    assert not leaves(0x2B1, 8)
    assert not leaves(0x218, 18)


def test_the_module_loads_no_library_before_it_is_asked_to() -> None:
    with pytest.raises(OSError, match="user32"):
        windows_desk.Libraries()
