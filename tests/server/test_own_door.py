"""Our own client's protocol, frame by frame; with the client itself in tests/test_client.py."""

from __future__ import annotations

import json

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from dictation import remote_messages
from dictation.errors import ServerSaid
from dictation.recognition.messages import (
    Advanced,
    Decoded,
    Ended,
    Failed,
    Progress,
    Sent,
    Stage,
    Voice,
)
from dictation.recognition.options import FILE, LIVE, Options
from dictation.recognition.recogniser import Recogniser
from dictation.speech import Hypothesis, Samples

from .conftest import PATIENCE_S, Server, Spoken, takes_open, until

TAKE = 0


@pytest.fixture(scope="module")
def address(server: Server) -> str:
    return f"ws://127.0.0.1:{server.port}{remote_messages.PATH}"


@pytest.fixture(scope="module")
def sentences(spoken: list[Spoken]) -> Samples:
    return np.concatenate([each.samples for each in spoken[:3]])


def send(line: ClientConnection, options: Options, samples: Samples) -> None:
    line.send(remote_messages.opening(options))
    for sound in remote_messages.audio_bytes(samples):
        line.send(sound)


def told(line: ClientConnection) -> list[Sent]:
    """Up to the end of the take."""
    messages: list[Sent] = []
    while not (messages and isinstance(messages[-1], Ended | Failed)):
        messages.append(remote_messages.read_down(line.recv(PATIENCE_S), TAKE))
    return messages


@pytest.mark.parametrize("profile", [LIVE, FILE])
def test_a_take_gets_the_segments_that_this_machine_would_make(
    address: str, sentences: Samples, demo_recogniser: Recogniser, profile: object
) -> None:
    options = Options(profile=LIVE if profile is LIVE else FILE)
    with connect(address, open_timeout=PATIENCE_S) as line:
        send(line, options, sentences)
        line.send(remote_messages.FINISH)
        messages = told(line)

    assert isinstance(messages[0], Progress)
    assert messages[0].stage in (Stage.LOADING, Stage.READY)
    segments = [
        segment for each in messages if isinstance(each, Decoded) for segment in each.segments
    ]
    wanted = demo_recogniser.transcribe([sentences], options).segments
    assert [each.text for each in segments] == [each.text for each in wanted]
    kinds = {type(each) for each in messages}
    assert (Advanced in kinds) == (profile is FILE)
    assert (Voice in kinds) == (profile is LIVE)
    assert isinstance(messages[-1], Ended)


def test_several_takes_may_follow_on_one_connection(address: str, sentences: Samples) -> None:
    with connect(address, open_timeout=PATIENCE_S) as line:
        for _ in range(2):
            send(line, Options(), sentences)
            line.send(remote_messages.FINISH)
            assert isinstance(told(line)[-1], Ended)


@pytest.mark.parametrize("goodbye", [remote_messages.CANCEL, ""])
def test_a_take_that_nobody_wants_any_more_is_dropped(
    server: Server, address: str, sentences: Samples, goodbye: str
) -> None:
    until(lambda: takes_open(server) == 0)
    with connect(address, open_timeout=PATIENCE_S) as line:
        send(line, Options(profile=LIVE), sentences)
        until(lambda: takes_open(server) == 1)
        if goodbye:
            line.send(goodbye)
            until(lambda: takes_open(server) == 0)
    until(lambda: takes_open(server) == 0)


def test_a_client_is_told_in_its_own_language(address: str) -> None:
    opening = json.dumps(json.loads(remote_messages.opening(Options())) | {"dictation": 7})
    for language, sentence in (("zh-CN", "对方使用协议版本 7"), ("en", "The other side speaks")):
        headers = {"accept-language": language}
        with connect(address, open_timeout=PATIENCE_S, additional_headers=headers) as line:
            line.send(opening)
            error = json.loads(line.recv(PATIENCE_S))
        assert error["kind"] == "RemoteVersion"
        assert error["sentence"].startswith(sentence)


@pytest.mark.parametrize(
    ("change", "after", "kind"),
    [
        ({"dictation": 7}, "", "RemoteVersion"),
        ({"dictation": True}, "", "RemoteNotUnderstood"),
        ({"languages": []}, "", "RemoteNotUnderstood"),
        ({"audio_fs": "中" * 90}, "", "RemoteNotUnderstood"),
        ({}, b"odd", "RemoteNotUnderstood"),
        ({}, "hello", "RemoteNotUnderstood"),
        ({}, bytes(remote_messages.MOST_UP_BYTES + 2), "RemoteNotUnderstood"),
    ],
)
def test_what_is_not_understood_is_told_and_ends_the_connection(
    address: str, change: dict[str, object], after: str | bytes, kind: str
) -> None:
    with connect(address, open_timeout=PATIENCE_S) as line:
        line.send(json.dumps(json.loads(remote_messages.opening(Options())) | change))
        if after:
            line.send(after)
        messages = told(line)
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(PATIENCE_S)

    assert isinstance(messages[-1], Failed)
    assert isinstance(messages[-1].error, ServerSaid)
    assert messages[-1].error.fields["kind"] == kind
    assert not any(isinstance(each, Hypothesis | Decoded) for each in messages)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008
