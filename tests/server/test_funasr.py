"""FunASR's websocket protocol: by a real client of it, and all that our own client gets."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import urllib.request
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from dictation.recognition.options import LIVE, Options
from dictation.recognition.recogniser import Recogniser
from dictation.server.funasr_messages import (
    Done,
    Heard,
    Mode,
    Refused,
    Segments,
    Start,
    Stop,
    Told,
    VoiceHeard,
    read_answer,
)
from dictation.speech import Samples, Segment, Transcript

from .conftest import PATIENCE_S, Server, Spoken, takes_open, until

funasr_client = pytest.importorskip("funasr_client")

CHUNK = 960  # 60 ms, as FunASR's clients send it


@pytest.fixture(scope="module")
def address(server: Server) -> str:
    return f"ws://127.0.0.1:{server.port}"


def pcm(samples: Samples) -> bytes:
    return (samples * 32_768).astype("<i2").tobytes()


@pytest.fixture(scope="module")
def two_sentences(spoken: list[Spoken]) -> Samples:
    """Of one language each, with a pause between that ends a unit."""
    long = [each for each in spoken if len(each.text) > 10 and len(each.samples) > 4.2 * 16_000]
    pause = np.zeros(2 * 16_000, np.float32)
    return np.concatenate((long[0].samples, pause, long[1].samples, pause))


@pytest.fixture(scope="module")
def expected(demo_recogniser: Recogniser, two_sentences: Samples) -> Transcript:
    return demo_recogniser.transcribe([two_sentences], Options(profile=LIVE))


@pytest.fixture
def wav_file(tmp_path: Path, two_sentences: Samples) -> Path:
    file = tmp_path / "two.wav"
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(16_000)
        written.writeframes(pcm(two_sentences))
    return file


def test_a_client_of_funasr_gets_its_text(
    address: str, wav_file: Path, expected: Transcript
) -> None:
    # Not the blocking client: its version 0.1.6 waits for a lock that it holds itself.
    merged = asyncio.run(funasr_client.async_file_asr(wav_file, address, mode="2pass"))

    assert merged["text"] == expected.text
    assert merged["wav_name"] == "two.wav"
    assert merged["is_final"]
    stamps = merged["timestamp"]
    assert all(begin <= end for begin, end in stamps)
    assert [each["text_seg"] for each in merged["stamp_sents"]] == [
        segment.text for segment in expected.segments
    ]


def test_a_client_of_funasr_is_told_hypotheses_and_then_what_stays(
    address: str, wav_file: Path, expected: Transcript
) -> None:
    async def heard() -> list[dict[str, Any]]:
        stream = funasr_client.async_file_asr_stream(wav_file, address, mode="2pass")
        return [message async for message in stream]

    messages = asyncio.run(heard())

    stays = [each["text"] for each in messages if each["mode"] == "2pass-offline"]
    assert "".join(stays) == expected.text
    assert [each["is_final"] for each in messages] == [False] * (len(messages) - 1) + [True]
    assert all("dictation" not in each for each in messages)


def test_what_may_change_is_only_ever_added_to(address: str, two_sentences: Samples) -> None:
    """Such clients put each text of 2pass-online behind the one before."""
    with connect(address, open_timeout=PATIENCE_S) as socket:
        start(socket, {"mode": "2pass", "wav_name": "mic"})
        for at in range(0, len(two_sentences), CHUNK):
            socket.send(pcm(two_sentences[at : at + CHUNK]))
        socket.send(json.dumps({"is_speaking": False}))
        shown, final = "", ""
        for message in answers(socket):
            if message["mode"] == "2pass-online":
                shown += message["text"]
            else:
                shown, final = "", final + message["text"]

    assert final
    assert not shown


@pytest.mark.parametrize("mode", ["offline", "online"])
def test_other_modes_have_the_same_words(
    address: str, mode: str, two_sentences: Samples, expected: Transcript
) -> None:
    with connect(address, open_timeout=PATIENCE_S) as socket:
        start(socket, {"mode": mode, "chunk_size": [5, 10, 5], "hotwords": "", "itn": True})
        socket.send(pcm(two_sentences))
        socket.send(json.dumps({"is_speaking": False}))
        found = list(answers(socket))

    assert {each["mode"] for each in found} == {mode}
    assert letters("".join(each["text"] for each in found)) == letters(expected.text)
    assert len(found) == 1 or mode == "online"


def test_a_whole_file_may_be_sent_as_it_is(address: str, said: Spoken) -> None:
    with connect(address, open_timeout=PATIENCE_S) as socket:
        start(socket, {"mode": "offline", "wav_name": "x", "wav_format": "flac"})
        for at in range(0, len(said.content), 4_000):
            socket.send(said.content[at : at + 4_000])
        socket.send(json.dumps({"is_speaking": False}))
        (answer,) = answers(socket)

    assert answer["text"] == said.text


def test_other_rates_are_converted(address: str, said: Spoken) -> None:
    import soxr

    with connect(address, open_timeout=PATIENCE_S) as socket:
        start(socket, {"mode": "offline", "audio_fs": 48_000})
        content = pcm(soxr.resample(said.samples, 16_000, 48_000))
        for at in range(0, len(content), 4_801):  # samples are parted between frames
            socket.send(content[at : at + 4_801])
        socket.send(json.dumps({"is_speaking": False}))
        (answer,) = answers(socket)

    assert letters(answer["text"]) == letters(said.text)


def ours(socket: ClientConnection, samples: Samples, begin: Start) -> tuple[list[Told], Done]:
    socket.send(begin.as_json())
    for at in range(0, len(samples), CHUNK):
        socket.send(pcm(samples[at : at + CHUNK]))
    socket.send(Stop().as_json())
    told: list[Told] = []
    while True:
        message = read_answer(str(socket.recv(PATIENCE_S)))
        if isinstance(message, Done):
            return told, message
        told.append(message)


def segments_of(told: list[Told]) -> list[Segment]:
    return [segment for each in told if isinstance(each, Segments) for segment in each.segments]


@pytest.mark.parametrize("mode", [Mode.TWO_PASS, Mode.ONLINE])
def test_our_client_gets_all_that_the_recogniser_tells(
    address: str, mode: Mode, two_sentences: Samples, expected: Transcript
) -> None:
    with connect(address, open_timeout=PATIENCE_S) as socket:
        told, done = ours(socket, two_sentences, Start(mode))

    assert done.text == expected.text
    assert [each.text for each in segments_of(told)] == [each.text for each in expected.segments]
    for got, known in zip(segments_of(told), expected.segments, strict=True):
        assert (got.language, got.emotion, got.event) == (
            known.language,
            known.emotion,
            known.event,
        )
        assert got.start_s == pytest.approx(known.start_s)
        assert len(got.tokens) == len(known.tokens)
        assert 0 < got.language_probability <= 1
    assert VoiceHeard(speaking=True) in told
    if mode is Mode.TWO_PASS:
        assert any(isinstance(each, Heard) and each.final for each in told)


def test_one_connection_has_one_take_after_the_other(address: str, spoken: list[Spoken]) -> None:
    some = [each for each in spoken if each.text][:3]
    with connect(address, open_timeout=PATIENCE_S) as socket:
        texts = [ours(socket, each.samples, Start(Mode.OFFLINE))[1].text for each in some]

    assert texts == [each.text for each in some]


def test_the_bare_words_can_be_asked_for(
    address: str, demo_recogniser: Recogniser, said: Spoken
) -> None:
    from dictation.speech import TextStyle

    options = Options(style=TextStyle.SPOKEN)
    with connect(address, open_timeout=PATIENCE_S) as socket:
        _, done = ours(socket, said.samples, Start(Mode.OFFLINE, style=TextStyle.SPOKEN))

    assert done.text == demo_recogniser.transcribe([said.samples], options).text
    assert done.text != said.text


def test_who_dictates_is_answered_while_a_long_file_is_recognised(
    server: Server, address: str, spoken: list[Spoken], said: Spoken
) -> None:
    file = io.BytesIO()
    long = np.concatenate([each.samples for each in spoken] * 3)[: 900 * 16_000]
    soundfile.write(file, long, 16_000, format="FLAC")
    request = urllib.request.Request(
        f"{server.url}/asr",
        json.dumps({"wav": base64.b64encode(file.getvalue()).decode()}).encode(),
    )
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(urllib.request.urlopen, request, timeout=PATIENCE_S)
        until(lambda: takes_open(server) == 1)
        with connect(address, open_timeout=PATIENCE_S) as socket:
            _, done = ours(socket, said.samples, Start())
        still_at_it = not asking.done()
        with asking.result() as answer:
            recognised = json.load(answer)["res"]

    assert still_at_it
    assert letters(done.text) == letters(said.text)
    assert len(recognised) > 2_000


@pytest.mark.parametrize(
    "first",
    [
        "{",
        "[]",
        "7",
        '{"mode": "3pass"}',
        '{"mode": 7}',
        '{"mode": {}}',
        '{"audio_fs": 1}',
        '{"audio_fs": "16000"}',
        '{"svs_lang": "tlh"}',
        '{"wav_name": 7}',
        '{"dictation": "7"}',
        '{"dictation": {"languages": []}}',
        '{"dictation": {"languages": ["nospeech"]}}',
        b"audio",
        "[" * 100_000,
    ],
)
def test_what_is_not_understood_ends_the_connection_with_a_reason(
    address: str, first: str | bytes
) -> None:
    with connect(address, open_timeout=PATIENCE_S) as socket:
        socket.send(first)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(PATIENCE_S)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008
    assert "not understood" in closed.value.rcvd.reason


def test_a_file_that_is_no_audio_is_told_to_our_client_as_an_error(address: str) -> None:
    with connect(address, open_timeout=PATIENCE_S) as socket:
        socket.send(Start(Mode.OFFLINE, audio_format="wav").as_json())
        socket.send(b"/etc/passwd")
        socket.send(Stop().as_json())
        told = read_answer(str(socket.recv(PATIENCE_S)))

    assert isinstance(told, Refused)
    assert told.error == "AudioUnusable"
    assert told.remedy


def test_a_client_that_goes_while_it_dictates_leaves_nothing_behind(
    server: Server, address: str, two_sentences: Samples
) -> None:
    with connect(address, open_timeout=PATIENCE_S) as socket:
        socket.send(Start().as_json())
        socket.send(pcm(two_sentences))
        until(lambda: takes_open(server) == 1)

    until(lambda: takes_open(server) == 0)


def test_a_page_of_another_site_cannot_listen(address: str) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(address, origin="https://evil.example", open_timeout=PATIENCE_S),  # type: ignore[arg-type]
    ):
        pass

    assert refused.value.response.status_code == 403


def start(socket: ClientConnection, told: dict[str, Any]) -> None:
    socket.send(json.dumps({"is_speaking": True, **told}))


def answers(socket: ClientConnection) -> Any:
    """All up to the last one of a take."""
    while True:
        answer = json.loads(socket.recv(PATIENCE_S))
        yield answer
        if answer["is_final"]:
            return


def letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
