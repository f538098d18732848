"""What is written in place of what was heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictation.text.replacing import NONE, Replacements


@pytest.mark.parametrize(
    ("spoken", "written", "heard", "text"),
    [
        ("deep seek", "DeepSeek", "I asked Deep Seek, and deep  seek said no.", None),
        (
            "cat",
            "dog",
            "Cat, concatenate, cat's and bobcat.",
            "dog, concatenate, dog's and bobcat.",
        ),
        ("c plus plus", "C++", "C plus plus is not C plus plusses", "C++ is not C plus plusses"),
        ("C++", "C plus plus", "C++17 and c++", "C plus plus17 and C plus plus"),
        ("重庆", "重慶", "我在重庆大学", "我在重慶大学"),
        ("app", "应用", "打开app吧，happy", "打开应用吧，happy"),
        ("用派森", "用 Python", "我们用派森写", "我们用 Python写"),
        ("さくら", "桜", "きれいなさくらですね", "きれいな桜ですね"),
        ("서울", "Seoul", "서울은 서울에", "Seoul은 Seoul에"),
        ("new line", "\n", "First, new line second. New line.", "First,\nsecond.\n."),
        ("um", "", "Um I think um that is um", "I think that is"),
        ("um", "", "That is all um. (Or um)", "That is all. (Or)"),
        ("嗯", "", "嗯我想嗯这样", "我想这样"),
        ("a b", r"\1 $& {x}", "a b", r"\1 $& {x}"),
        ("e.g.", "for example", "e.g. this, not eXg.", "for example this, not eXg."),
        ("élan", "ELAN", "Élan", "ELAN"),
    ],
)
def test_a_phrase_is_written_as_it_is_wanted(
    spoken: str, written: str, heard: str, text: str | None
) -> None:
    expected = "I asked DeepSeek, and DeepSeek said no." if text is None else text
    assert Replacements({spoken: written}).applied(heard) == expected


def test_the_longest_phrase_counts_and_what_was_written_is_left_alone() -> None:
    rules = Replacements({"new": "old", "new york": "NYC", "old": "ancient", "nyc": "no"})

    assert rules.applied("New York is new, not old.") == "NYC is old, not ancient."


def test_of_a_phrase_that_is_in_several_the_first_counts() -> None:
    rules = Replacements({"mail": "e-mail"}, {"Mail": "letter", "tel": "phone"})

    assert rules.applied("mail or tel") == "e-mail or phone"


@given(st.text(max_size=60))
def test_without_rules_nothing_changes(text: str) -> None:
    assert NONE.applied(text) == text
    assert Replacements({"": "never", "  ": "never"}).applied(text) == text


@given(st.text(max_size=40), st.text(min_size=1, max_size=5), st.text(max_size=40))
def test_any_phrase_can_be_a_rule(before: str, spoken: str, behind: str) -> None:
    Replacements({spoken: "x"}).applied(before + spoken + behind)
