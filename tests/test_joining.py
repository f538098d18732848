"""Texts of segments are joined as their scripts want it, and nothing is eaten or doubled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictation.text.joining import join


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (["We met yesterday.", "It went well."], "We met yesterday. It went well."),
        (["Open the file.", "然后保存。"], "Open the file. 然后保存。"),
        (["然后保存。", "Open the file."], "然后保存。Open the file."),
        (["今天", "天气很好。"], "今天天气很好。"),
        (["打开", "Photoshop"], "打开 Photoshop"),
        (["Photoshop", "打开"], "Photoshop 打开"),
        (["今日は", "カメラを"], "今日はカメラを"),
        (["안녕하세요", "반갑습니다"], "안녕하세요 반갑습니다"),
        (["안녕하세요.", "今天"], "안녕하세요. 今天"),
        (["well", ", yes"], "well, yes"),
        (["好", "，是的"], "好，是的"),
        (["version", "2"], "version 2"),
        (["", "  ", "one", "", "two "], "one two"),
        ([], ""),
    ],
)
def test_the_gap_between_texts_is_what_their_scripts_want(texts: list[str], joined: str) -> None:
    assert join(texts) == joined


@given(st.lists(st.text()))
def test_nothing_but_white_space_is_added_or_lost(texts: list[str]) -> None:
    assert "".join(join(texts).split()) == "".join("".join(texts).split())


@given(st.lists(st.text(alphabet="ab 。好.,", max_size=6)))
def test_no_two_spaces_meet_where_texts_meet(texts: list[str]) -> None:
    trimmed = ["x".join(text.split()) for text in texts]

    assert "  " not in join(trimmed)


@given(st.text(), st.text(), st.text())
def test_a_final_part_never_changes_when_more_follows(one: str, two: str, three: str) -> None:
    assert join([one, two, three]).startswith(join([one, two]))
