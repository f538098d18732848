"""What stands before the caret, as far as that can be known."""

from __future__ import annotations

import pytest

from dictation.native.caret import Left, continued, undo_presses
from dictation.native.contracts import Target

EDITOR = Target(window=7, app="editor")


@pytest.mark.parametrize(
    ("before", "text", "inserted"),
    [
        ("First.", "Second.", " Second."),
        ("第一句。", "第二句。", "第二句。"),
        ("I said", "你好", " 你好"),
        ("a list:\n", "one", "one"),
        ("spaced ", "out", "out"),
        ("First.", " already", " already"),
        ("First.", "", ""),
        ("First", ", second", ", second"),
    ],
)
def test_two_dictations_in_a_row_are_parted_as_their_scripts_want(
    before: str, text: str, inserted: str
) -> None:
    assert continued(text, Left(7, before, 0)) == inserted


def test_where_nothing_is_known_nothing_is_added() -> None:
    assert continued("Second.", None) == "Second."


def test_the_caret_has_moved_when_anything_was_pressed() -> None:
    left = Left(EDITOR.window, "text", presses=3)

    assert left.still_stands(EDITOR, 3)
    assert not left.still_stands(EDITOR, 4)
    assert not left.still_stands(Target(8, "editor"), 3)
    assert not left.still_stands(None, 3)


@pytest.mark.parametrize(
    ("text", "presses"),
    [("plain", 5), ("two words.\n", 11), ("你好，世界", 5), ("안녕", 2), ("“quoted”", 8)],
)
def test_plain_text_is_taken_away_a_character_at_a_time(text: str, presses: int) -> None:
    assert undo_presses(text) == presses


@pytest.mark.parametrize("text", ["👍", "e\u0301", "שלום", "مرحبا", "a\u200db", "❤️", "x" * 9_999])
def test_text_that_programs_count_differently_is_left_to_them(text: str) -> None:
    assert undo_presses(text) is None
