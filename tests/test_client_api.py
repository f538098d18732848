"""The README's Python, and ``transcribe --server``, against a server in a process of its own."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from dictation import Client, cli, remote_messages
from dictation.client import wire
from dictation.errors import (
    AudioMissing,
    ClientMissing,
    ServerAddressWrong,
    ServerAway,
    ServerForbids,
)
from dictation.lab.running import waited_for
from dictation.paths import settings_file
from dictation.recognition.options import FILE, LIVE, Options
from dictation.recognition.recogniser import Recogniser
from dictation.settings import Settings, save
from dictation.speech import SAMPLE_RATE_HZ, Hypothesis, Samples, TextStyle

from .conftest import Clip
from .servers import TOKEN, RunningServer

README = Path(__file__).parent.parent / "README.md"
BLOCKS = [
    block
    for block in re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    if "from dictation import" in block  # others are for programs of other people
]
PATIENCE_S = 20.0
SAID = "Hello, and welcome to dictation."


@pytest.fixture
def server(speech_server: RunningServer) -> RunningServer:
    return speech_server


@pytest.fixture
def client(server: RunningServer) -> Iterator[Client]:
    with Client(server.at().address, token=TOKEN) as client:
        yield client


@pytest.fixture(scope="module")
def sentence(clips: list[Clip]) -> Samples:
    return next(clip.samples for clip in clips if clip.language == "en")


def test_there_is_python_in_the_readme() -> None:
    assert sorted("Recogniser" in block for block in BLOCKS) == [False, True]


@pytest.mark.parametrize("block", BLOCKS)
def test_the_python_of_the_readme_does_what_it_says(
    server: RunningServer, tmp_path: Path, demo_recording: Path, block: str
) -> None:
    shutil.copy(demo_recording, tmp_path / "talk.wav")
    program = block.replace('"http://127.0.0.1:2002"', f'"{server.at().address}", token="{TOKEN}"')

    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[0].startswith(SAID)
    assert lines[-1].startswith(SAID)
    assert ("en" in lines[0].split()) == ("language" in block)


def test_importing_the_package_loads_nothing_of_it() -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, dictation; print(*(m for m in sys.modules if m.startswith('dictation')),"
            " *({'numpy', 'websockets', 'soundfile'} & set(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["dictation"]


def test_a_client_needs_no_engine() -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from dictation import Client; Client('box');"
            "print(*({'torch', 'funasr', 'onnxruntime', 'PySide6'} & set(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not ran.stdout.split()


def test_samples_are_transcribed_whatever_their_type(
    client: Client, demo_recogniser: Recogniser, sentence: Samples
) -> None:
    wanted = demo_recogniser.transcribe([sentence], Options(profile=FILE))
    steps = (sentence * 32_768).astype(np.int16)

    for samples in (sentence, sentence.astype(np.float64), steps):
        assert client.transcribe(samples).segments == wanted.segments
    spoken = client.transcribe(sentence, Options(style=TextStyle.SPOKEN))
    assert spoken.segments[0].style is TextStyle.SPOKEN


@pytest.mark.parametrize(
    ("samples", "kind"),
    [(np.zeros((2, 9), np.float32), ValueError), (np.zeros(9, np.int32), TypeError)],
)
def test_samples_of_another_shape_or_type_are_refused(
    client: Client, samples: Any, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        client.transcribe(samples)


def test_whoever_only_feeds_is_heard_all_the_same() -> None:
    """What the server tells meanwhile is taken in: the pipe to its connection holds 64 KB."""
    heard = [0]
    (told,) = remote_messages.written(Hypothesis(1, "word " * 400, ""))

    def talk(line: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            for message in line:
                if isinstance(message, bytes):
                    heard[0] += len(message)
                    line.send(told)

    with serve(talk, "127.0.0.1", 0) as stand_in:
        threading.Thread(target=stand_in.serve_forever, daemon=True).start()
        port = stand_in.socket.getsockname()[1]
        with Client(f"http://127.0.0.1:{port}") as client, client.open() as utterance:
            for number in range(100):
                utterance.feed(np.zeros(1_600, np.int16))
                waited_for(
                    lambda number=number: heard[0] >= number * 3_200,
                    what="What was fed before",
                    timeout_s=PATIENCE_S,
                )
        stand_in.shutdown()


def test_two_utterances_go_side_by_side_and_a_third_is_cancelled(
    client: Client, demo_recogniser: Recogniser, clips: list[Clip]
) -> None:
    english = [clip.samples for clip in clips if clip.language == "en"][:2]
    wanted = [demo_recogniser.transcribe([one], Options(profile=LIVE)).text for one in english]
    with client.open() as dropped:
        dropped.feed(english[0])
        utterances = [client.open() for _ in english]
        for utterance, samples in zip(utterances, english, strict=True):
            utterance.feed(samples)
            utterance.feed(np.zeros(SAMPLE_RATE_HZ, np.float32))

    assert [utterance.finish().text for utterance in utterances] == wanted


def test_what_goes_wrong_is_raised_as_ours(
    server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ServerAddressWrong):
        Client("not an address")
    with Client(server.at().address) as client, pytest.raises(AudioMissing):
        client.transcribe(tmp_path / "missing.wav")
    silence = np.zeros(SAMPLE_RATE_HZ, np.float32)
    with Client(server.at().address, token="wrong") as client, pytest.raises(ServerForbids):
        client.transcribe(silence)
    with Client(server.at().address, token=TOKEN) as client:
        assert client.transcribe(silence).text == ""
    with Client("http://127.0.0.1:1") as client, pytest.raises(ServerAway):
        client.transcribe(silence)
    monkeypatch.setattr(wire, "IS_INSTALLED", False)
    with pytest.raises(ClientMissing):
        Client("box")


# --- the command


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    return file


def transcribed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = cli.main(["transcribe", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_files_go_to_the_server_as_they_would_be_done_here(
    server: RunningServer,
    demo_recogniser: Recogniser,
    clips: list[Clip],
    token_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = [clip.file for clip in clips[:3]]
    wanted = [demo_recogniser.transcribe([clip.samples]).text for clip in clips[:3]]

    code, out, err = transcribed(
        capsys, *("--server", server.at().address, "--token-file", token_file), "--json", *files
    )

    assert code == 0, err
    assert [json.loads(line)["text"] for line in out.splitlines()] == wanted
    assert "demonstration" not in err  # nothing is said of a model that is not used


def test_the_token_of_the_settings_goes_to_the_server_of_the_settings_alone(
    server: RunningServer,
    token_file: Path,
    clips: list[Clip],
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = server.at().address
    chosen = Settings()
    for known, expected in ((address, 0), ("http://elsewhere:2002", 10)):
        recognition = replace(
            chosen.recognition, server=known, server_token_file=str(token_file), use_server=False
        )
        save(settings_file(), replace(chosen, recognition=recognition))
        code, _, err = transcribed(capsys, "--server", address, clips[0].file)
        assert code == expected, err
    assert "token" in err

    code, *_ = transcribed(
        capsys, "--server", address, "--token-file", token_file, "--", clips[0].file
    )
    assert code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--server", "http://127.0.0.1:1"], 10, "cannot be reached"),
        (["--server", "box/asr"], 2, "not the address"),
        (["--server", "box", "--model", "demo"], 2, "chosen there"),
        (["--server", "box", "--token-file", "missing"], 2, "cannot be read"),
    ],
)
def test_what_cannot_be_is_told_once_for_all_files(
    clips: list[Clip],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    told: str,
) -> None:
    got, out, err = transcribed(capsys, *arguments, "--", clips[0].file, clips[1].file)

    assert (got, out) == (code, "")
    assert err.count(told) == 1
