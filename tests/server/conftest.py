"""A real server on loopback, with the demo model in a real recogniser process."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile

from dictation.recognition.options import FILE, Options
from dictation.recognition.recogniser import Recogniser
from dictation.speech import Samples, Transcript

from ..conftest import Clip

pytest.importorskip("fastapi", reason="the extra `server` is not installed")

PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs."""

    process: subprocess.Popen[str]
    port: int
    wyoming_port: int | None
    said: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> int:
        """Its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def environment(folder: Path, prepared_models: Path) -> dict[str, str]:
    """Folders of its own; models are prepared once for all tests."""
    names = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")
    folders = {name: str(folder / name.lower()) for name in names}
    cache = Path(folders["XDG_CACHE_HOME"]) / "dictation"
    cache.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        (cache / "backends").symlink_to(prepared_models)
    return {**os.environ, **folders, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


_SERVE = ("-m", "dictation", "serve", "--model", "demo", "--port", "0")


def started(
    folder: Path, prepared_models: Path, *arguments: str, program: Sequence[str] = ()
) -> Server:
    """Once it listens. program: instead of ``dictation serve``."""
    log = folder / "serve.log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, *(program or _SERVE), *arguments],
            env=environment(folder, prepared_models),
            stdout=written,
            stderr=subprocess.STDOUT,
            text=True,
        )
    wyoming = "--wyoming-port" in arguments
    until_s = time.monotonic() + PATIENCE_S
    while True:
        said = log.read_text()
        port = re.search(r"Listening on \S+:(\d+)/\n", said)
        wyoming_port = re.search(r"Wyoming on \S+:(\d+)\n", said)
        if port and (wyoming_port or not wyoming):
            number = int(wyoming_port[1]) if wyoming_port else None
            return Server(process, int(port[1]), number, said)
        assert process.poll() is None, said
        assert time.monotonic() < until_s, said
        time.sleep(0.02)


def until_ready(server: Server) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while True:
        with urllib.request.urlopen(f"{server.url}/health", timeout=PATIENCE_S) as answer:
            if json.load(answer)["status"] == "ready":
                return
        assert time.monotonic() < until_s
        time.sleep(0.05)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, prepared_models: Path) -> Iterator[Server]:
    """For all tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("server")
    server = started(folder, prepared_models, "--wyoming-port", "0")
    until_ready(server)
    yield server
    assert server.end() == 0


def recogniser_of(server: Server) -> int:
    """The process."""
    tasks = Path(f"/proc/{server.process.pid}/task").iterdir()
    pids = [pid for task in tasks for pid in (task / "children").read_text().split()]
    lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in pids}
    return next(pid for pid, line in lines.items() if "spawn_main" in line)


@contextlib.contextmanager
def hung_recogniser(server: Server) -> Iterator[None]:
    """Nothing is recognised meanwhile."""
    recogniser = recogniser_of(server)
    os.kill(recogniser, signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):  # a test may have killed it
            os.kill(recogniser, signal.SIGCONT)


def until(true: Callable[[], object]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until_s
        time.sleep(0.02)


def takes_open(server: Server) -> int:
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=PATIENCE_S) as answer:
        lines = answer.read().decode().splitlines()
    return int(next(line for line in lines if line.startswith("dictation_takes_open ")).split()[1])


@dataclass(frozen=True, slots=True)
class Spoken:
    """A file, and what the recogniser in this process makes of it."""

    content: bytes
    samples: Samples
    transcript: Transcript

    @property
    def text(self) -> str:
        return self.transcript.text


@pytest.fixture(scope="session")
def spoken(clips: list[Clip], demo_model: Path, prepared_models: Path) -> list[Spoken]:
    """A hundred and more, all different. By the backend that the server has."""
    told = []
    recogniser = _as_the_server_has_it(demo_model, prepared_models)
    for clip in clips:
        samples, _ = soundfile.read(clip.file, dtype="float32")
        transcript = recogniser.transcribe([samples], Options(profile=FILE))
        told.append(Spoken(clip.file.read_bytes(), samples, transcript))
    return told


def _as_the_server_has_it(demo_model: Path, prepared_models: Path) -> Recogniser:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(prepared_models / "as-server"))
        cache = prepared_models / "as-server" / "dictation"
        cache.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            (cache / "backends").symlink_to(prepared_models)
        return Recogniser(demo_model)


@pytest.fixture(scope="session")
def said(spoken: list[Spoken]) -> Spoken:
    """One with a text."""
    return next(each for each in spoken if len(each.text) > 20)


def connected(server: Server) -> socket.socket:
    """A bare connection."""
    return socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)
