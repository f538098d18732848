"""Takes as text, JSON and subtitles, corrected ones too."""

from __future__ import annotations

from datetime import UTC, datetime

from dictation.history import Entry, Stage, documents
from dictation.speech import Emotion, Event, Language, Outcome
from dictation.text.words import words_of

from .history_takes import segment

AT = datetime(2026, 3, 1, 8, 5, tzinfo=UTC)


def entry(text: str, original: str | None = None, app: str = "kate") -> Entry:
    return Entry(
        7, AT, Stage.DELIVERED, 2.0, text, Language.ENGLISH, Emotion.NEUTRAL, Event.SPEECH,
        Outcome.DELIVERED, "", app, original=original,
    )  # fmt: skip


def test_one_text_is_itself_and_several_stand_below_their_times() -> None:
    assert documents.text([entry("Hello.")]) == "Hello.\n"
    assert documents.text([entry("Hello."), entry("你好。", app="")], UTC) == (
        "2026-03-01 08:05  kate\nHello.\n\n2026-03-01 08:05\n你好。\n\n"
    )


def test_json_has_the_original_beside_the_correction() -> None:
    told = documents.as_json(entry("Ice cream", "I scream"), [segment("I scream")])

    assert (told["text"], told["original"]) == ("Ice cream", "I scream")
    assert told["started_at"] == "2026-03-01T08:05:00+00:00"
    assert told["segments"][0]["text"] == "I scream"


def test_an_unchanged_text_has_the_segments_that_were_recognised() -> None:
    said = (segment("Hello there."), segment("Good bye.", start_s=3.0))

    assert documents.timed(entry("Hello there. Good bye."), said) == said


def test_words_of_a_correction_have_the_times_of_those_that_they_stand_for() -> None:
    said = segment("the whether is very nice today")
    (corrected,) = documents.timed(entry("the weather is nice today, really"), [said])

    times = {word.text: (word.start_s, word.end_s) for word in words_of(corrected)}
    assert corrected.text == "the weather is nice today, really"
    assert times["the"] == (0.0, 0.25)
    assert 0.25 <= times["weather"][0] < times["weather"][1] <= 0.5
    assert times["is"] == (0.5, 0.75)
    assert times["nice"] == (1.0, 1.25)
    assert times["today,"][0] == 1.25
    assert times["really"][1] <= corrected.end_s


def test_chinese_corrections_keep_their_times_too() -> None:
    said = segment("今天天汽很好", Language.CHINESE)
    (corrected,) = documents.timed(entry("今天天气很好"), [said])

    assert [word.start_s for word in words_of(corrected)] == [0.0, 0.25, 0.5, 0.75, 1.0, 1.25]


def test_subtitles_are_there_for_takes_of_which_only_the_text_is_known() -> None:
    told = documents.subtitles(entry("Hello there."), [])

    assert told == "1\n00:00:00,000 --> 00:00:02,000\nHello there.\n"
