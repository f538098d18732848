"""Tries every backend that this machine may run, and chooses: once for each model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from dictation.errors import DictationError
from dictation.recognition.backends import loading, prepared, processor, self_test
from dictation.recognition.backends.contract import OnProgress, Testable
from dictation.recognition.backends.fast import FastBackend
from dictation.recognition.backends.graph import write_int8_graphs
from dictation.recognition.backends.int8_encoder import Int8Encoder
from dictation.recognition.backends.prepared import Record, Trial
from dictation.recognition.model_folder import ModelFolder
from dictation.settings import BackendName
from dictation.speech import TextStyle

logger = logging.getLogger(__name__)

# In this order where two are as fast: INT8 starts in a quarter of the time of AMX, with a third of
# its memory.
CANDIDATES = (BackendName.CUDA, BackendName.INT8, BackendName.AMX, BackendName.FP32)
_AS_FAST = 1.2  # a later one must be faster by this factor …
_AS_FAST_MS = 10  # … and by this much: less is not worth a change from run to run


def prepare(model: ModelFolder, vocabulary: int, threads: int, on_progress: OnProgress) -> Record:
    """Writes what INT8 needs, tries all candidates and stores what was found.

    Raises a ModelError, EngineMissing, or OSError where it cannot be stored.
    """
    folder = prepared.folder_of(model)
    unfinished = prepared.unfinished_folder(folder)
    try:
        shape, weights = loading.model_weights(model, vocabulary)
        write_int8_graphs(
            weights, shape, unfinished, lambda done, layers: on_progress(0.5 * done / layers)
        )
        int8 = FastBackend(
            loading.encoder_input(weights, shape),
            Int8Encoder(unfinished, threads or processor.usual_threads()),
        )
        record = _tried(model, vocabulary, threads, int8, on_progress)
        prepared.write(record, unfinished)
    except BaseException:
        prepared.forget(unfinished)
        raise
    prepared.publish(unfinished, folder, record)
    return record


def choose(trials: Iterable[Trial]) -> BackendName:
    """The fastest that passed, or the first in order that is about as fast; FP32 if none did."""
    times_ms = {
        trial.backend: trial.result.decode_ms
        for trial in trials
        if trial.result is not None and trial.result.passed
    }
    if not times_ms:
        return BackendName.FP32
    fastest_ms = min(times_ms.values())
    near_ms = max(fastest_ms * _AS_FAST, fastest_ms + _AS_FAST_MS)
    return next(name for name in CANDIDATES if times_ms.get(name, near_ms + 1) <= near_ms)


def _tried(
    model: ModelFolder, vocabulary: int, threads: int, int8: Testable, on_progress: OnProgress
) -> Record:
    def load(name: BackendName) -> Testable:
        if name is BackendName.INT8:
            return int8  # it is not yet in the place where it would be looked for
        return loading.load(name, model, vocabulary, threads)

    pieces = self_test.speech_features(model)
    exactly = _logits_of(load(BackendName.FP32))
    exact = [exactly(piece) for piece in pieces]
    trials = {BackendName.FP32: Trial(BackendName.FP32, self_test.examine(exactly, pieces, exact))}
    del exactly  # never two of them in memory, but for INT8, which is small
    on_progress(0.7)
    for name in CANDIDATES:
        if name is not BackendName.FP32:
            trials[name] = _trial(name, load, pieces, exact)
            on_progress(0.6 + 0.1 * len(trials))
    ordered = tuple(trials[name] for name in CANDIDATES)
    return Record(str(model.weights.resolve()), processor.identity(), choose(ordered), ordered)


def _trial(
    name: BackendName,
    load: Callable[[BackendName], Testable],
    pieces: list[self_test.Logits],
    exact: list[self_test.Logits],
) -> Trial:
    try:
        result = self_test.examine(_logits_of(load(name)), pieces, exact)
    except (DictationError, RuntimeError, ValueError) as error:
        # PyTorch's and ONNX Runtime's own errors are RuntimeErrors: out of memory, no kernel …
        logger.info("%s cannot be used: %s", name.value, type(error).__name__)
        return Trial(name, None, str(error).partition("\n")[0])
    return Trial(name, result)


def _logits_of(backend: Testable) -> Callable[[self_test.Logits], self_test.Logits]:
    return lambda features: backend.logits(features, None, TextStyle.WRITTEN)
