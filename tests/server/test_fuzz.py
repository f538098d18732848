"""Whatever is sent, the answer is a 4xx with a reason, never a 500; and the server goes on."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import socket
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from dictation.errors import MessageInvalid
from dictation.server.errors import AudioUnusable, TooLong
from dictation.server.funasr_messages import (
    Done,
    Heard,
    Mode,
    Refused,
    Segments,
    Start,
    Told,
    VoiceHeard,
    read_answer,
    read_request,
    told_json,
)
from dictation.server.recording import decoded
from dictation.speech import LANGUAGES, Emotion, Event, Language, Segment, TextStyle, Token

from .conftest import PATIENCE_S, Server, Spoken

BOUNDED = settings(
    deadline=None,
    max_examples=80,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def test_every_door_keeps_to_what_it_says_of_itself(server: Server) -> None:
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()
        tried.append(operation.path)

        @given(case=operation.as_strategy())
        @settings(BOUNDED, max_examples=40)
        def keeps_to_it(case: schemathesis.Case) -> None:
            case.call_and_validate(
                checks=[
                    not_a_server_error,
                    status_code_conformance,
                    content_type_conformance,
                    response_schema_conformance,
                ],
                timeout=PATIENCE_S,
            )

        keeps_to_it()

    assert {"/asr", "/v1/audio/transcriptions", "/v1/models", "/health", "/metrics"} <= set(tried)


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    yield connection
    connection.close()


def asked(
    connection: http.client.HTTPConnection, path: str, body: bytes, kind: str
) -> tuple[int, dict[str, object]]:
    connection.request("POST", path, body, {"Content-Type": kind})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.binary(max_size=400) | json_values.map(lambda value: json.dumps(value).encode()))
@example(b'{"wav": "\\ud800"}')
@settings(BOUNDED)
def test_asr_refuses_any_body_that_is_not_its_own(
    connection: http.client.HTTPConnection, body: bytes
) -> None:
    status, answer = asked(connection, "/asr", body, "application/json")

    assert 400 <= status < 500
    assert answer["code"] == 1
    assert answer["msg"]


@pytest.fixture(scope="module")
def recording(said: Spoken) -> bytes:
    return said.content


@given(st.data())
@settings(BOUNDED)
def test_damaged_audio_is_refused_or_recognised(
    connection: http.client.HTTPConnection, recording: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(recording)
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(damaged) - 1) | st.integers(0, 60))
        damaged[at] = data.draw(st.integers(0, 255))
    content = bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    body = json.dumps({"wav": base64.b64encode(content).decode()}).encode()

    status, answer = asked(connection, "/asr", body, "application/json")

    assert status == 200 or (400 <= status < 500 and answer["msg"])


heads = st.sampled_from(
    [b"RIFF\x24\0\0\0WAVEfmt ", b"fLaC", b"OggS", b"ID3", b"FORM", b".snd", b""]
)


@given(st.builds(bytes.__add__, heads, st.binary(max_size=300)))
@settings(BOUNDED, max_examples=250)
def test_any_bytes_are_audio_or_refused(content: bytes) -> None:
    with contextlib.suppress(AudioUnusable, TooLong):
        assert decoded(content, most_s=60).duration_s <= 60


boundary = b"--b\r\n"
parts = st.lists(
    st.one_of(
        st.binary(max_size=100),
        st.tuples(st.text(max_size=12), st.binary(max_size=60)).map(
            lambda part: (
                b'Content-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
                % (part[0].encode("utf-8", "replace"), part[1])
            )
        ),
        st.just(b'Content-Disposition: form-data; name="file"; filename="x.scp"\r\n\r\n/etc\r\n'),
        st.just(b'Content-Disposition: form-data; name="stream"\r\n\r\ntrue\r\n'),
    ),
    max_size=5,
)


@given(
    parts,
    st.sampled_from(
        ["multipart/form-data; boundary=b", "multipart/form-data", "text/plain", "", "multipart/x"]
    ),
)
@settings(BOUNDED)
def test_openais_door_refuses_any_form_that_is_not_its_own(
    connection: http.client.HTTPConnection, parts: list[bytes], kind: str
) -> None:
    body = b"".join(boundary + part for part in parts) + b"--b--\r\n"

    status, answer = asked(connection, "/v1/audio/transcriptions", body, kind)

    assert 400 <= status < 500
    assert set(answer["error"]) == {"message", "type", "param", "code"}  # type: ignore[call-overload]


@given(st.lists(json_values.map(json.dumps) | st.binary(max_size=50), min_size=1, max_size=4))
@settings(BOUNDED, max_examples=40)
def test_any_talk_over_a_websocket_ends_in_order(
    server: Server, messages: list[str | bytes]
) -> None:
    closed: ConnectionClosed | None = None
    with connect(f"ws://127.0.0.1:{server.port}", open_timeout=PATIENCE_S) as client:
        try:
            client.send(json.dumps({"mode": "2pass", "is_speaking": True}))
            for message in messages:
                client.send(message)
            client.send(json.dumps({"is_speaking": False}))
            while not json.loads(client.recv(PATIENCE_S))["is_final"]:
                pass
        except ConnectionClosed as error:
            closed = error
    assert closed is None or closed.rcvd is None or closed.rcvd.code == 1008


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
@settings(BOUNDED, max_examples=40)
def test_any_line_of_wyoming_is_an_event_or_an_error(server: Server, line: bytes) -> None:
    assert server.wyoming_port is not None
    with socket.create_connection(("127.0.0.1", server.wyoming_port), PATIENCE_S) as client:
        client.sendall(line.replace(b"\n", b"") + b"\n")
        client.shutdown(socket.SHUT_WR)
        told = b""
        while more := client.recv(65_536):
            told += more
    assert not told or json.loads(told.partition(b"\n")[0])["type"] in ("error", "info", "pong")


def test_after_all_of_that_the_server_is_as_it_was(
    connection: http.client.HTTPConnection, said: Spoken
) -> None:
    body = json.dumps({"wav": base64.b64encode(said.content).decode()}).encode()

    status, answer = asked(connection, "/asr", body, "application/json")

    assert status == 200
    assert said.transcript.segments[0].text in str(answer["res"])


# --- the messages that both sides know

numbers = st.floats(0, 1e6, allow_nan=False)
tokens = st.builds(Token, st.text(), numbers, numbers, st.floats(0, 1))
segments = st.builds(
    Segment,
    text=st.text(),
    start_s=numbers,
    end_s=numbers,
    language=st.sampled_from(Language),
    emotion=st.sampled_from(Emotion),
    event=st.sampled_from(Event),
    style=st.sampled_from(TextStyle),
    language_probability=st.floats(0, 1),
    emotion_probability=st.floats(0, 1),
    event_probability=st.floats(0, 1),
    style_probability=st.floats(0, 1),
    tokens=st.lists(tokens, max_size=3).map(tuple),
)
all_told = st.one_of(
    st.builds(Heard, st.text(), st.text()),
    st.builds(VoiceHeard, speaking=st.booleans()),
    st.builds(Segments, st.lists(segments, max_size=2).map(tuple)),
    st.builds(Done, st.text()),
    st.builds(Refused, st.text(), st.text(), st.text()),
)
starts = st.builds(
    Start,
    mode=st.sampled_from(Mode),
    name=st.text(max_size=20),
    rate_hz=st.integers(8_000, 192_000),
    language=st.none() | st.sampled_from(LANGUAGES),
    languages=st.sets(st.sampled_from(LANGUAGES), min_size=1).map(frozenset),
    style=st.sampled_from(TextStyle),
)


@given(all_told)
def test_what_a_server_tells_is_read_as_it_was_said(told: Told) -> None:
    assert read_answer(json.dumps({"text": "", "dictation": told_json(told)})) == told


@given(starts)
def test_what_a_client_asks_is_read_as_it_was_said(start: Start) -> None:
    assert read_request(start.as_json()) == start


@given(json_values, st.sampled_from(["hypothesis", "voice", "segments", "done", "failed", "x"]))
def test_what_is_no_message_is_told_so(value: object, kind: str) -> None:
    told = {"dictation": {**value, "kind": kind} if isinstance(value, dict) else value}
    for read in (read_answer, read_request):
        with contextlib.suppress(MessageInvalid):
            assert read(json.dumps(told)) is not None
