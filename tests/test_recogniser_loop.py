"""The thread that owns a recogniser, when none can be started."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest

from dictation.errors import DictationError, ModelFolderMissing, RecogniserFault
from dictation.recognition.contract import TakeRecogniser
from dictation.recognition.loop import RecogniserLoop
from dictation.recognition.messages import Failed, Unusable, Up
from dictation.recognition.options import Options

PATIENCE_S = 10.0


class Begun:
    """A loop whose recogniser cannot be had."""

    def __init__(self, error: Exception) -> None:
        self.told: queue.SimpleQueue[Up] = queue.SimpleQueue()
        self._error = error
        self.loop: RecogniserLoop[TakeRecogniser] = RecogniserLoop(self._begin, self.told.put)
        self._thread = threading.Thread(target=self.loop.run)
        self._thread.start()

    def _begin(self) -> TakeRecogniser:
        raise self._error

    def end(self) -> None:
        self.loop.end()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


@pytest.fixture(
    params=[ModelFolderMissing(folder="x"), OSError(12, "Cannot allocate memory"), RuntimeError()],
    ids=lambda error: type(error).__name__,
)
def begun(request: pytest.FixtureRequest) -> Iterator[Begun]:
    begun = Begun(request.param)
    yield begun
    begun.end()


def test_whoever_waits_for_a_take_is_told_that_there_is_no_recogniser(begun: Begun) -> None:
    at_the_start = begun.told.get(timeout=PATIENCE_S)
    begun.loop.open(5, Options(), lambda: [])
    for_the_take = [begun.told.get(timeout=PATIENCE_S) for _ in range(2)]

    assert isinstance(at_the_start, Unusable)
    unusable, failed = for_the_take
    assert isinstance(unusable, Unusable)
    assert isinstance(failed, Failed)
    assert failed.take == 5
    assert told(failed.error)


def told(error: DictationError) -> bool:
    """Whether the user can do something with it."""
    return isinstance(error, ModelFolderMissing | RecogniserFault) and bool(error.remedy)
