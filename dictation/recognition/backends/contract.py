"""What a backend is, and what those that compute logits have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from dictation.recognition.ctc import Emissions, emissions
from dictation.speech import Language, TextStyle

OnProgress = Callable[[float], None]
"""Told which part of the work is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Question:
    """What ``Backend.emit`` is asked."""

    features: NDArray[np.float32]
    language: Language | None
    style: TextStyle
    barred: NDArray[np.int64] | None


class Backend(Protocol):
    """Whatever computes SenseVoice's logits, and reduces them to what is needed of them."""

    def emit(
        self,
        features: NDArray[np.float32],
        language: Language | None,
        style: TextStyle,
        barred: NDArray[np.int64] | None,
    ) -> Emissions:
        """features: float32, shape (frames, 560); language None: the model finds it.

        barred: ids of tokens that no frame of text may give; None: there are none.
        """
        ...


@runtime_checkable
class Batching(Protocol):
    """A backend that answers several questions in less time than one after the other."""

    most_at_once: int

    def prepare_batches(self) -> None:
        """Finds out whether that is so here, and sets most_at_once; until then it is 1."""
        ...

    def emit_all(self, questions: Sequence[Question]) -> list[Emissions]:
        """Of each, what ``Backend.emit`` would give; at most most_at_once of them."""
        ...


class Testable(Backend, Protocol):
    """A backend that also gives its logits, to be held against others."""

    def logits(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> NDArray[np.float32]:
        """Float32, shape (4 + frames, vocabulary): the four tags, then the frames of text."""
        ...

    def warm_ups(self) -> Iterator[None]:
        """Makes ready, step by step, what the first units of each length would wait for."""
        ...


class LogitsBackend(ABC):
    """A backend whose emissions come from its logits. One thread at a time."""

    def emit(
        self,
        features: NDArray[np.float32],
        language: Language | None,
        style: TextStyle,
        barred: NDArray[np.int64] | None,
    ) -> Emissions:
        """As the Backend protocol has it."""
        return emissions(self._pieces(features, language, style), barred)

    def logits(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> NDArray[np.float32]:
        """As the Testable protocol has it; language None: the model finds it."""
        return np.concatenate(list(self._pieces(features, language, style)))

    def warm_ups(self) -> Iterator[None]:
        """As the Testable protocol has it."""
        return iter(())

    @abstractmethod
    def _pieces(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> Iterable[NDArray[np.float32]]:
        """The logits one after the other; the first has the tag frames at least.

        All logits of a unit of 20 s are 34 MB.
        """
