"""How the loaded recogniser behaves beside other things: in silence, and on a busy machine."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Set

from dictation.lab.bench import figures
from dictation.lab.bench.dictations import dictation, room
from dictation.lab.bench.figures import Figure
from dictation.lab.bench.ground import Ground
from dictation.lab.bench.live import Microphone
from dictation.lab.bench.measurement import Found, Measurement
from dictation.lab.bench.rows import Measured, NotMeasured
from dictation.lab.process_figures import cpu_s
from dictation.recognition.backends.processor import cores
from dictation.recognition.options import LIVE, Options

_BUSY_S = 60.0
_SETTLED_S = 2.0  # of silence before it is looked at


def measure_silence(ground: Ground, _wanted: Set[Figure]) -> Found:
    """A take is open, the room is quiet."""
    process, silence_s = ground.live.process, ground.plan.silence_s
    ground.say(f"the recogniser listens to {silence_s:g} s of silence …")
    microphone = Microphone(process, ground.next_take(), room(_SETTLED_S + silence_s))
    microphone.listen(_SETTLED_S)
    assert process.pid is not None
    before_s, began_s = cpu_s(process.pid), time.perf_counter()
    microphone.listen(_SETTLED_S + silence_s)
    after_s, ended_s = cpu_s(process.pid), time.perf_counter()
    microphone.finish()
    if before_s is None or after_s is None:
        return Found({figures.SILENCE: NotMeasured("this system does not tell a process's time")})
    percent = (after_s - before_s) / (ended_s - began_s) * 100
    how = f"all threads of the recogniser process, {silence_s:g} s of a quiet room in real time"
    return Found({figures.SILENCE: Measured(percent, None, how)})


def measure_busy(ground: Ground, _wanted: Set[Figure]) -> Found:
    """A whole dictation is decoded while each core has something else to do too."""
    samples = dictation(_BUSY_S, seed=0).samples
    process, reference = ground.live.process, ground.reference
    ground.say(f"a dictation of {_BUSY_S:g} s is decoded while {cores()} other programs run …")
    with busy(cores()):
        began_s = time.perf_counter()
        process.transcribe(ground.next_take(), lambda: [samples], Options(profile=LIVE))
        ours_s = time.perf_counter() - began_s
        _, reference_s = reference.transcribe(samples)
    how = (
        f"{_BUSY_S:g} s handed over at once, to its transcript, VAD and all, while {cores()} "
        "endless loops run; the reference under the same loops"
    )
    found = Measured(ours_s / _BUSY_S, reference_s / _BUSY_S, how)
    return Found({figures.BUSY: found})


MEASUREMENT_SILENCE = Measurement((figures.SILENCE,), measure_silence)
MEASUREMENT_BUSY = Measurement((figures.BUSY,), measure_busy)


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """So many programs that would each take a whole core."""
    with contextlib.ExitStack() as running:
        for _ in range(count):
            loop = running.enter_context(
                subprocess.Popen([sys.executable, "-c", "while True: pass"])
            )
            running.callback(loop.kill)
        yield
