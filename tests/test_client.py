"""The recogniser of a server: as that of this machine, and replaced by it when the server dies."""

from __future__ import annotations

import contextlib
import multiprocessing
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
import pytest
from websockets.sync.server import serve

from dictation import remote_messages, translation
from dictation.client import server_first
from dictation.client.address import Server
from dictation.client.link import ServerPlace
from dictation.client.server_first import ServerFirst
from dictation.errors import (
    DictationError,
    ModelMissing,
    ServerAway,
    ServerForbids,
    ServerForeign,
    ServerNotTrusted,
    ServerSaid,
)
from dictation.paths import resource
from dictation.recognition.contract import TakeRecogniser
from dictation.recognition.messages import (
    Failed,
    Final,
    Progress,
    Setup,
    Stage,
    Substituted,
    Unusable,
    Up,
    Voice,
)
from dictation.recognition.options import FILE, LIVE, Options
from dictation.recognition.process import Limits, RecogniserProcess
from dictation.recognition.recogniser import Recogniser
from dictation.settings import BackendName
from dictation.speech import AudioChunk, Hypothesis, Samples

from .conftest import Clip
from .servers import TOKEN, RunningServer, running

PATIENCE_S = 60
CHUNK = 1_600


@pytest.fixture
def server(speech_server: RunningServer) -> RunningServer:
    return speech_server


@pytest.fixture(scope="module")
def english(clips: list[Clip]) -> Samples:
    """Four sentences."""
    return np.concatenate([clip.samples for clip in clips if clip.language == "en"][:4])


@pytest.fixture
def setup(tmp_path: Path, demo_model: Path) -> Setup:
    # The backend of the server's, so that both give the same text.
    return Setup(
        demo_model, resource("vad"), tmp_path / "recogniser.log", 1, backend=BackendName.FP32
    )


def no_model() -> Setup:
    raise ModelMissing(name="SenseVoiceSmall", size="937 MB")


def until(recogniser: TakeRecogniser, wanted: Callable[[Up], object]) -> list[Up]:
    """Everything that is told up to the message that is wanted."""
    told: list[Up] = []
    until_s = time.monotonic() + PATIENCE_S
    while not (told and wanted(told[-1])):
        message = recogniser.receive(until_s - time.monotonic())
        assert message is not None, f"only {told}"
        told.append(message)
    return told


def _until_true(recogniser: TakeRecogniser, true: Callable[[], bool]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until_s
        recogniser.receive(0.05)


def is_answer(message: Up) -> bool:
    return isinstance(message, Final | Failed)


def is_final(message: Up) -> TypeGuard[Final]:
    return isinstance(message, Final)


def final(told: list[Up]) -> Final:
    assert isinstance(told[-1], Final), told[-1]
    return told[-1]


def speak(recogniser: TakeRecogniser, take: int, samples: Samples) -> None:
    for at in range(0, len(samples), CHUNK):
        recogniser.send(AudioChunk(take, samples[at : at + CHUNK]))


def expected(demo_recogniser: Recogniser, samples: Samples, options: Options) -> Any:
    return demo_recogniser.transcribe([samples], options)


def test_a_server_gives_what_this_machine_gives(
    server: RunningServer, demo_recogniser: Recogniser, english: Samples
) -> None:
    options = Options(profile=LIVE)
    with RecogniserProcess(ServerPlace(server.at(TOKEN))) as recogniser:
        recogniser.open(7, options, lambda: [english])
        speak(recogniser, 7, english)
        recogniser.finish(7)
        told = until(recogniser, is_answer)

    wanted = expected(demo_recogniser, english, options)
    assert final(told).transcript == replace(wanted, take=7)
    assert Progress(Stage.READY) in told
    assert Voice(7, speaking=True) in told
    known = [message for message in told if isinstance(message, Hypothesis)]
    assert wanted.text.startswith(known[-1].final)
    assert known[-1].final


def test_a_file_goes_through_with_its_progress(
    server: RunningServer, demo_recogniser: Recogniser, english: Samples
) -> None:
    long = np.tile(english, 7)
    advanced: list[int] = []

    def note(message: Any) -> None:
        advanced.append(getattr(message, "samples", 0))

    with RecogniserProcess(ServerPlace(server.at(TOKEN))) as recogniser:
        transcript = recogniser.transcribe(0, lambda: np.split(long, 7), Options(), note)

    assert transcript.text == expected(demo_recogniser, long, Options(profile=FILE)).text
    assert max(advanced) == len(long)


def test_a_server_that_is_there_is_ready_before_the_first_take(server: RunningServer) -> None:
    with RecogniserProcess(ServerPlace(server.at(TOKEN))) as recogniser:
        recogniser.start()

        told = until(recogniser, lambda message: message == Progress(Stage.READY))

    assert not any(isinstance(message, Final | Failed) for message in told)


def test_a_cancelled_take_is_not_heard_of_again(server: RunningServer, english: Samples) -> None:
    with RecogniserProcess(ServerPlace(server.at(TOKEN))) as recogniser:
        for take in (1, 2):
            recogniser.open(take, Options(profile=LIVE), lambda: [english])
            speak(recogniser, take, english)
            recogniser.finish(take)
        recogniser.cancel(1)

        told = until(recogniser, is_answer)

    assert {getattr(message, "take", 2) for message in told} == {2}


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_wrong_token_is_told_as_one(server: RunningServer, token: str) -> None:
    with (
        RecogniserProcess(ServerPlace(server.at(token))) as recogniser,
        pytest.raises(ServerForbids, match="HTTP 403"),
    ):
        recogniser.transcribe(0, lambda: [np.zeros(CHUNK, np.float32)], Options())


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def failure(server: Server, limits: Limits) -> DictationError:
    with RecogniserProcess(ServerPlace(server), limits) as recogniser:
        recogniser.open(1, Options(), list)
        told = until(recogniser, is_answer)
    assert isinstance(told[-1], Failed)
    return told[-1].error


def test_a_server_that_is_not_there_is_told_as_away() -> None:
    away = Server("127.0.0.1", free_port())

    error = failure(away, Limits(replays=0))

    assert isinstance(error, ServerAway)
    assert away.address in str(error)


def test_a_name_that_nobody_has_is_told_as_away() -> None:
    assert isinstance(failure(Server("nobody.invalid"), Limits(replays=0)), ServerAway)


@pytest.mark.parametrize("answer", ["", "hello", '{"mode": "2pass-online", "text": "hi"}', b"\0"])
def test_something_else_that_answers_is_told_as_foreign(answer: str | bytes) -> None:
    with serve(lambda line: line.send(answer), "127.0.0.1", 0) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        error = failure(Server("127.0.0.1", stranger.socket.getsockname()[1]), Limits(replays=0))

    assert isinstance(error, ServerForeign)


def test_a_server_is_asked_to_speak_the_language_in_use() -> None:
    wished: list[str] = []

    def note(line: Any) -> None:
        wished.append(line.request.headers["Accept-Language"])

    with serve(note, "127.0.0.1", 0) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        translation.use("zh_CN", resource("locale"))
        try:
            failure(Server("127.0.0.1", stranger.socket.getsockname()[1]), Limits(replays=0))
        finally:
            translation.use("en", resource("locale"))

    assert set(wished) == {"zh-CN"}


def test_what_speaks_no_websocket_is_told_as_foreign() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            caller, _ = listening.accept()
            caller.recv(4_096)
            caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
            caller.close()

        threading.Thread(target=answer, daemon=True).start()
        error = failure(Server("127.0.0.1", listening.getsockname()[1]), Limits(replays=0))

    assert isinstance(error, ServerForeign)


def test_no_proxy_stands_between_this_machine_and_itself(
    server: RunningServer, english: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{free_port()}")
    with RecogniserProcess(ServerPlace(server.at(TOKEN)), Limits(replays=0)) as recogniser:
        assert recogniser.transcribe(0, lambda: [english], Options()).text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=dictation"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", folder / "key.pem", "-out", folder / "certificate.pem"),
        ],
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text((folder / "certificate.pem").read_text() + (folder / "key.pem").read_text())
    return both


def test_over_tls_a_server_is_trusted_by_its_certificate_alone(
    certificate: Path, english: Samples
) -> None:
    with running("--certificate", certificate) as server:
        trusted = server.at(ca_file=certificate)
        with RecogniserProcess(ServerPlace(trusted)) as recogniser:
            assert recogniser.transcribe(0, lambda: [english], Options()).text

        error = failure(replace(trusted, ca_file=None), Limits())
        assert isinstance(error, ServerNotTrusted)
        plain = failure(replace(trusted, secure=False, ca_file=None), Limits(replays=0))
        assert isinstance(plain, ServerAway | ServerForeign)


def test_a_server_that_speaks_no_tls_is_not_spoken_to_without(server: RunningServer) -> None:
    secure = replace(server.at(TOKEN), secure=True)

    assert isinstance(failure(secure, Limits(replays=0)), ServerAway | ServerForeign)


# --- the server first, this machine when it is away


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_first, "_LONGEST_BACK_OFF_S", 0.5)


def spoken_to(recogniser: ServerFirst, take: int, samples: Samples) -> None:
    recogniser.open(take, Options(profile=LIVE), lambda: np.split(samples, [CHUNK, 9_999]))
    speak(recogniser, take, samples)


def test_a_server_that_dies_mid_utterance_costs_no_word(
    setup: Setup, demo_recogniser: Recogniser, english: Samples
) -> None:
    middle = len(english) // 2
    with (
        running() as server,
        contextlib.closing(ServerFirst(lambda: setup, server.at())) as recogniser,
    ):
        recogniser.start()
        recogniser.open(3, Options(profile=LIVE), lambda: [english])
        speak(recogniser, 3, english[:middle])
        before = until(recogniser, lambda message: isinstance(message, Voice))
        server.kill()
        speak(recogniser, 3, english[middle:])
        recogniser.finish(3)

        told = until(recogniser, is_answer)

        assert not any(isinstance(message, Substituted) for message in before)
        assert [type(message.error) for message in told if isinstance(message, Substituted)] == [
            ServerAway
        ]
        assert (
            final(told).transcript.text
            == expected(demo_recogniser, english, Options(profile=LIVE)).text
        )


def test_while_the_server_works_there_is_no_process_here(
    server: RunningServer, english: Samples
) -> None:
    asked: list[None] = []

    def find_setup() -> Setup:
        asked.append(None)
        raise AssertionError

    with contextlib.closing(ServerFirst(find_setup, server.at(TOKEN))) as recogniser:
        recogniser.start()
        spoken_to(recogniser, 1, english)
        recogniser.finish(1)
        final(until(recogniser, is_answer))

    assert not asked


def test_a_take_that_begins_while_the_server_is_away_is_heard_here_and_the_next_there_again(
    setup: Setup, demo_recogniser: Recogniser, english: Samples
) -> None:
    port = free_port()
    wanted = expected(demo_recogniser, english, Options(profile=LIVE)).text
    with contextlib.closing(ServerFirst(lambda: setup, Server("127.0.0.1", port))) as recogniser:
        recogniser.start()
        until(recogniser, lambda message: isinstance(message, Substituted))
        spoken_to(recogniser, 1, english)
        recogniser.finish(1)
        assert final(until(recogniser, is_answer)).transcript.text == wanted
        with running("--port", str(port)) as server:
            _until_true(recogniser, lambda: recogniser.away is None)
            recogniser.submit(2, Options(), lambda: [english])
            assert final(until(recogniser, is_answer)).transcript.text
            server.kill()
            spoken_to(recogniser, 3, english)
            recogniser.finish(3)
            assert final(until(recogniser, is_answer)).transcript.text == wanted


def test_without_a_model_here_a_take_fails_with_the_server_as_the_reason_and_is_not_forgotten(
    english: Samples,
) -> None:
    port = free_port()
    with contextlib.closing(ServerFirst(no_model, Server("127.0.0.1", port))) as recogniser:
        recogniser.start()
        until(recogniser, lambda message: isinstance(message, Unusable))
        spoken_to(recogniser, 1, english)
        assert recogniser.receive(1) is None  # nobody who speaks is interrupted
        recogniser.finish(1)
        told = until(recogniser, is_answer)
        assert isinstance(told[-1], Failed)
        assert isinstance(told[-1].error, ServerAway)

        with running("--port", str(port)):
            until(recogniser, lambda message: message == Progress(Stage.READY))
            recogniser.submit(1, Options(), lambda: [english])
            assert final(until(recogniser, is_answer)).transcript.text


class Wire:
    """A way to a server that can be cut."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._begin(self._accept)

    def cut(self) -> None:
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self.cut()
        for thread in self._threads:
            thread.join(PATIENCE_S)
        for end in (self._listening, *self._ends):
            end.close()

    def _begin(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        self._threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                self._begin(self._carry, near, far)
                self._begin(self._carry, far, near)

    @staticmethod
    def _carry(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65_536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)


def test_without_a_model_here_a_take_outlives_a_cut_of_the_network(
    server: RunningServer, demo_recogniser: Recogniser, english: Samples
) -> None:
    middle = len(english) // 2
    with (
        contextlib.closing(Wire(server.port)) as wire,
        contextlib.closing(
            ServerFirst(no_model, Server("127.0.0.1", wire.port, token=TOKEN))
        ) as recogniser,
    ):
        recogniser.start()
        recogniser.open(1, Options(profile=LIVE), lambda: [english])
        speak(recogniser, 1, english[:middle])
        until(recogniser, lambda message: isinstance(message, Voice))
        wire.cut()
        speak(recogniser, 1, english[middle:])
        recogniser.finish(1)
        told = until(recogniser, is_answer)

    wanted = expected(demo_recogniser, english, Options(profile=LIVE))
    assert final(told).transcript.text == wanted.text


def test_what_the_server_cannot_do_is_done_here(
    setup: Setup, demo_recogniser: Recogniser, english: Samples
) -> None:
    def refuse(line: Any) -> None:
        line.recv()
        error = ModelMissing(name="SenseVoiceSmall", size="937 MB")
        line.send(remote_messages.written(Failed(0, error))[0])
        for _ in line:  # until the client has gone
            pass

    with serve(refuse, "127.0.0.1", 0) as poor:
        threading.Thread(target=poor.serve_forever, daemon=True).start()
        there = Server("127.0.0.1", poor.socket.getsockname()[1])
        with contextlib.closing(ServerFirst(lambda: setup, there)) as recogniser:
            recogniser.start()
            spoken_to(recogniser, 1, english)
            recogniser.finish(1)
            here = final(until(recogniser, is_answer)).transcript
        with contextlib.closing(ServerFirst(no_model, there)) as recogniser:
            recogniser.start()
            spoken_to(recogniser, 1, english)
            recogniser.finish(1)
            told = until(recogniser, is_answer)[-1]

    assert here.text == expected(demo_recogniser, english, Options(profile=LIVE)).text
    assert isinstance(told, Failed)
    assert isinstance(told.error, ServerSaid)


def test_a_place_chosen_while_one_speaks_counts_from_the_next_take_on(
    server: RunningServer, setup: Setup, demo_recogniser: Recogniser, english: Samples
) -> None:
    wanted = expected(demo_recogniser, english, Options(profile=LIVE)).text
    with contextlib.closing(ServerFirst(lambda: setup, server.at(TOKEN))) as recogniser:
        recogniser.start()
        spoken_to(recogniser, 1, english)
        recogniser.choose(None)
        spoken_to(recogniser, 2, english)
        recogniser.choose(server.at(TOKEN))
        for take in (1, 2):
            recogniser.finish(take)
        told = until(recogniser, is_answer)
        told += until(recogniser, is_answer)
        _until_true(recogniser, lambda: not multiprocessing.active_children())

    texts = {message.take: message.transcript.text for message in told if is_final(message)}
    assert texts == {1: wanted, 2: wanted}
