"""The sign at the end of a text stays or goes, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictation.desktop.live import LiveTake
from dictation.settings import FinalPunctuation
from dictation.speech import Outcome, Verdict
from dictation.text.ending import certain, ended

KEEP, STOP, ALL = FinalPunctuation


@pytest.mark.parametrize(
    ("text", "without_stop", "without_sign"),
    [
        ("Hello there.", "Hello there", "Hello there"),
        ("One. Two.", "One. Two", "One. Two"),
        ("今天天气很好。", "今天天气很好", "今天天气很好"),
        ("そうですね．", "そうですね", "そうですね"),
        ("네, 그래요.", "네, 그래요", "네, 그래요"),
        ("ｿｳ｡", "ｿｳ", "ｿｳ"),
        ("Really?", "Really?", "Really"),
        ("真的吗？！", "真的吗？！", "真的吗"),
        ("Well…", "Well…", "Well"),
        ("Well...", "Well...", "Well"),
        ("等等。。。", "等等。。。", "等等"),
        ("What?.", "What?.", "What"),
        ("他说：“好。”", "他说：“好”", "他说：“好”"),
        ("他说：“好”。", "他说：“好”", "他说：“好”"),
        ("「はい。」", "「はい」", "「はい」"),
        ('He said "go!"', 'He said "go!"', 'He said "go"'),
        ("(Yes.)", "(Yes)", "(Yes)"),
        ("A line.\n", "A line\n", "A line\n"),
        ("Vraiment ?", "Vraiment ?", "Vraiment"),
        ("At 5 a.m.", "At 5 a.m.", "At 5 a.m."),
        ("In the U.S.", "In the U.S.", "In the U.S."),
        ("See example.com.", "See example.com", "See example.com"),
        ("It costs 3.50.", "It costs 3.50", "It costs 3.50"),
        ("Yes, and", "Yes, and", "Yes, and"),
        ("Dear John,", "Dear John,", "Dear John,"),
        ("Hello :)", "Hello :)", "Hello :)"),
        ("?", "?", "?"),
        ("。", "。", "。"),
        ("", "", ""),
    ],
)
def test_the_sign_at_the_end_goes_and_all_else_stays(
    text: str, without_stop: str, without_sign: str
) -> None:
    assert ended(text, KEEP) == text
    assert ended(text, STOP) == without_stop
    assert ended(text, ALL) == without_sign


@given(st.text("ab 。.?…”)\n1", max_size=12), st.sampled_from(FinalPunctuation))
def test_words_stay_and_it_is_done_in_one_go(text: str, wished: FinalPunctuation) -> None:
    once = ended(text, wished)
    assert [c for c in once if c.isalnum()] == [c for c in text if c.isalnum()]
    assert text.startswith(certain(text, wished))
    assert once.startswith(certain(text, wished))


DELIVERED = Verdict(Outcome.DELIVERED, "paste")


def typed(pieces: list[str], wished: FinalPunctuation, *, lost: int = -1) -> tuple[str, str]:
    """Of a take whose text grows so: what is inserted in all, and what is kept of it.

    lost: the number of the piece that does not arrive.
    """
    live, heard, inserted = LiveTake(ending=wished), "", ""
    for number, piece in enumerate(pieces):
        heard += piece
        more = live.more(heard)
        arrives = number != lost
        if more:
            inserted += more if arrives else ""
            live.ended(DELIVERED if arrives else Verdict(Outcome.FAILED, "paste"))
    written = live.written(heard)
    return inserted + live.rest(written), written


@pytest.mark.parametrize("wished", FinalPunctuation)
@pytest.mark.parametrize("lost", [-1, 0, 1])
@pytest.mark.parametrize(
    "pieces",
    [
        ["Hello there.", " How are you?", " Fine."],
        ["今天很好。", "我们走吧。"],
        ["他说：“好。”", "然后走了！"],
        ["Only one."],
        ["A.", " "],
        ["Really", "?"],
    ],
)
def test_live_text_ends_as_any_other_does(
    pieces: list[str], wished: FinalPunctuation, lost: int
) -> None:
    whole = ended("".join(pieces), wished)
    assert typed(pieces, wished, lost=lost) == (whole, whole)


def test_a_sign_is_inserted_live_once_something_follows_it() -> None:
    live = LiveTake(ending=STOP)
    assert live.more("Hello there.") == "Hello there"
    live.ended(DELIVERED)
    assert live.more("Hello there. Again.") == ". Again"
    live.ended(DELIVERED)
    assert live.written("Hello there. Again.") == "Hello there. Again"
    assert live.rest("Hello there. Again") == ""
