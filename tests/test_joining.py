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
        (["version 2", "is out"], "version 2 is out"),
        (["2", "3"], "2 3"),
        (["第", "3章"], "第3章"),
        (["一共22", "块钱"], "一共22块钱"),
        (["涨了50%", "的"], "涨了50%的"),
        (["价格是", "$5"], "价格是$5"),
        (["오늘은", "12월"], "오늘은 12월"),
        (["今天", "안녕하세요"], "今天 안녕하세요"),
        (["カメラ", "ＡＢＣ"], "カメラ ＡＢＣ"),
        (["ｶﾒﾗ", "を"], "ｶﾒﾗを"),
        (["ラーメン", "々"], "ラーメン々"),
        (["it", "'s fine"], "it's fine"),
        (["it", "’s fine"], "it’s fine"),
        (["the", "'good' one"], "the 'good' one"),
        (["the boys'", "toys"], "the boys' toys"),
        (["3", ".5"], "3.5"),
        (["50", "% more"], "50% more"),
        (["It is 3.", "5 are left."], "It is 3. 5 are left."),
        (["see (", "this", ") now"], "see (this) now"),
        (["see", "(this)", "now"], "see (this) now"),
        (["看（", "这个", "）"], "看（这个）"),
        (["看", "(这个)", "吧"], "看(这个)吧"),
        (['He said "', "yes", '"', "to me"], 'He said "yes" to me'),
        (["He said", '"yes"', "to me"], 'He said "yes" to me'),
        (["He said “", "yes", "”", "to me"], "He said “yes” to me"),
        (["他说", "“好”", "吗"], "他说“好”吗"),
        (["他说", "「好」", "OK"], "他说「好」OK"),
        (["好…", "那走吧"], "好…那走吧"),
        (["well…", "yes"], "well… yes"),
        (["你好,", "今天"], "你好, 今天"),
        (["see", "👍"], "see 👍"),
        (["👍", "\ufe0f", "go"], "👍\ufe0f go"),
        (["cafe", "\u0301"], "cafe\u0301"),
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


# Marks, scripts and numbers whose neighbours matter, more often than chance would have them.
SPOKEN = st.text(alphabet="ab1 。「」好は한.,'\"“”’()$%…👍\u3000\u0301", max_size=6)


@given(st.lists(SPOKEN | st.text(), max_size=5), st.lists(SPOKEN | st.text(), max_size=5))
def test_what_was_joined_can_be_joined_again(before: list[str], after: list[str]) -> None:
    assert join([join(before), *after]) == join([*before, *after])


@given(st.text(), st.text(), st.text())
def test_a_final_part_never_changes_when_more_follows(one: str, two: str, three: str) -> None:
    assert join([one, two, three]).startswith(join([one, two]))
