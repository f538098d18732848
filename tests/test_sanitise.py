"""Text that is safe to put into another program."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictation.text.sanitise import Breaks, sanitised

FAMILY = "👨\u200d👩\u200d👧"
PERSIAN = "می\u200cخواهم"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hello.", "Hello."),
        ("你好，world", "你好，world"),
        ("one\r\ntwo\rthree\u2028four\u2029five", "one\ntwo\nthree\nfour\nfive"),
        ("a\tb", "a\tb"),
        ("red \x1b[31malert\x07\x00\x7f\x9b", "red [31malert"),
        ("\ufeffstart", "start"),
        ("x\u202ey\u2066z\u2069\u200e\u200f", "xyz"),
        (FAMILY, FAMILY),
        (PERSIAN, PERSIAN),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("no break at the end\n\n", "no break at the end"),
        ("nor behind spaces \n \n ", "nor behind spaces"),
        ("but spaces stay ", "but spaces stay "),
        (" leading too", " leading too"),
        ("", ""),
        ("\n", ""),
    ],
)
def test_what_is_unsafe_goes_and_all_else_stays(text: str, kept: str) -> None:
    assert sanitised(text, Breaks.KEPT) == kept


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("rm\n-rf", "rm -rf"),
        ("one\r\n\r\ntwo", "one two"),
        ("a\tb", "a b"),
        ("a \n\t b", "a b"),
        ("two  spaces", "two  spaces"),
        ("end\n", "end"),
        ("end \n", "end"),
        ("\nstart", " start"),
    ],
)
def test_in_terminals_breaks_and_tabs_become_single_spaces(text: str, line: str) -> None:
    assert sanitised(text, Breaks.SPACES) == line


@given(st.text(), st.sampled_from(Breaks))
def test_nothing_unsafe_is_ever_left(text: str, breaks: Breaks) -> None:
    safe = sanitised(text, breaks)
    allowed = "\n\t" if breaks is Breaks.KEPT else ""
    assert all(
        unicodedata.category(character) not in {"Cc", "Cs"} or character in allowed
        for character in safe
    )
    assert not safe.endswith("\n")
    assert sanitised(safe, breaks) == safe
    assert safe.encode("utf-8")[:0] == b""
