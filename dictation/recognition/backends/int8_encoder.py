"""SenseVoice's encoder and CTC head in int8, run by ONNX Runtime; neither torch nor FunASR."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from dictation.recognition import calling_off

ENCODER, HEAD = "encoder.onnx", "head.onnx"
"""The graphs' files: one gives what the other takes."""
INPUT, HIDDEN, OUTPUT = "inputs", "hidden", "logits"

_HEAD_ROWS = 64  # as many as need no more memory than the encoder; 4 s of speech

# Threads that spin for long take the core from whoever could work: with 1 ms and a core taken by
# another program a decode takes half as long again. Without spinning, two threads gain nothing.
_SPIN_US = "20"
_WARNINGS_OFF = 3  # of its log levels: errors alone
_SILENT = 4  # an end that was asked for is an error to it; other errors are raised all the same


class Int8Encoder:
    """Graphs that ``graph.write_int8_graphs`` has written. One thread at a time."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Raises ValueError if ONNX Runtime cannot load them."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = _WARNINGS_OFF
        options.add_session_config_entry("session.intra_op.spin_duration_us", _SPIN_US)
        self._encoder, self._head = (_session(folder / graph, options) for graph in (ENCODER, HEAD))

    def logits(self, inputs: NDArray[np.float32]) -> Iterable[NDArray[np.float32]]:
        """inputs: float32, shape (rows, 560). Float32, shape (rows, vocabulary), in pieces."""
        hidden = self._encode(inputs)
        for first in range(0, len(inputs), _HEAD_ROWS):
            (logits,) = self._head.run([OUTPUT], {HIDDEN: hidden[:, first : first + _HEAD_ROWS]})
            yield cast("NDArray[np.float32]", logits[0])

    def _encode(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Raises CalledOff; ONNX Runtime looks between two operators."""
        call_off = calling_off.current()
        run = onnxruntime.RunOptions()
        run.log_severity_level = _SILENT
        try:
            with call_off.acting(lambda: setattr(run, "terminate", True)):
                (hidden,) = self._encoder.run([HIDDEN], {INPUT: inputs[None]}, run)
        except Exception:  # its errors have no common base but this
            call_off.check()
            raise
        call_off.check()
        return cast("NDArray[np.float32]", hidden)

    def warm_ups(self) -> Iterator[None]:
        """Nothing here depends on the length of a unit."""
        return iter(())


def _session(graph: Path, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    try:
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no common base but this
        raise ValueError(f"{graph.name} cannot be loaded") from error
