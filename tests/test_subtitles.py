"""Subtitles can be read: short lines, long enough, one after the other, broken where one pauses."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictation.speech import Emotion, Event, Language, Segment, Token
from dictation.text.cues import (
    GAP_MS,
    LEAST_MS,
    LINE,
    MOST_LINES,
    MOST_MS,
    cues,
    reading_ms,
    width,
)
from dictation.text.documents import as_json, tsv, txt
from dictation.text.joining import transcript_of
from dictation.text.rich import Detail
from dictation.text.subtitles import srt, vtt
from dictation.text.words import words_of

from .segments import segment, spoken

SENTENCES = [
    "The first train leaves at seven, but on Sundays there is none before nine o'clock.",
    "今天的会议推迟到下午三点，请大家提前十分钟到场；带上上周的报告和新的预算表。",
    "週末、田中さんはコンピュータの会議をします。「はい」と言いました。",
    "우리는 주말에 운동을 합니다. 그리고 저녁에는 영화를 보러 갑니다.",
    "打开 Photoshop 2024，然后保存。Well done!",
    "Oh (really?) — “yes”, he said: it costs $5.50, or 3%!",
]
CLOSING = "，。、！？；：）」』】》”’…,.!?;:)]}%"


def pieces_of(text: str) -> list[str]:
    """Tokens as the vocabulary has them: words with their space, or single characters."""
    return re.findall(r" ?[A-Za-z0-9']+| ?.", text)


@st.composite
def talks(draw: st.DrawFn) -> list[Segment]:
    """Segments in order, said fast or slowly, with pauses between them."""
    segments, at_s = [], 0.0
    for text in draw(st.lists(st.sampled_from(SENTENCES), max_size=6)):
        at_s += draw(st.floats(0, 3))
        said = spoken(pieces_of(text), at_s, draw(st.floats(0.01, 0.8)))
        segments.append(said)
        at_s = said.end_s
    return segments


@st.composite
def oddities(draw: st.DrawFn) -> list[Segment]:
    """Any text, with tokens that fit it or not, at any time."""
    texts = draw(st.lists(st.text(max_size=200), max_size=4))
    segments = []
    for index, text in enumerate(texts):
        times = st.floats(index * 20, index * 20 + 20)
        tokens = tuple(
            Token(piece, draw(times), draw(times), 0.5)
            for piece in draw(st.sampled_from([[], list(text[:9]), text.split()[:9], ["?", "x"]]))
        )
        segments.append(segment(text, index * 20.0, index * 20.0 + 20, tokens=tokens))
    return segments


def check_readable(segments: list[Segment], detail: Detail = Detail.PLAIN) -> None:
    shown = cues(segments, detail)
    for cue in shown:
        assert 1 <= len(cue.lines) <= MOST_LINES
        assert all(line == line.strip() and line for line in cue.lines)
        assert all(width(line) <= LINE for line in cue.lines)
        assert LEAST_MS <= cue.end_ms - cue.start_ms <= MOST_MS
    for cue, following in pairwise(shown):
        assert following.start_ms - cue.end_ms >= GAP_MS
        long_ms = cue.end_ms - cue.start_ms
        has_time = long_ms >= min(MOST_MS, reading_ms("".join(cue.lines)))
        assert has_time or following.start_ms - cue.end_ms == GAP_MS
    said = "".join("".join(each.text.split()) for each in segments)
    if detail is Detail.PLAIN:
        assert "".join("".join("".join(cue.lines).split()) for cue in shown) == said


@given(talks())
def test_cues_obey_the_rules_of_reading_and_lose_no_word(segments: list[Segment]) -> None:
    check_readable(segments)
    for cue in cues(segments):
        for line in cue.lines:
            assert line[0] not in CLOSING


@given(oddities())
def test_odd_texts_and_times_make_readable_cues_too(segments: list[Segment]) -> None:
    check_readable(segments)
    check_readable(segments, Detail.RICH)


@given(talks())
def test_a_cue_begins_with_its_first_word_unless_it_is_spoken_too_fast(
    segments: list[Segment],
) -> None:
    slow = [each for each in segments if each.end_s - each.start_s > 0.2 * len(each.text)]
    starts_ms = {cue.start_ms for cue in cues(slow)}
    for said in slow:
        assert round(said.start_s * 1000) in starts_ms


@pytest.mark.parametrize("text", SENTENCES)
def test_words_carry_all_of_the_text_in_order(text: str) -> None:
    words = words_of(spoken(pieces_of(text), 5.0))
    assert "".join((" " if word.spaced else "") + word.text for word in words) == text
    assert words[0].start_s == 5.0
    for word, following in pairwise(words):
        assert word.start_s <= word.end_s
        assert word.start_s <= following.start_s


@given(oddities())
def test_times_of_words_never_go_back(segments: list[Segment]) -> None:
    for each in segments:
        words = words_of(each)
        said = "".join("".join(word.text for word in words).split())
        assert said == "".join(each.text.split())
        assert all(word.start_s <= word.end_s for word in words)
        assert all(word.start_s <= following.start_s for word, following in pairwise(words))


def test_a_word_has_the_time_of_its_letters() -> None:
    said = segment(
        "Emma left.",
        0.0,
        3.0,
        tokens=(
            Token("E", 0.4, 0.5, 0.9),
            Token("mma", 0.6, 0.8, 0.7),
            Token(" left", 1.0, 1.2, 1.0),
            Token(".", 2.0, 2.1, 0.3),
        ),
    )
    emma, left = words_of(said)
    assert (emma.text, emma.start_s, emma.end_s, emma.confidence) == ("Emma", 0.4, 0.8, 0.7)
    assert (left.text, left.start_s, left.end_s, left.confidence) == ("left.", 1.0, 1.2, 1.0)


def test_words_without_tokens_share_the_time_between_their_neighbours() -> None:
    one, two = words_of(segment("one two", 10.0, 17.0))
    assert one.start_s == 10.0
    assert one.end_s == two.start_s == pytest.approx(13.0)
    assert two.end_s == pytest.approx(17.0)
    assert one.confidence == two.confidence == 0.0


def test_chinese_lines_end_at_punctuation() -> None:
    said = spoken(pieces_of("因为昨天下了很大的雨，所以我们没有去公园。"), each_s=0.2)
    (cue,) = cues([said])
    assert cue.lines == ("因为昨天下了很大的雨，", "所以我们没有去公园。")


def test_a_cue_whose_lines_would_break_inside_a_clause_is_parted() -> None:
    text = "昨天下雨了，我们没有去公园里面散步吧，后来大家都回家了。"
    said = spoken(pieces_of(text), each_s=0.2)
    for cue in cues([said]):
        assert all(line[-1] in "，。" for line in cue.lines)


def test_japanese_lines_begin_with_no_small_kana_and_part_no_katakana() -> None:
    text = "きょうはコンピュータとインターネットのじゅぎょうがありますよ"
    words = [word.text for word in words_of(spoken(pieces_of(text)))]
    assert words[:5] == ["きょ", "う", "は", "コンピュータ", "と"]
    assert "インターネット" in words
    lines = [line for cue in cues([spoken(pieces_of(text), each_s=0.2)]) for line in cue.lines]
    assert len(lines) > 1
    assert all(line[0] not in "ょュっーンピ" for line in lines)


def test_a_sentence_that_needs_two_cues_is_parted_between_clauses() -> None:
    said = spoken(
        pieces_of(
            "When the rain had stopped and the streets were dry again, the children went out "
            "to the old harbour, where the fishermen were mending their nets."
        )
    )
    for cue in cues([said]):
        assert cue.lines[-1][-1] in ",."


def test_wide_characters_take_more_of_a_line() -> None:
    assert width("x" * 42) == LINE
    assert width("字" * 16) == LINE
    assert width("e\u0301") == width("e")


def test_srt_and_vtt_are_as_players_want_them() -> None:
    said = [
        spoken([" Hello", " <b>", " &", " you", "."], 3599.5),
        spoken([" Bye", "."], 3610),
    ]
    assert srt(said) == (
        "1\n00:59:59,500 --> 01:00:00,850\nHello <b> & you.\n"
        "\n"
        "2\n01:00:10,000 --> 01:00:11,000\nBye.\n"
    )
    assert vtt(said) == (
        "WEBVTT\n"
        "\n00:59:59.500 --> 01:00:00.850\nHello &lt;b&gt; &amp; you.\n"
        "\n01:00:10.000 --> 01:00:11.000\nBye.\n"
    )


def test_no_speech_makes_no_cue() -> None:
    assert srt([]) == ""
    assert vtt([]) == "WEBVTT\n"


def test_rich_cues_show_what_changes() -> None:
    said = [
        segment("Good morning.", 0.0, emotion=Emotion.HAPPY),
        segment("It rains.", 5.0, event=Event.MUSIC),
        segment("下雨了。", 10.0, language=Language.CHINESE),
    ]
    lines = [cue.lines for cue in cues(said, Detail.RICH)]
    assert lines == [("🇬🇧😊 Good morning.",), ("🎼 It rains.",), ("🇨🇳 下雨了。",)]


def test_plain_text_is_what_would_be_typed() -> None:
    transcript = transcript_of(1, [segment("Hello."), segment("你好。", language=Language.CHINESE)])
    assert txt(transcript) == "Hello. 你好。\n"
    assert txt(transcript, Detail.RICH) == "🇬🇧 Hello.\n🇨🇳 你好。\n"
    assert txt(transcript_of(1, [])) == ""


def test_a_table_has_a_line_for_each_segment() -> None:
    said = [segment("Hello\tthere.", 0.5, 1.25), segment("Bye.", 2, 3)]
    assert tsv(said) == "start\tend\ttext\n500\t1250\tHello there.\n2000\t3000\tBye.\n"
    assert tsv(said, Detail.RICH).splitlines()[1] == "500\t1250\ten\tNEUTRAL\tSpeech\tHello there."


def test_json_has_all_that_is_known() -> None:
    said = spoken([" Hello", "."], 0.5, 0.4)
    parsed = json.loads(json.dumps(as_json(transcript_of(1, [said]))))
    assert parsed["text"] == "Hello."
    (only,) = parsed["segments"]
    assert only["language"] == "en"
    assert only["emotion_probability"] == 0.98
    assert only["confidence"] == 0.9
    assert only["words"] == [{"text": "Hello.", "start_s": 0.5, "end_s": 0.7, "confidence": 0.9}]
    assert [token["text"] for token in only["tokens"]] == [" Hello", "."]
