"""How long one decode takes on one thread: features, encoder and text of a unit of 10 s."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Set

from dictation.errors import DictationError
from dictation.lab import older_processor
from dictation.lab.automodel import AutoModelReference
from dictation.lab.bench import figures
from dictation.lab.bench.dictations import dictation
from dictation.lab.bench.figures import Figure
from dictation.lab.bench.ground import Ground
from dictation.lab.bench.measurement import Found, Measurement
from dictation.lab.bench.rows import Measured, NotMeasured, Outcome
from dictation.lab.bench.spread import Spread
from dictation.lab.piped import PipedProgram
from dictation.lab.programs.decoding import Build
from dictation.recognition.backends import processor
from dictation.recognition.backends.processor import thread_environment
from dictation.settings import BackendName
from dictation.speech import Samples

UNIT_S = 10.0
_WARM_UPS = 1
_BACKENDS = {
    figures.DECODE_AMX: BackendName.AMX,
    figures.DECODE_INT8: BackendName.INT8,
    figures.DECODE_AVX2: BackendName.INT8,
}
_AVX2_ALONE = {processor.LIMIT: "avx2"}
_REFERENCE = "reference"

Decode = Callable[[Samples], float]
"""Decodes a unit; the seconds it took."""


def measure(ground: Ground, wanted: Set[Figure]) -> Found:
    """With all that this processor can."""
    return Found(_side_by_side(ground, wanted, {}))


def measure_avx2(ground: Ground, wanted: Set[Figure]) -> Found:
    """As on a processor that knows nothing newer; the reference likewise."""
    if not older_processor.can_be_shown():
        why = "this processor cannot hide what it knows (on Linux: cpuid_fault)"
        return Found(dict.fromkeys(wanted, NotMeasured(why)))
    return Found(_side_by_side(ground, wanted, _AVX2_ALONE))


MEASUREMENT = Measurement((figures.DECODE_AMX, figures.DECODE_INT8), measure)
MEASUREMENT_AVX2 = Measurement((figures.DECODE_AVX2,), measure_avx2)


def interleaved(
    samples: Samples, decoders: Mapping[str, Decode], rounds: int, warm_ups: int = _WARM_UPS
) -> dict[str, Spread]:
    """By turns, so that whatever else the machine does meets all alike; in ms."""
    seconds: dict[str, list[float]] = {name: [] for name in decoders}
    for turn in range(-warm_ups, rounds):
        for name, decode in decoders.items():
            took_s = decode(samples)
            if turn >= 0:
                seconds[name].append(took_s)
    return {name: Spread.of(each, scale=1000) for name, each in seconds.items()}


def _side_by_side(
    ground: Ground, wanted: Set[Figure], environment: Mapping[str, str]
) -> dict[Figure, Outcome]:
    """environment: of ours and of the reference."""
    found: dict[Figure, Outcome] = {}
    environment = {**thread_environment(1), **environment}
    with contextlib.ExitStack() as opened:
        decoders: dict[str, Decode] = {}
        for figure in sorted(wanted, key=figures.FIGURES.index):
            backend = _BACKENDS[figure]
            ground.say(f"backend {backend} is loaded for single decodes …")
            try:
                decoders[backend] = opened.enter_context(_ours(ground, backend, environment))
            except DictationError as error:
                found[figure] = NotMeasured(str(error))
        if decoders:
            reference = opened.enter_context(
                AutoModelReference(ground.model_folder, None, 1, environment)
            )
            decoders[_REFERENCE] = lambda samples: reference.transcribe(samples)[1]
            samples = dictation(UNIT_S, seed=0).until(UNIT_S)
            spreads = interleaved(samples, decoders, ground.plan.decodes)
            found |= {
                figure: _measured(spreads[backend], spreads[_REFERENCE])
                for figure, backend in _BACKENDS.items()
                if backend in decoders and figure in wanted
            }
    return found


@contextlib.contextmanager
def _ours(ground: Ground, backend: BackendName, environment: Mapping[str, str]) -> Iterator[Decode]:
    with PipedProgram("decoding", f"Backend {backend}", environment) as program:
        program.ask(Build(ground.model_folder, ground.vad_folder, backend, threads=1))
        yield program.ask


def _measured(ours: Spread, reference: Spread) -> Measured:
    how = (
        f"one unit of {UNIT_S:g} s without a VAD, from samples to text, median of {len(ours)} "
        f"after one that does not count, the reference in turns with ours"
    )
    return Measured(ours.median, reference.median, how, ours, reference)
