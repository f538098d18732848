"""SenseVoice's encoder and CTC head in int8, run by ONNX Runtime; neither torch nor FunASR."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

INPUT, OUTPUT = "inputs", "logits"  # what the graph takes and gives

# Threads that spin for long take the core from whoever could work: with 1 ms and a core taken by
# another program a decode takes half as long again. Without spinning, two threads gain nothing.
_SPIN_US = "20"
_WARNINGS_OFF = 3  # of its log levels: errors alone


class Int8Encoder:
    """A graph that ``graph.write_int8_graph`` has written. One thread at a time."""

    def __init__(self, graph: Path, threads: int) -> None:
        """Raises ValueError if ONNX Runtime cannot load the graph."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = _WARNINGS_OFF
        options.add_session_config_entry("session.intra_op.spin_duration_us", _SPIN_US)
        try:
            self._session = onnxruntime.InferenceSession(
                str(graph), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's errors have no common base but this
            raise ValueError(f"{graph.name} cannot be loaded") from error

    def logits(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """inputs: float32, shape (rows, 560). Float32, shape (rows, vocabulary)."""
        (logits,) = self._session.run([OUTPUT], {INPUT: inputs[None]})
        return cast("NDArray[np.float32]", logits[0])
