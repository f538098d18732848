"""SenseVoice on an NVIDIA GPU: bfloat16, one captured graph for each bucket of lengths.

A unit's two and a half thousand kernels take longer to start than to run, so they are recorded
once and started as one. A bucket holds units of up to its number of rows; the rows beyond a unit
are masked in the attention and silenced for the memory block. The best tokens are found on the
device, so that a few hundred numbers come back instead of four million.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from dictation.recognition.backends.architecture import Architecture
from dictation.recognition.backends.contract import Question
from dictation.recognition.backends.cuda_net import Found, Net
from dictation.recognition.backends.encoder_input import EncoderInput
from dictation.recognition.ctc import BLANK, TAG_FRAMES, Emissions
from dictation.recognition.features import FEATURE_SIZE
from dictation.recognition.weights_file import WeightsFile
from dictation.speech import Language, TextStyle

logger = logging.getLogger(__name__)

# Rows of 60 ms: 2, 4, 6, 8, 12, 16 and 21 s; no unit is longer than 20 s. Longer input runs
# without a graph.
BUCKETS = (40, 72, 104, 136, 204, 272, 352)
TOGETHER = 8
"""Units that are computed as one for several clients."""
_TRIED_ROWS = 136  # 8 s
_TRIES = 5


class CudaBackend:
    """One model on one device. One thread at a time.

    Attributes:
        most_at_once: how many units ``emit_all`` takes; 1 until batches are prepared.
    """

    def __init__(
        self,
        weights: WeightsFile,
        shape: Architecture,
        inputs: EncoderInput,
        device: torch.device = torch.device("cuda"),  # noqa: B008 - a value
        dtype: torch.dtype = torch.bfloat16,
    ) -> None:
        """weights: each is read once and given back. Raises ModelDamaged, RuntimeError.

        On another device than CUDA the same computation runs without graphs.
        """
        self._inputs = inputs
        self._device = device
        self._dtype = dtype
        self._net = Net(weights, shape, device, dtype)
        self._vocabulary = shape.vocabulary
        self.most_at_once = 1
        self._least_together = TOGETHER + 1
        self._runs: dict[int, _Run] = {}
        self._batches: dict[int, _Run] = {}
        self._pool: Any = None  # a handle of the allocator
        if device.type == "cuda":
            # The longest first, so that the others find its memory.
            for rows in reversed(BUCKETS):
                self._runs[rows] = self._captured(1, rows)

    def emit(
        self,
        features: NDArray[np.float32],
        language: Language | None,
        style: TextStyle,
        barred: NDArray[np.int64] | None,
    ) -> Emissions:
        """As the Backend protocol has it."""
        (emissions,) = self._emitted([Question(features, language, style, barred)])
        return emissions

    def emit_all(self, questions: Sequence[Question]) -> list[Emissions]:
        """As the Batching protocol has it."""
        if len(questions) < self._least_together:
            return [one for question in questions for one in self._emitted([question])]
        return self._emitted(questions)

    def prepare_batches(self) -> None:
        """Makes ready what ``emit_all`` needs, where the memory is there and it is faster."""
        try:
            if self._device.type == "cuda":
                for rows in reversed(BUCKETS):
                    self._batches[rows] = self._captured(TOGETHER, rows)
            together_s, alone_s = self._trial(TOGETHER), self._trial(1)
        except RuntimeError:  # the GPU's memory is full
            logger.exception("no batches")
            self._batches.clear()
            return
        self._least_together = 1 + int(together_s / alone_s)
        if self._least_together <= TOGETHER:
            self.most_at_once = TOGETHER
        else:
            self._batches.clear()
        logger.info("of %s units or more, %s are computed at once", self._least_together, TOGETHER)

    def logits(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> NDArray[np.float32]:
        """Float32, shape (4 + frames, vocabulary)."""
        run, (rows,) = self._started([Question(features, language, style, None)])
        return cast("NDArray[np.float32]", run.found.logits[0, :rows].float().cpu().numpy())

    def warm_ups(self) -> Iterator[None]:
        """All graphs were captured, and run once, when it was made."""
        return iter(())

    def _emitted(self, questions: Sequence[Question]) -> list[Emissions]:
        run, lengths = self._started(questions)
        found = run.found
        tags = found.logits[:, :TAG_FRAMES].float().cpu().numpy()
        tokens = found.tokens.cpu().numpy().astype(np.int64)
        confidences = found.confidences.float().cpu().numpy()
        confidences[tokens == BLANK] = 1
        return [
            Emissions(
                tags[unit].copy(),
                tokens[unit, TAG_FRAMES:rows].copy(),
                confidences[unit, TAG_FRAMES:rows].copy(),
            )
            for unit, rows in enumerate(lengths)
        ]

    def _started(self, questions: Sequence[Question]) -> tuple[_Run, list[int]]:
        """What computes them, and how many rows each has."""
        inputs = [self._inputs(each.features, each.language, each.style) for each in questions]
        lengths = [len(each) for each in inputs]
        longest = max(lengths)
        bucket = next((bucket for bucket in BUCKETS if bucket >= longest), longest)
        graphs = self._runs if len(questions) == 1 else self._batches
        units = 1 if len(questions) == 1 else TOGETHER
        run = graphs.get(bucket) or self._room(units, bucket)
        run.fill(inputs, [each.barred for each in questions])
        if run.replay is None:
            with torch.inference_mode():
                run.found = self._net(run.inputs, run.real, run.penalty)
        else:
            run.replay()
        return run, lengths

    def _room(self, units: int, rows: int) -> _Run:
        return _Run(self._device, self._dtype, (units, rows, self._vocabulary))

    def _trial(self, units: int) -> float:
        """The seconds that so many units take."""
        nothing = np.zeros((_TRIED_ROWS - TAG_FRAMES, FEATURE_SIZE), np.float32)
        questions = [Question(nothing, None, TextStyle.WRITTEN, None)] * units
        took_s = []
        for _ in range(_TRIES):
            began_s = time.perf_counter()
            self._emitted(questions)
            took_s.append(time.perf_counter() - began_s)
        return min(took_s)

    def _captured(self, units: int, rows: int) -> _Run:
        run = self._room(units, rows)
        run.fill([np.zeros((rows, FEATURE_SIZE), np.float32)] * units, [None] * units)
        with torch.inference_mode():
            stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):  # libraries set themselves up outside of a capture
                self._net(run.inputs, run.real, run.penalty)
            torch.cuda.current_stream().wait_stream(stream)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, pool=self._pool):
                run.found = self._net(run.inputs, run.real, run.penalty)
        self._pool = self._pool or graph.pool()
        run.replay = graph.replay
        graph.replay()  # the first is slower, and nobody waits for this one
        return run


class _Run:
    """The places in the device's memory from which one bucket computes, and to which."""

    def __init__(
        self, device: torch.device, dtype: torch.dtype, shape: tuple[int, int, int]
    ) -> None:
        """shape: units, rows, vocabulary."""
        units, rows, vocabulary = shape
        # Pinned memory is copied to a GPU without a detour.
        pinned = device.type == "cuda"
        self._staged = torch.zeros(units, rows, FEATURE_SIZE, pin_memory=pinned)
        self._staged_real = torch.zeros(units, rows, dtype=torch.bool, pin_memory=pinned)
        self._barred: list[NDArray[np.int64] | None] = [None] * units
        self.inputs = torch.zeros(units, rows, FEATURE_SIZE, dtype=dtype, device=device)
        self.real = torch.zeros(units, rows, dtype=torch.bool, device=device)
        self.penalty = torch.zeros(units, vocabulary, device=device)
        self.found: Found
        self.replay: Callable[[], None] | None = None

    def fill(
        self,
        inputs: Sequence[NDArray[np.float32]],
        barred: Sequence[NDArray[np.int64] | None],
    ) -> None:
        """inputs: of one unit each, shape (rows or fewer, 560); barred: of the same units."""
        self._staged.zero_()
        self._staged_real.zero_()
        self._staged_real[:, 0] = True  # a softmax over nothing would be no number
        for unit, rows in enumerate(inputs):
            self._staged[unit, : len(rows)] = torch.from_numpy(rows)
            self._staged_real[unit, : len(rows)] = True
            self._bar(unit, barred[unit])
        self.inputs.copy_(self._staged, non_blocking=True)
        self.real.copy_(self._staged_real, non_blocking=True)

    def _bar(self, unit: int, barred: NDArray[np.int64] | None) -> None:
        if barred is self._barred[unit]:
            return
        self.penalty[unit] = 0
        if barred is not None:
            self.penalty[unit, torch.from_numpy(barred).to(self.penalty.device)] = float("-inf")
        self._barred[unit] = barred
