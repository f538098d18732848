"""A server's recogniser for scripts: files, samples, and speech as it is spoken."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dictation.audio.conversion import FULL_SCALE
from dictation.audio.files import AudioFile
from dictation.client.address import server_at
from dictation.client.link import ServerPlace
from dictation.recognition.messages import Failed, Final
from dictation.recognition.options import FILE, LIVE, Options
from dictation.recognition.process import Limits, RecogniserProcess
from dictation.speech import AudioChunk, Hypothesis, Samples, Transcript

AnySamples: TypeAlias = NDArray[Any]
"""Mono, 16 kHz, shape (n,): floats in [-1, 1], or 16-bit integers."""

_LIMITS = Limits(answer_s=300.0)  # a server may have a queue
_POLL_S = 1.0


class Client:
    """One server. Every failure is a DictationError that says what happened and what to do.

        client = Client("http://192.168.1.20:2002", token="…")
        print(client.transcribe("talk.flac").text)

    Its takes go side by side, each over a connection of its own; all calls come from one thread.
    """

    def __init__(
        self, url: str, token: str | None = None, ca_file: str | os.PathLike[str] | None = None
    ) -> None:
        """ca_file: certificates to trust instead of the system's. Nothing is connected yet.

        Raises ServerAddressWrong, TokenWrong or ClientMissing.
        """
        place = ServerPlace(server_at(url, token or "", Path(ca_file) if ca_file else None))
        self._recogniser = RecogniserProcess(place, _LIMITS)
        self._numbers = itertools.count(1)
        self._utterances: dict[int, Utterance] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def transcribe(
        self,
        audio: str | os.PathLike[str] | AnySamples,
        options: Options = Options(profile=FILE),  # noqa: B008 - frozen
    ) -> Transcript:
        """An audio file that is on this machine, or samples. Raises a DictationError."""
        chunks: Callable[[], Iterable[Samples]]
        if isinstance(audio, np.ndarray):
            samples = [_exact(audio)]
            chunks = samples.copy
        else:
            chunks = AudioFile(Path(audio)).chunks
        utterance = self._new()
        self._recogniser.submit(utterance.take, options, chunks)
        return self._answer(utterance)

    def open(
        self,
        options: Options = Options(profile=LIVE),  # noqa: B008 - frozen
    ) -> Utterance:
        """Something that is being spoken."""
        utterance = self._new()
        self._recogniser.open(utterance.take, options, utterance.heard)
        return utterance

    def close(self) -> None:
        """Ends all connections; what was not finished is dropped."""
        self._utterances.clear()
        self._recogniser.close()

    def _new(self) -> Utterance:
        utterance = Utterance(self, next(self._numbers))
        self._utterances[utterance.take] = utterance
        return utterance

    # --- for its utterances

    def _send(self, take: int, samples: Samples) -> None:
        self._recogniser.send(AudioChunk(take, samples))

    def _finish(self, utterance: Utterance) -> Transcript:
        self._recogniser.finish(utterance.take)
        return self._answer(utterance)

    def _cancel(self, take: int) -> None:
        if self._utterances.pop(take, None) is not None:
            self._recogniser.cancel(take)

    def _answer(self, utterance: Utterance) -> Transcript:
        """Raises what it failed with."""
        try:
            while utterance.answer is None:
                self._listen(_POLL_S)
        finally:
            self._cancel(utterance.take)
        if isinstance(utterance.answer, Failed):
            raise utterance.answer.error
        return utterance.answer.transcript

    def _listen(self, timeout_s: float) -> bool:
        """Takes in one message; False: none came in this time."""
        message = self._recogniser.receive(timeout_s)
        match message:
            case Final() | Failed() | Hypothesis() if message.take in self._utterances:
                self._utterances[message.take].note(message)
        return message is not None

    def _listen_on(self) -> None:
        while self._listen(0):
            pass


class Utterance:
    """Speech on its way to a server. To be finished or cancelled; ``with`` cancels.

    Attributes:
        take: its number at the client.
        answer: what became of it, once that is known.
    """

    def __init__(self, client: Client, take: int) -> None:
        self.take = take
        self.answer: Final | Failed | None = None
        self._client = client
        self._heard: list[Samples] = []
        self._hypothesis = Hypothesis(take, "", "")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()

    def feed(self, samples: AnySamples) -> None:
        """More of it; returns at once."""
        exact = _exact(samples)
        self._heard.append(exact)
        self._client._send(self.take, exact)
        self._client._listen_on()  # a pipe full of what is told would hold up the connection

    def hypothesis(self) -> Hypothesis:
        """What is known so far: the final part will not change, the tentative may.

        Raises a DictationError if the server has given it up.
        """
        self._client._listen_on()
        if isinstance(self.answer, Failed):
            raise self.answer.error
        return self._hypothesis

    def finish(self) -> Transcript:
        """No more comes; waits for the rest. Raises a DictationError."""
        return self._client._finish(self)

    def cancel(self) -> None:
        """Nobody wants it any more."""
        self._client._cancel(self.take)

    def heard(self) -> Iterable[Samples]:
        """All that was fed, for another connection after one that broke."""
        return iter(self._heard)

    def note(self, message: Final | Failed | Hypothesis) -> None:
        if isinstance(message, Hypothesis):
            self._hypothesis = message
        else:
            self.answer = message


def _exact(samples: AnySamples) -> Samples:
    """As ``speech.Samples`` has them. Raises ValueError or TypeError."""
    if samples.ndim != 1:
        raise ValueError(f"samples of shape {samples.shape}; one channel, shape (n,), is meant")
    if samples.dtype == np.int16:
        return samples.astype(np.float32) / np.float32(FULL_SCALE)
    if samples.dtype.kind != "f":
        raise TypeError(f"samples of type {samples.dtype}; floats or int16 are meant")
    steps = np.rint(np.nan_to_num(samples, posinf=0.0, neginf=0.0) * FULL_SCALE)
    clipped: Samples = (np.clip(steps, -FULL_SCALE, FULL_SCALE - 1) / FULL_SCALE).astype(np.float32)
    return clipped
