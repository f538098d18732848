"""What client and server tell each other survives the way, and what a stranger sends is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictation import remote_messages
from dictation.errors import (
    AudioTooShort,
    DictationError,
    ModelMissing,
    RemoteNotUnderstood,
    RemoteVersion,
    ServerSaid,
)
from dictation.recognition.messages import (
    Advanced,
    Cancel,
    Decoded,
    Ended,
    Failed,
    Finish,
    Progress,
    Sent,
    Stage,
    Unusable,
    Voice,
)
from dictation.recognition.options import FILE, LIVE, Options
from dictation.recognition.recogniser import Recogniser
from dictation.speech import (
    LANGUAGES,
    Emotion,
    Event,
    Hypothesis,
    Language,
    Segment,
    TextStyle,
    Token,
)

from .conftest import Clip
from .segments import spoken

TAKE = 7

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
shares = st.floats(0, 1)
seconds = st.floats(0, 100_000)
tokens = st.builds(Token, texts, seconds, seconds, shares)
segments = st.builds(
    Segment,
    texts,
    seconds,
    seconds,
    st.sampled_from(Language),
    st.sampled_from(Emotion),
    st.sampled_from(Event),
    st.sampled_from(TextStyle),
    shares,
    shares,
    shares,
    shares,
    st.lists(tokens, max_size=3).map(tuple),
)
messages = st.one_of(
    st.builds(Progress, st.sampled_from(Stage), st.none() | shares),
    st.builds(Voice, st.just(TAKE), st.booleans()),
    st.builds(Hypothesis, st.just(TAKE), texts, texts),
    st.builds(Decoded, st.just(TAKE), st.tuples(segments)),
    st.builds(Advanced, st.just(TAKE), st.integers(0, 1 << 40)),
    st.just(Ended(TAKE)),
)
options = st.builds(
    Options,
    st.none() | st.sampled_from(LANGUAGES),
    st.sampled_from(TextStyle),
    st.sampled_from((LIVE, FILE)),
    st.frozensets(st.sampled_from(LANGUAGES), min_size=1),
)


def read(message: Sent) -> list[Sent]:
    return [remote_messages.read_down(text, TAKE) for text in remote_messages.written(message)]


@given(messages)
def test_what_a_server_tells_is_what_the_client_reads(message: Sent) -> None:
    assert read(message) == [message]


@given(options)
def test_a_server_gets_the_options_that_the_client_has(chosen: Options) -> None:
    first = json.loads(remote_messages.opening(chosen))

    assert remote_messages.options_of(first) == chosen


def test_what_the_recogniser_tells_can_be_sent_as_it_is(
    demo_recogniser: Recogniser, clips: list[Clip]
) -> None:
    transcript = demo_recogniser.transcribe([clips[0].samples, clips[1].samples])
    assert transcript.segments

    told = read(Decoded(TAKE, transcript.segments))

    assert told == [Decoded(TAKE, (segment,)) for segment in transcript.segments]


def test_segments_go_one_by_one_so_that_no_message_grows_with_the_take() -> None:
    longest = spoken(["word "] * 340)  # one for each 60 ms
    written = remote_messages.written(Decoded(TAKE, (longest,) * 100))

    assert len(written) == 100
    assert max(map(len, written)) < remote_messages.MOST_DOWN_BYTES / 10


def test_a_hypothesis_that_has_grown_too_long_is_left_out() -> None:
    assert remote_messages.written(Hypothesis(TAKE, "字" * 400_000, "")) == []


@pytest.mark.parametrize("wrap", [lambda error: Failed(TAKE, error), Unusable])
def test_the_servers_failure_is_told_as_the_servers(wrap: Any) -> None:
    error = ModelMissing(name="SenseVoiceSmall", size="937 MB")

    (told,) = read(wrap(error))

    assert isinstance(told, Failed)
    assert isinstance(told.error, ServerSaid)
    assert told.error.fields["kind"] == "ModelMissing"
    assert str(told.error) == f"The server says: {error}"
    assert told.error.remedy == f"Its advice: {error.remedy}"


def test_what_a_server_says_is_no_way_into_a_terminal_or_a_notification() -> None:
    told = remote_messages.read_down(
        json.dumps({"type": "failed", "kind": "X", "sentence": "a\x1b[2J\n" * 9_999, "remedy": ""}),
        TAKE,
    )

    assert isinstance(told, Failed)
    assert str(told.error).isprintable()
    assert len(str(told.error)) < 600
    assert told.error.remedy == "Its advice: Ask whoever runs the server."


def test_audio_arrives_as_it_was_heard() -> None:
    steps = np.arange(-32_768, 32_768)
    heard = (np.tile(steps, 2) / 32_768).astype(np.float32)

    sent = remote_messages.audio_bytes(heard)

    assert max(map(len, sent)) <= remote_messages.MOST_UP_BYTES
    assert (np.concatenate([remote_messages.audio_of(sound) for sound in sent]) == heard).all()
    assert remote_messages.audio_bytes(heard[:0]) == []


@pytest.mark.parametrize("sound", [b"odd", bytes(remote_messages.MOST_UP_BYTES + 2)])
def test_audio_of_half_samples_or_without_end_is_refused(sound: bytes) -> None:
    with pytest.raises(RemoteNotUnderstood):
        remote_messages.audio_of(sound)


def test_a_take_is_ended_or_cancelled() -> None:
    assert remote_messages.read_up(remote_messages.FINISH, TAKE) == Finish(TAKE)
    assert remote_messages.read_up(remote_messages.CANCEL, TAKE) == Cancel(TAKE)
    with pytest.raises(RemoteNotUnderstood):
        remote_messages.read_up('{"is_speaking": true, "cancel": 1}', TAKE)


def test_another_version_is_named() -> None:
    first = json.loads(remote_messages.opening(Options())) | {"dictation": 2}

    with pytest.raises(RemoteVersion, match=r"version 2 .* version 1"):
        remote_messages.options_of(first)


@pytest.mark.parametrize(
    "change",
    [
        {"dictation": True},
        {"dictation": -1},
        {"dictation": "1"},
        {"audio_fs": 8_000},
        {"language": "nospeech"},
        {"language": ["zh"]},
        {"languages": []},
        {"languages": "zh"},
        {"languages": [["zh"]]},
        {"languages": ["nospeech"]},
        {"style": None},
        {"profile": "fast"},
    ],
)
def test_options_that_there_are_not_are_refused(change: dict[str, Any]) -> None:
    first = json.loads(remote_messages.opening(Options())) | change

    with pytest.raises(RemoteNotUnderstood):
        remote_messages.options_of(first)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "null",
        "[" * 50_000,
        '{"type": "ended", "more": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"mode": "2pass-online", "text": "hallo", "wav_name": "x"}',
        '{"type": ["ended"]}',
        '{"type": "progress", "stage": "idle"}',
        '{"type": "progress", "stage": "ready", "part": 2}',
        '{"type": "voice", "speaking": 1}',
        '{"type": "hypothesis", "final": "\\ud800", "tentative": ""}',
        '{"type": "advanced", "samples": 1e9}',
        '{"type": "advanced", "samples": ' + "9" * 5_000 + "}",
        '{"type": "failed"}',
        '{"type": "ended", "padding": "' + " " * remote_messages.MOST_DOWN_BYTES + '"}',
        b"\xff\xfe",
    ],
)
def test_what_no_server_of_ours_would_send_is_refused(text: str | bytes) -> None:
    with pytest.raises(RemoteNotUnderstood):
        remote_messages.read_down(text, TAKE)


@pytest.mark.parametrize(
    "change",
    [
        {"start_s": float("nan")},
        {"end_s": float("inf")},
        {"end_s": True},
        {"language_probability": 1.5},
        {"emotion": "JOLLY"},
        {"tokens": None},
        {"tokens": ["word"]},
        {"tokens": [{"text": "word"}]},
    ],
)
def test_a_segment_that_is_none_is_refused(change: dict[str, Any]) -> None:
    (text,) = remote_messages.written(Decoded(TAKE, (spoken(["word"]),)))

    with pytest.raises(RemoteNotUnderstood):
        remote_messages.read_down(json.dumps(json.loads(text) | change), TAKE)


# Keys and values as they are, mixed: what an attacker who has read this file would send.
_keys = st.sampled_from(
    [
        "type",
        "stage",
        "part",
        "speaking",
        "final",
        "tentative",
        "samples",
        "text",
        "tokens",
        "kind",
        "sentence",
        "remedy",
        "dictation",
        "language",
        "languages",
        "is_speaking",
        "cancel",
    ]
)
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["progress", "segment", "failed", "ended", "ready", "auto", "zh", 1]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_keys, inner, max_size=2),
    max_leaves=5,
)


def outcome(reading: Callable[[], object]) -> object:
    try:
        return reading()
    except DictationError as error:
        return str(error).isprintable()


@given(st.dictionaries(_keys, _values).map(json.dumps) | st.text() | st.binary())
def test_nothing_that_comes_is_more_than_an_error_of_ours(text: str | bytes) -> None:
    for reading in (
        lambda: remote_messages.read_down(text, TAKE),
        lambda: remote_messages.read_up(text, TAKE),
        lambda: remote_messages.options_of(remote_messages.parsed(text)),
    ):
        assert outcome(reading)


def test_a_softmax_that_sums_up_to_a_little_more_than_one_is_not_refused() -> None:
    segment = replace(spoken(["word"], confidence=1.000001), language_probability=1.000001)

    assert read(Decoded(TAKE, (segment,))) == [Decoded(TAKE, (segment,))]


def test_an_error_of_the_clients_own_file_keeps_its_words() -> None:
    error = AudioTooShort(file="talk.wav", duration_ms=20)

    (told,) = read(Failed(TAKE, error))

    assert isinstance(told, Failed)
    assert "only 20 ms long" in str(told.error)
