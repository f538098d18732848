"""How soon the process is there, and how much memory it takes."""

from __future__ import annotations

import time
from collections.abc import Set

from dictation.errors import DictationError
from dictation.lab.automodel import first_words
from dictation.lab.bench import figures
from dictation.lab.bench.dictations import dictation
from dictation.lab.bench.figures import Figure
from dictation.lab.bench.ground import Ground
from dictation.lab.bench.measurement import Found, Measurement
from dictation.lab.bench.rows import Measured, NotMeasured, Outcome
from dictation.lab.bench.spread import Spread
from dictation.lab.process_figures import peak_memory_mb
from dictation.recognition.options import LIVE, Options
from dictation.recognition.process import RecogniserProcess
from dictation.settings import BackendName
from dictation.speech import Samples

_BACKENDS = {
    BackendName.INT8: (figures.START_INT8, figures.MEMORY_INT8),
    BackendName.AMX: (figures.START_AMX, figures.MEMORY_AMX),
}
_LENGTHS_S = (5.0, 12.0, 20.0)  # of what is decoded before the memory is looked at


def measure(ground: Ground, wanted: Set[Figure]) -> Found:
    reference = ground.reference
    found: dict[Figure, Outcome] = {}
    for backend, (start, memory) in _BACKENDS.items():
        if not wanted & {start, memory}:
            continue
        ground.say(f"backend {backend} is started {ground.plan.starts + 1} times …")
        try:
            seconds, peaks_mb = _started(ground, backend)
        except DictationError as error:
            found |= dict.fromkeys((start, memory), NotMeasured(str(error)))
            continue
        found[start] = _start(seconds, Spread.of(ground.reference_starts_s))
        found[memory] = _memory(peaks_mb, reference.peak_memory_mb())
    return Found(found)


MEASUREMENT = Measurement((*_BACKENDS[BackendName.INT8], *_BACKENDS[BackendName.AMX]), measure)


def _started(ground: Ground, backend: BackendName) -> tuple[Spread, list[float]]:
    """Seconds from each start to the first transcript, and the peaks of memory in MB."""
    seconds, peaks_mb = [], []
    # The first reads the files from the disk, and may have to prepare them: it does not count.
    for counts in (False, *[True] * ground.plan.starts):
        began_s = time.perf_counter()
        with RecogniserProcess(ground.setup(backend)) as process:
            _transcribe(ground, process, first_words())
            took_s = time.perf_counter() - began_s
            if counts:
                seconds.append(took_s)
                for seed, length_s in enumerate(_LENGTHS_S):
                    _transcribe(ground, process, dictation(length_s, seed).samples)
                peak_mb = peak_memory_mb(process.pid) if process.pid else None
                peaks_mb += [] if peak_mb is None else [peak_mb]
    return Spread.of(seconds), peaks_mb


def _transcribe(ground: Ground, process: RecogniserProcess, samples: Samples) -> None:
    process.transcribe(ground.next_take(), lambda: [samples], Options(profile=LIVE))


def _start(ours: Spread, reference: Spread) -> Measured:
    how = (
        f"from the start of the process to the text of 2 s of speech, files in the page cache, "
        f"median of {len(ours)}; of the reference the quickest of {len(reference)}"
    )
    return Measured(ours.median, reference.lowest, how, ours, reference)


def _memory(peaks_mb: list[float], reference_mb: float | None) -> Outcome:
    if not peaks_mb:
        return NotMeasured("this system does not tell the peak of a process's memory")
    ours = Spread.of(peaks_mb)
    how = (
        "most that was in RAM at once (VmHWM, in 10⁶ bytes, mapped files too), from the start "
        f"until dictations of up to {_LENGTHS_S[-1]:g} s were decoded"
    )
    return Measured(ours.highest, reference_mb, how, ours)
