"""What every recogniser can do, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from typing import Protocol

from dictation.recognition.messages import Up
from dictation.recognition.options import Options
from dictation.speech import AudioChunk, Samples


class TakeRecogniser(Protocol):
    """Takes go in, and each is told of by exactly one Final or Failed, unless it is cancelled.

    All calls come from one thread. None blocks but ``receive``, and ``open`` or ``submit`` where
    what they need is looked for first.
    """

    def start(self) -> None:
        """Makes ready for the first take."""

    def open(self, take: int, options: Options, replay: Callable[[], Iterable[Samples]]) -> None:
        """A take begins; replay gives its audio anew, at least as much as was sent so far."""

    def submit(self, take: int, options: Options, audio: Callable[[], Iterable[Samples]]) -> None:
        """A take whose audio is all there; audio may be called again."""

    def send(self, chunk: AudioChunk) -> None:
        """More audio of an open take."""

    def finish(self, take: int) -> None:
        """The take has no more audio."""

    def cancel(self, take: int) -> None:
        """Nobody wants the take any more; no message about it follows."""

    def receive(self, timeout_s: float, wake: Connection | None = None) -> Up | None:
        """The next message; None if there is none within this time, or when wake is readable."""

    def close(self) -> None:
        """Ends it; open takes are forgotten."""
