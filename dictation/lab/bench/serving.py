"""How much a server recognises for several clients, beside the naive one around AutoModel."""

from __future__ import annotations

import base64
import contextlib
import http.client
import importlib.util
import io
import itertools
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import soundfile

from dictation.errors import ServerExtraMissing
from dictation.lab.bench import figures
from dictation.lab.bench.dictations import dictation
from dictation.lab.bench.figures import Figure
from dictation.lab.bench.ground import Ground
from dictation.lab.bench.measurement import Found, Measurement
from dictation.lab.bench.rows import Measured, NotMeasured, Outcome
from dictation.lab.bench.spread import Spread
from dictation.lab.piped import PipedProgram, ProgramEnded
from dictation.lab.process_figures import peak_memory_mb
from dictation.speech import SAMPLE_RATE_HZ

_CLIENTS = {figures.SERVE_1: 1, figures.SERVE_8: 8, figures.SERVE_32: 32}
_LENGTH_S = 10
_PATIENCE_S = 600
_ROUNDS = 2  # by turns, so that whatever else the machine does meets both


@dataclass(frozen=True, slots=True)
class _Server:
    name: str
    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    took_s: float


@dataclass(frozen=True, slots=True)
class _Load:
    """What some clients got."""

    wall_s: float
    answers: tuple[_Answer, ...]

    @property
    def ms_per_s(self) -> float:
        return self.wall_s * 1000 / (len(self.answers) * _LENGTH_S)


def measure(ground: Ground, wanted: Set[Figure]) -> Found:
    """Raises ServerExtraMissing, ProgramEnded."""
    for package in ("fastapi", "uvicorn"):
        if importlib.util.find_spec(package) is None:
            raise ServerExtraMissing(package=package)
    threads = ground.reference.build.threads
    requests = [_request(seed) for seed in range(max(_CLIENTS.values()))]
    outcomes: dict[Figure, Outcome] = {}
    with _ours(ground) as ours, _naive(ground, threads) as naive:
        alone = [_asked(ours, request).text for request in requests]
        _asked(naive, requests[0])  # warms up
        single: dict[str, list[float]] = {}
        for figure, clients in _CLIENTS.items():
            if figure not in wanted and clients != 1:
                continue
            times = max(1, ground.plan.requests // clients)
            loads: dict[str, list[_Load]] = {ours.name: [], naive.name: []}
            for _ in range(_ROUNDS):
                for server in (ours, naive):
                    ground.say(f"{clients} client(s) of {server.name} …")
                    load = _loaded(server, requests[:clients], times)
                    loads[server.name].append(load)
                    if clients == 1:
                        took = single.setdefault(server.name, [])
                        took += [answer.took_s for answer in load.answers]
            mixed_up = _mixed_up(loads[ours.name], alone[:clients])
            outcomes[figure] = _throughput(
                *(Spread.of(load.ms_per_s for load in loads[each.name]) for each in (ours, naive)),
                clients=clients,
                requests=times,
                threads=threads,
                mixed_up=mixed_up,
            )
        of_ours, of_naive = (Spread.of(single[each.name], 1000) for each in (ours, naive))
        how = "from the request to its answer, median, nobody else asking"
        outcomes[figures.SERVE_ANSWER] = Measured(
            of_ours.median, of_naive.median, how, of_ours, of_naive
        )
        outcomes[figures.SERVE_MEMORY] = _memory(ours, naive)
    return Found({figure: outcomes[figure] for figure in wanted})


MEASUREMENT = Measurement(figures.SERVER_FIGURES, measure)


def _throughput(
    ours: Spread, naive: Spread, *, clients: int, requests: int, threads: int, mixed_up: int
) -> Outcome:
    how = (
        f"clients at once: {clients}, each with {_LENGTH_S} s of its own to POST /asr, times: "
        f"{requests}, best of {_ROUNDS} rounds by turns; the naive server: one lock around "
        f"AutoModel's generate, threads={threads}, a temporary file for each request; answers "
        f"mixed up by ours: {mixed_up}"
    )
    return Measured(ours.lowest, naive.lowest, how, ours, naive)


def _mixed_up(loads: list[_Load], alone: list[str]) -> int:
    return sum(
        answer.text != expected
        for load in loads
        for answer, expected in zip(load.answers, itertools.cycle(alone), strict=False)
    )


def _memory(ours: _Server, naive: _Server) -> Outcome:
    peaks = [peak_memory_mb(pid) for pid in (ours.pid, *_children(ours.pid))]
    known = [peak for peak in peaks if peak is not None]
    if not known or len(known) != len(peaks):
        return NotMeasured("this system does not tell the peak of a process's memory")
    how = "most that was in RAM at once (VmHWM, in 10⁶ bytes), ours with its recogniser process"
    return Measured(sum(known), peak_memory_mb(naive.pid), how)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    with contextlib.suppress(OSError):
        told = [(task / "children").read_text().split() for task in tasks.iterdir()]
        return [int(child) for children in told for child in children]
    return []


def _request(seed: int) -> bytes:
    file = io.BytesIO()
    samples = dictation(_LENGTH_S, seed).samples[: _LENGTH_S * SAMPLE_RATE_HZ]
    soundfile.write(file, samples, SAMPLE_RATE_HZ, subtype="PCM_16", format="WAV")
    return json.dumps({"wav": base64.b64encode(file.getvalue()).decode()}).encode()


def _asked(server: _Server, request: bytes) -> _Answer:
    began_s = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE_S)
    try:
        connection.request("POST", "/asr", request, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    if answer.get("code") != 0:
        raise ProgramEnded(what=server.name, last_line=str(answer))
    return _Answer(answer["res"], time.perf_counter() - began_s)


def _loaded(server: _Server, requests: list[bytes], times: int) -> _Load:
    """Each client asks again as soon as it has its answer; the answers in the order of asking."""
    all_there = threading.Barrier(len(requests) + 1)

    def client(request: bytes) -> list[_Answer]:
        all_there.wait(_PATIENCE_S)
        return [_asked(server, request) for _ in range(times)]

    with ThreadPoolExecutor(len(requests)) as pool:
        working = [pool.submit(client, request) for request in requests]
        all_there.wait(_PATIENCE_S)
        began_s = time.perf_counter()
        answers = [each.result() for each in working]
        wall_s = time.perf_counter() - began_s
    in_order = itertools.chain.from_iterable(zip(*answers, strict=True))
    return _Load(wall_s, tuple(in_order))


@contextlib.contextmanager
def _ours(ground: Ground) -> Iterator[_Server]:
    setup = ground.setup(ground.backend)
    command = [sys.executable, "-m", "dictation", "serve", "--port", "0"]
    command += ["--model", str(setup.model_folder), "--backend", setup.backend.value]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        listening = re.search(r":(\d+)/", process.stdout.readline())
        if listening is None:
            raise ProgramEnded(what="The server", last_line="it does not listen")
        yield _Server("ours", int(listening[1]), process.pid)
    finally:
        process.terminate()
        process.communicate()


@contextlib.contextmanager
def _naive(ground: Ground, threads: int) -> Iterator[_Server]:
    build = replace(ground.reference.build, threads=threads)
    environment = {"OMP_NUM_THREADS": str(threads)}
    with PipedProgram("naive_server", "The naive server", environment) as program:
        program.ask(build)
        yield _Server("the naive server", program.ask(None), program.pid)
