"""The words of every notification."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from dictation import errors
from dictation.desktop import notices
from dictation.desktop.excerpt import excerpt
from dictation.desktop.notices import AGAIN, COPY, HISTORY, UNDO_LAST, Notice, Urgency, as_wished
from dictation.errors import (
    DesktopGone,
    DictationError,
    HotkeyTaken,
    InsertedInPieces,
    JournalUnwritable,
    MicrophoneLost,
    MicrophoneSilent,
    ModelMissing,
    NoClipboard,
    NotConfirmed,
    NotPasted,
    OnlyCopied,
    RecogniserTooSlow,
)
from dictation.settings import NotificationSettings, Notify
from dictation.speech import (
    Emotion,
    Event,
    Language,
    Outcome,
    Segment,
    TextStyle,
    Transcript,
    Verdict,
)

TYPED = Verdict(Outcome.DELIVERED, "paste")
PLAIN = Segment(
    "Hello.",
    0,
    1,
    Language.ENGLISH,
    Emotion.NEUTRAL,
    Event.SPEECH,
    TextStyle.WRITTEN,
    1,
    1,
    1,
    1,
    (),
)
HAPPY = replace(PLAIN, emotion=Emotion.HAPPY)
CHINESE = replace(PLAIN, text="你好。", language=Language.CHINESE, event=Event.LAUGHTER)


def transcript(*segments: Segment, text: str | None = None) -> Transcript:
    words = " ".join(segment.text for segment in segments)
    return Transcript(1, segments, words if text is None else text)


def test_typed_text_is_shown_with_language_and_emotion() -> None:
    notice = notices.notice_for(transcript(HAPPY), TYPED)
    assert notice == Notice(
        "🇬🇧 😊 Typed", actions=(COPY, UNDO_LAST, HISTORY), said="Hello.", is_well=True
    )


def test_emoji_of_all_segments_are_shown_in_order_and_once() -> None:
    notice = notices.notice_for(transcript(HAPPY, CHINESE, HAPPY, PLAIN), TYPED)
    assert notice.title == "🇬🇧 😊 🇨🇳 😀 Typed"


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        (Verdict(Outcome.DELIVERED, "paste"), "🇬🇧 Typed"),
        (Verdict(Outcome.UNVERIFIED, "paste"), "🇬🇧 Typed, and kept on the clipboard"),
        (Verdict(Outcome.FAILED, "paste"), "🇬🇧 Not typed: it is on the clipboard"),
        (Verdict(Outcome.DELIVERED, "clipboard"), "🇬🇧 Copied"),
        (
            Verdict(Outcome.FAILED, "clipboard", OnlyCopied()),
            "🇬🇧 Not typed: it is on the clipboard",
        ),
        (
            Verdict(Outcome.FAILED, "clipboard", NoClipboard(reason="x")),
            "🇬🇧 Not delivered: it is in the history",
        ),
        (
            Verdict(Outcome.FAILED, "paste", DesktopGone(reason="x")),
            "🇬🇧 Not delivered: it is in the history",
        ),
    ],
)
def test_the_title_says_what_became_of_the_text(verdict: Verdict, title: str) -> None:
    assert notices.notice_for(transcript(PLAIN), verdict).title == title


def test_the_reason_and_what_to_do_stand_below_the_text() -> None:
    verdict = Verdict(Outcome.FAILED, "paste", NotPasted())
    assert notices.notice_for(transcript(PLAIN), verdict).lines == (
        "Hello.\nThe focused window did not take the text. "
        "It is on the clipboard: paste it yourself where it belongs."
    )


def test_long_text_is_cut() -> None:
    said = notices.notice_for(transcript(PLAIN, text="word " * 100), TYPED).said
    assert said == "word " * 39 + "word…"


def test_no_text_is_no_speech_but_tells_what_was_heard() -> None:
    music = replace(PLAIN, text="", language=Language.NO_SPEECH, event=Event.MUSIC)
    assert notices.notice_for(transcript(music), TYPED) == Notice("🎼 No speech heard")
    assert notices.no_speech() == Notice("No speech heard")


def test_a_recovered_take_is_offered_to_be_copied() -> None:
    notice = notices.recovered(transcript(CHINESE))
    assert notice.title == "🇨🇳 😀 Recovered"
    assert notice.lines.startswith("你好。\n")
    assert notice.actions == (COPY, HISTORY)


def test_what_waited_for_the_model_is_offered_and_said_only_to_whom_it_may_be() -> None:
    notice = notices.late(transcript(CHINESE))
    assert notice.title == "🇨🇳 😀 Transcribed at last"
    assert notice.lines.startswith("你好。\n")
    assert notice.actions == (COPY, HISTORY)
    discreet = as_wished(notice, NotificationSettings(text=False), offers=())
    assert discreet is not None
    assert "你好" not in discreet.lines


def test_what_goes_on_is_of_low_urgency() -> None:
    for notice in (notices.listening(), notices.transcribing(), notices.loading()):
        assert notice.urgency is Urgency.LOW


@pytest.mark.parametrize(
    ("error", "title", "urgency"),
    [
        (MicrophoneLost(), "Microphone trouble", Urgency.CRITICAL),
        (ModelMissing(name="x", size="1 GB"), "The speech model is missing", Urgency.NORMAL),
        (JournalUnwritable(folder="/x", reason="y"), "Your recording is not saved", Urgency.NORMAL),
        (RecogniserTooSlow(deadline_s=60, log="/x"), "Not transcribed", Urgency.NORMAL),
        (HotkeyTaken(key="F9"), "The hotkey does not work", Urgency.NORMAL),
        (InsertedInPieces(), "Not undone", Urgency.NORMAL),
        (NotPasted(), "The desktop does not allow it", Urgency.NORMAL),
        (DictationError(), "Trouble", Urgency.NORMAL),
    ],
)
def test_trouble_says_what_happened_and_what_to_do(
    error: DictationError, title: str, urgency: Urgency
) -> None:
    notice = notices.trouble(error)
    assert (notice.title, notice.urgency) == (title, urgency)
    remedy = error.remedy
    if isinstance(error, ModelMissing):
        remedy = "“Set up…” in the menu gets it."
    assert notice.body == f"{error} {remedy}".strip()


def test_every_error_has_a_title() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    for kind in kinds:
        if issubclass(kind, DictationError):
            assert any(issubclass(kind, row[0]) for row in notices._TROUBLES)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("short", "short"),
        ("exactly 10", "exactly 10"),
        ("two\nlines ", "two lines"),
        ("a word is kept whole", "a word is…"),
        ("averyveryverylongword", "averyvery…"),
        ("今天天气很好我们出去走走吧", "今天天气很好我们出…"),
        ("12345678👩‍💻👩‍💻👩‍💻", "12345678👩‍💻…"),  # each a woman, a joiner, a laptop
        ("12345678e\u0301e\u0301e", "12345678e\u0301…"),  # e, accent
        ("12345678👍🏽👍🏽👍🏽", "12345678👍🏽…"),  # each a thumb and its skin
        ("12345678🇬🇧🇨🇳🇰🇷", "12345678🇬🇧…"),
        ("\ud800" * 11, "\ud800" * 9 + "…"),  # which is no character at all
    ],
)
def test_an_excerpt_ends_between_words_and_never_within_a_character(text: str, shown: str) -> None:
    assert excerpt(text, 10) == shown


def test_what_may_have_arrived_is_not_called_typed_alone_nor_a_failure() -> None:
    sent = Verdict(Outcome.UNVERIFIED, "keyboard", NotConfirmed())

    told, asked = notices.notice_for(transcript(PLAIN), sent), notices.asked_for(sent)

    for notice in (told, asked):
        assert notice.title.endswith("Typed, and kept on the clipboard")
        assert NotConfirmed.template in notice.body
    not_kept = Verdict(Outcome.UNVERIFIED, "keyboard", NoClipboard(reason="it is taken"))
    assert notices.asked_for(not_kept).title == "Typed"


ALL, PROBLEMS = NotificationSettings(), NotificationSettings(takes=Notify.PROBLEMS)
EVERYTHING = (UNDO_LAST.key, HISTORY.key)
FAILED = Verdict(Outcome.FAILED, "paste", NotPasted())


@pytest.mark.parametrize(
    "notice",
    [
        notices.listening(),
        notices.loading(),
        notices.transcribing(),
        notices.notice_for(transcript(PLAIN), TYPED),
        notices.notice_for(transcript(PLAIN), Verdict(Outcome.DELIVERED, "clipboard")),
        notices.notice_for(transcript(PLAIN), Verdict(Outcome.UNVERIFIED, "key", NotConfirmed())),
    ],
)
def test_of_a_take_that_goes_well_nothing_is_told_to_those_who_want_problems_alone(
    notice: Notice,
) -> None:
    assert as_wished(notice, ALL, EVERYTHING) == notice
    assert as_wished(notice, PROBLEMS, EVERYTHING) is None


@pytest.mark.parametrize(
    "notice",
    [
        notices.no_speech(),
        notices.trouble(MicrophoneLost()),
        notices.recovered(transcript(PLAIN)),
        notices.notice_for(transcript(PLAIN), FAILED),
        notices.longest(60),
        notices.password(),
        notices.running("F9"),
    ],
)
def test_all_else_is_told_to_them_too(notice: Notice) -> None:
    assert as_wished(notice, PROBLEMS, EVERYTHING) == notice


def test_what_was_said_is_left_out_where_that_is_wished() -> None:
    quiet = NotificationSettings(text=False)
    for notice in (
        notices.notice_for(transcript(HAPPY), TYPED),
        notices.notice_for(transcript(HAPPY), FAILED),
        notices.recovered(transcript(HAPPY)),
    ):
        told = as_wished(notice, quiet, EVERYTHING)
        assert told is not None
        assert "Hello" not in told.title + told.lines
        assert told.title == notice.title
        assert COPY in told.actions


def test_an_action_is_offered_where_it_can_do_something() -> None:
    def offered(verdict: Verdict, *offers: str) -> tuple[notices.Action, ...]:
        told = as_wished(notices.notice_for(transcript(PLAIN), verdict), ALL, offers)
        assert told is not None
        return told.actions

    assert offered(TYPED, *EVERYTHING) == (COPY, UNDO_LAST, HISTORY)
    assert offered(TYPED) == (COPY,)
    assert offered(Verdict(Outcome.DELIVERED, "clipboard"), *EVERYTHING) == (COPY, HISTORY)
    assert offered(FAILED, *EVERYTHING) == (AGAIN, COPY, HISTORY)


def test_the_end_of_a_take_that_became_too_long_is_as_urgent_as_words_that_are_lost() -> None:
    assert notices.longest(60).urgency is Urgency.CRITICAL
    assert "After 60 minutes" in notices.longest(60).body
    assert "After 1 minute " in notices.longest(1).body


def test_that_nothing_comes_from_the_microphone_is_not_true_for_ever() -> None:
    assert notices.trouble(MicrophoneSilent()).is_passing
    assert not notices.trouble(MicrophoneLost()).is_passing
