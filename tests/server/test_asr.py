"""POST /asr: the original contract, and many clients at once."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import sys
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import soundfile

from dictation.text.rich import with_emoji

from .conftest import (
    PATIENCE_S,
    Server,
    Spoken,
    connected,
    hung_recogniser,
    recogniser_of,
    takes_open,
    until,
)


def asked(server: Server, body: bytes) -> tuple[int, dict[str, Any]]:
    """The HTTP status, and the answer."""
    request = urllib.request.Request(
        f"{server.url}/asr", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def wav(content: bytes) -> bytes:
    return json.dumps({"wav": base64.b64encode(content).decode()}).encode()


def test_a_client_of_the_original_contract_gets_its_text(server: Server, said: Spoken) -> None:
    assert asked(server, wav(said.content)) == (
        200,
        {"code": 0, "msg": "ok", "res": with_emoji(said.transcript)},
    )


def test_a_hundred_clients_at_once_each_get_their_own_text(
    server: Server, spoken: list[Spoken]
) -> None:
    clients = spoken[:100]
    assert len({each.content for each in clients}) == 100
    all_there = threading.Barrier(len(clients))

    def client(each: Spoken) -> tuple[int, dict[str, Any]]:
        body = wav(each.content)
        all_there.wait(PATIENCE_S)
        return asked(server, body)

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(client, clients))

    assert [answer["res"] for _, answer in answers] == [
        with_emoji(each.transcript) for each in clients
    ]
    assert len({answer["res"] for _, answer in answers}) > 70


def test_an_emotion_is_an_emoji_behind_its_text(server: Server, spoken: list[Spoken]) -> None:
    happy = next(
        each
        for each in spoken
        if len(each.transcript.segments) == 1 and each.transcript.segments[0].emotion == "HAPPY"
    )

    _, answer = asked(server, wav(happy.content))

    assert answer["res"].endswith(f"{happy.text}😊")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"wav": 7}',
        b'{"wav": "nonsense!"}',
        b'{"wav": "\\ud800"}',
        b'{"wav": ""}',
        b'{"wav": "/etc/passwd"}',
        wav(b"RIFF but no more"),
        wav(b"\0" * 10_000),
        b"\xff\xfe",
    ],
)
def test_what_is_malformed_is_refused_with_a_reason(server: Server, body: bytes) -> None:
    status, answer = asked(server, body)

    assert 400 <= status < 500
    assert answer["code"] == 1
    assert answer["msg"]
    assert "res" not in answer


def test_a_name_in_the_request_opens_no_file(server: Server, said: Spoken) -> None:
    """FunASR's own server would read a list of further files out of an .scp."""
    body = json.dumps(
        {"wav": base64.b64encode(b"a /etc/hostname\n").decode(), "suffix": ".scp", "name": "x.scp"}
    ).encode()

    status, answer = asked(server, body)

    assert (status, answer["code"]) == (400, 1)


def test_silence_has_an_empty_text(server: Server) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.zeros(16_000, np.float32), 16_000, format="WAV")

    assert asked(server, wav(file.getvalue())) == (200, {"code": 0, "msg": "ok", "res": ""})


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_client_that_goes_has_its_take_dropped(server: Server, said: Spoken) -> None:
    body = wav(said.content)
    head = f"POST /asr HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    with hung_recogniser(server):
        with connected(server) as client:
            client.sendall(head.encode() + body)
            until(lambda: takes_open(server) == 1)

        until(lambda: takes_open(server) == 0)
    assert asked(server, body)[1]["res"] == with_emoji(said.transcript)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_request_survives_the_death_of_the_recogniser(server: Server, said: Spoken) -> None:
    with ThreadPoolExecutor(1) as pool:
        with hung_recogniser(server):
            asking = pool.submit(asked, server, wav(said.content))
            until(lambda: takes_open(server) == 1)
            os.kill(recogniser_of(server), signal.SIGKILL)

        assert asking.result()[1]["res"] == with_emoji(said.transcript)
