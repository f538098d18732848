"""Wyoming, by the client of Home Assistant's own package."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import warnings
from collections.abc import Awaitable, Callable
from ipaddress import ip_network

import numpy as np
import pytest

from dictation.recognition.options import Options
from dictation.server.limits import ServerLimits
from dictation.server.wyoming_door import WyomingDoor

from .conftest import PATIENCE_S, Server, Spoken

with warnings.catch_warnings():
    # Before Python 3.13 it imports audioop, which is gone from then on.
    warnings.simplefilter("ignore", DeprecationWarning)
    from wyoming.asr import Transcribe, Transcript
    from wyoming.audio import AudioChunk, AudioStart, AudioStop
    from wyoming.client import AsyncTcpClient
    from wyoming.info import Describe, Info
    from wyoming.ping import Ping, Pong


def talked(server: Server, talk: Callable[[AsyncTcpClient], Awaitable[None]]) -> None:
    async def main() -> None:
        assert server.wyoming_port is not None
        async with (
            asyncio.timeout(PATIENCE_S),
            AsyncTcpClient("127.0.0.1", server.wyoming_port) as client,
        ):
            await talk(client)

    asyncio.run(main())


async def transcribed(client: AsyncTcpClient, said: Spoken, language: str | None = None) -> str:
    await client.write_event(Transcribe(language=language).event())
    await client.write_event(AudioStart(rate=16_000, width=2, channels=1).event())
    audio = (said.samples * 32_768).astype("<i2").tobytes()
    for at in range(0, len(audio), 2_048):
        chunk = AudioChunk(rate=16_000, width=2, channels=1, audio=audio[at : at + 2_048])
        await client.write_event(chunk.event())
    await client.write_event(AudioStop().event())
    event = await client.read_event()
    assert event is not None
    return Transcript.from_event(event).text


def test_it_describes_what_it_can_do(server: Server) -> None:
    async def talk(client: AsyncTcpClient) -> None:
        await client.write_event(Describe().event())
        event = await client.read_event()
        assert event is not None
        info = Info.from_event(event)
        assert info.asr[0].installed
        assert info.asr[0].models[0].languages == ["zh", "en", "yue", "ja", "ko"]

    talked(server, talk)


def test_speech_becomes_text_as_often_as_one_likes(server: Server, spoken: list[Spoken]) -> None:
    some = [each for each in spoken if each.text][:3]

    async def talk(client: AsyncTcpClient) -> None:
        for each in some:
            assert await transcribed(client, each) == each.text

    talked(server, talk)


def test_home_assistants_names_of_languages_are_known(server: Server, said: Spoken) -> None:
    language = said.transcript.segments[0].language.value

    async def talk(client: AsyncTcpClient) -> None:
        assert await transcribed(client, said, f"{language}-XX") == said.text
        assert await transcribed(client, said, "tlh") == said.text

    talked(server, talk)


def test_stereo_at_another_rate_is_converted(server: Server, said: Spoken) -> None:
    import soxr

    async def talk(client: AsyncTcpClient) -> None:
        wide = soxr.resample(said.samples, 16_000, 48_000)
        audio = (np.stack((wide, wide), axis=1) * 32_767).astype("<i2").tobytes()
        await client.write_event(AudioStart(rate=48_000, width=2, channels=2).event())
        for at in range(0, len(audio), 40_000):
            chunk = AudioChunk(rate=48_000, width=2, channels=2, audio=audio[at : at + 40_000])
            await client.write_event(chunk.event())
        await client.write_event(AudioStop().event())
        event = await client.read_event()
        assert event is not None
        text = Transcript.from_event(event).text
        assert [c for c in text if c.isalnum()] == [c for c in said.text if c.isalnum()]

    talked(server, talk)


def test_a_ping_is_answered(server: Server) -> None:
    async def talk(client: AsyncTcpClient) -> None:
        await client.write_event(Ping(text="still there?").event())
        event = await client.read_event()
        assert event is not None
        assert Pong.from_event(event).text == "still there?"

    talked(server, talk)


CHUNK = {"rate": 16_000, "width": 2, "channels": 1}


@pytest.mark.parametrize(
    "sent",
    [
        b"{\n",
        b"[]\n",
        b"7\n",
        b'{"type": 7}\n',
        b'{"type": "ping", "data": []}\n',
        b'{"type": "ping", "data": {"x": "\\ud800"}}\n',
        b'{"type": "ping", "data_length": -1}\n',
        b'{"type": "ping", "data_length": 999999999}\n',
        b'{"type": "ping", "payload_length": "x"}\n',
        b"[" * 60_000 + b"\n",
        b'{"type": "audio-start"}\n{"type": "audio-chunk", "data": {"rate": 0}}\n',
        b'{"type": "audio-start"}\n'
        + json.dumps({"type": "audio-chunk", "data": CHUNK, "payload_length": 3}).encode()
        + b"\nabc",
        b'{"type": "audio-start"}\n'
        + json.dumps({"type": "audio-chunk", "data": {**CHUNK, "width": 3}}).encode()
        + b"\n",
    ],
)
def test_what_is_not_understood_ends_the_connection_with_a_reason(
    server: Server, sent: bytes
) -> None:
    assert server.wyoming_port is not None
    with socket.create_connection(("127.0.0.1", server.wyoming_port), PATIENCE_S) as client:
        client.sendall(sent)
        answer = b""
        while more := client.recv(65_536):
            answer += more

    head, _, data = answer.partition(b"\n")
    assert json.loads(head)["type"] == "error"
    assert "not understood" in json.loads(data)["text"]


def test_a_line_without_end_ends_the_connection(server: Server) -> None:
    assert server.wyoming_port is not None
    with (
        socket.create_connection(("127.0.0.1", server.wyoming_port), PATIENCE_S) as client,
        contextlib.suppress(ConnectionError),  # what was sent meanwhile is not read any more
    ):
        client.sendall(b"x" * 200_000)
        while client.recv(65_536):
            pass


def test_only_those_who_are_named_come_in_from_elsewhere() -> None:
    networks = (ip_network("192.168.1.0/24"), ip_network("fd00::/8"))
    door = WyomingDoor(None, Options(), ServerLimits(), networks)  # type: ignore[arg-type]

    assert door.admits("127.0.0.1")
    assert door.admits("::1")
    assert door.admits("192.168.1.7")
    assert door.admits("::ffff:192.168.1.7")
    assert door.admits("fd00::7%eth0")
    assert not door.admits("192.168.2.7")
    assert not door.admits("2001:db8::1")
