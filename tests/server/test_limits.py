"""What a client may not do: send too much, too slowly, or ask for more than there is time for."""

from __future__ import annotations

import base64
import contextlib
import http.client
import io
import json
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from dictation.server.errors import ServerBusy, TooLong
from dictation.server.limits import Budget, ServerLimits
from dictation.server.recording import as_samples, as_steps, decoded

from .conftest import (
    PATIENCE_S,
    Server,
    Spoken,
    connected,
    hung_recogniser,
    started,
    takes_open,
    until,
    until_ready,
)
from .strict_server import LIMITS

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, prepared_models: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("strict")
    program = (str(Path(__file__).with_name("strict_server.py")), str(folder / "recogniser.log"))
    server = started(folder, prepared_models, program=program)
    until_ready(server)
    yield server
    assert server.end() == 0


def audio(seconds: float, kind: str = "FLAC") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.zeros(round(seconds * 16_000), np.float32), 16_000, format=kind)
    return file.getvalue()


def body(content: bytes) -> bytes:
    return json.dumps({"wav": base64.b64encode(content).decode()}).encode()


def asked(server: Server, content: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, answer, and headers."""
    request = urllib.request.Request(f"{server.url}/asr", content)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.status, json.load(answer), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error), dict(error.headers)


def rest(client: socket.socket) -> bytes:
    """All that the server still says, up to the end of the connection."""
    told = b""
    with contextlib.suppress(ConnectionResetError):  # where it did not read all that was sent
        while more := client.recv(65_536):
            told += more
    return told


def test_a_body_that_is_too_large_is_refused_before_it_is_read(strict: Server) -> None:
    with connected(strict) as client:
        client.sendall(b"POST /asr HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n")
        told = rest(client)

    assert b" 413 " in told
    assert b'"code": 1' in told


def test_a_body_of_unknown_length_is_refused_once_it_is_too_large(strict: Server) -> None:
    head = b"POST /asr HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connected(strict) as client:
        client.sendall(head)
        with contextlib.suppress(ConnectionError):
            for _ in range(30):
                client.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
        told = rest(client)

    assert b" 413 " in told or not told


def test_audio_that_is_too_long_is_refused_however_small_its_file_is(strict: Server) -> None:
    bomb = audio(3_000)
    assert len(bomb) < LIMITS.body_bytes / 2

    status, answer, _ = asked(strict, body(bomb))

    assert status == 413
    assert "12 s" in answer["msg"]


def test_of_audio_that_is_too_long_no_more_is_decoded_than_is_allowed() -> None:
    with pytest.raises(TooLong):
        decoded(audio(100), most_s=5)


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET /",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    ],
)
def test_a_head_that_does_not_come_ends_the_connection(strict: Server, beginning: bytes) -> None:
    with connected(strict) as client:
        client.settimeout(20)
        client.sendall(beginning)
        rest(client)  # or it times out


def test_the_head_of_a_second_request_must_come_in_time_too(strict: Server) -> None:
    with connected(strict) as client:
        client.settimeout(20)
        client.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200" in client.recv(65_536)
        client.sendall(b"GET /health HTTP/1.1\r\nHo")
        rest(client)  # or it times out; uvicorn itself waits without end


def test_a_head_that_comes_byte_by_byte_ends_the_connection(strict: Server) -> None:
    with connected(strict) as client:
        ended = threading.Event()

        def drip() -> None:
            with contextlib.suppress(OSError):
                client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
                while not ended.wait(0.1):
                    client.sendall(b"a")

        dripping = threading.Thread(target=drip)
        dripping.start()
        client.settimeout(20)
        rest(client)
        ended.set()
        dripping.join()


def test_a_body_that_does_not_come_is_a_408(strict: Server) -> None:
    with connected(strict) as client:
        client.sendall(b"POST /asr HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{")
        client.settimeout(20)
        told = rest(client)

    assert b" 408 " in told


def test_answers_are_sent_at_once(strict: Server) -> None:
    """Not 40 ms later, when the client has acknowledged its head."""
    connection = http.client.HTTPConnection("127.0.0.1", strict.port, timeout=PATIENCE_S)
    took_s = []
    for _ in range(20):
        began_s = time.perf_counter()
        connection.request("GET", "/health")
        connection.getresponse().read()
        took_s.append(time.perf_counter() - began_s)
    connection.close()

    assert min(took_s[1:]) < 0.03


def test_how_fast_a_body_must_come() -> None:
    limits = ServerLimits(stall_s=10, slowest_bytes_per_s=1_000)

    assert limits.body_in_time(0, 10)
    assert not limits.body_in_time(9, 10.1)
    assert limits.body_in_time(5_000, 15)
    assert not limits.body_in_time(5_000, 15.1)


@on_linux
def test_when_all_places_are_taken_others_are_told_to_come_again(
    strict: Server, said: Spoken
) -> None:
    with hung_recogniser(strict), contextlib.ExitStack() as waiting:
        for count in range(LIMITS.takes):
            client = waiting.enter_context(connected(strict))
            content = body(said.content)
            head = (
                f"POST /asr HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n\r\n"
            )
            client.sendall(head.encode() + content)
            until(lambda count=count: takes_open(strict) == count + 1)

        status, answer, headers = asked(strict, body(said.content))

    assert status == 503
    assert int(headers["retry-after"]) > 0
    assert answer["code"] == 1
    until(lambda: takes_open(strict) == 0)


@on_linux
def test_what_is_not_recognised_in_time_is_given_up(strict: Server, said: Spoken) -> None:
    with hung_recogniser(strict):
        status, answer, _ = asked(strict, body(said.content))
        assert takes_open(strict) == 0

    assert status == 503
    assert "2 s" in answer["msg"]


def hung_up(strict: Server, *messages: str | bytes) -> str:
    """The reason that the server gives when it ends the connection by itself."""
    with connect(f"ws://127.0.0.1:{strict.port}") as client:
        try:
            for message in messages:
                client.send(message)
            while True:
                client.recv(20)
        except ConnectionClosed as closed:
            return "" if closed.rcvd is None else closed.rcvd.reason


TWO_PASS = json.dumps({"mode": "2pass", "is_speaking": True})


@on_linux
def test_a_stream_that_takes_too_long_ends_with_an_error(strict: Server, said: Spoken) -> None:
    openai = pytest.importorskip("openai")
    with (
        openai.OpenAI(base_url=f"{strict.url}/v1", api_key="none", max_retries=0) as client,
        hung_recogniser(strict),
        pytest.raises(openai.APIError, match="not recognised within 2 s"),
    ):
        list(
            client.audio.transcriptions.create(
                model="any", file=("a.flac", said.content), stream=True
            )
        )
    until(lambda: takes_open(strict) == 0)


def test_who_opens_a_websocket_and_says_nothing_is_hung_up_on(strict: Server) -> None:
    assert "slowly" in hung_up(strict)


def test_who_falls_silent_in_a_take_is_hung_up_on(strict: Server) -> None:
    assert "slowly" in hung_up(strict, TWO_PASS, b"\0\0" * 1_600)
    until(lambda: takes_open(strict) == 0)


def test_who_dictates_for_too_long_is_hung_up_on(strict: Server) -> None:
    assert "12 s" in hung_up(strict, TWO_PASS, *[b"\0\0" * 16_000] * 14)


def test_a_message_that_is_too_large_ends_the_connection(strict: Server) -> None:
    hung_up(strict, TWO_PASS, b"\0" * 2_000_000)
    until(lambda: takes_open(strict) == 0)


@given(st.lists(st.floats(0.1, 50), max_size=20))
def test_a_budget_is_never_overdrawn_and_all_is_given_back(amounts: list[float]) -> None:
    budget, held = Budget(100), 0.0
    with contextlib.ExitStack() as taken:
        for amount in amounts:
            with contextlib.suppress(ServerBusy):
                taken.enter_context(budget.taken(amount))
                held += amount
            assert budget.used == pytest.approx(held)
            assert held <= 100.0001
    assert budget.used == pytest.approx(0)


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_what_phones_and_browsers_record_is_read_in_memory(kind: str, said: Spoken) -> None:
    av = pytest.importorskip("av", reason="the extra `media` is not installed")
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        codec, rate_hz = ("aac", 16_000) if kind == "mp4" else ("libopus", 48_000)
        stream = container.add_stream(codec, rate=rate_hz, layout="mono")
        resampler = av.AudioResampler("fltp", "mono", rate_hz, frame_size=960)
        frame = av.AudioFrame.from_ndarray(said.samples[None], "fltp", "mono")
        frame.sample_rate = 16_000
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))

    recording = decoded(file.getvalue(), most_s=60)

    assert recording.duration_s == pytest.approx(len(said.samples) / 16_000, abs=0.15)
    with pytest.raises(TooLong):
        decoded(file.getvalue(), most_s=1)


def test_samples_lose_nothing_where_they_are_kept() -> None:
    steps = np.arange(-32_768, 32_768, dtype=np.int16)

    assert (as_steps(as_samples(steps)) == steps).all()


def test_files_on_open_connections_count_as_bodies_do(strict: Server) -> None:
    most = LIMITS.body_bytes - 1_000
    with contextlib.ExitStack() as opened:
        for number in range(3):
            url = strict.url.replace("http", "ws") + "/"
            talk = opened.enter_context(connect(url, open_timeout=PATIENCE_S, max_size=None))
            talk.send(json.dumps({"mode": "offline", "wav_name": str(number), "wav_format": "wav"}))
            talk.send(b"x" * most)
        told = json.loads(talk.recv(PATIENCE_S))

    assert str(ServerBusy()) in told["error"]


def test_files_that_were_refused_leave_their_room_to_others(strict: Server) -> None:
    url = strict.url.replace("http", "ws") + "/"
    for _ in range(4):
        with connect(url, open_timeout=PATIENCE_S, max_size=None) as talk:
            talk.send(json.dumps({"mode": "offline", "wav_name": "x", "wav_format": "wav"}))
            talk.send(b"x" * (LIMITS.body_bytes - 1_000))
            talk.send(json.dumps({"is_speaking": False}))
            told = json.loads(talk.recv(PATIENCE_S))
        assert str(ServerBusy()) not in told["error"]
