"""Plays a dictation to the recogniser process as a microphone would, and lets the key go."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from dictation.lab.bench.dictations import Dictation
from dictation.recognition.messages import Failed, Final, Voice
from dictation.recognition.options import LIVE, Options
from dictation.recognition.process import RecogniserProcess
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Samples

BLOCK_SAMPLES = SAMPLE_RATE_HZ // 50  # 20 ms, as the program's microphone has it
LONGEST_TRAILING_S = 0.5
_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One dictation that was spoken in real time."""

    trailing_s: float
    """From the release of the key to the end of the recording."""
    wait_s: float
    """From the end of the recording to the transcript."""
    recorded_s: float
    text: str


class Microphone:
    """One take in real time."""

    def __init__(self, process: RecogniserProcess, take: int, samples: Samples) -> None:
        """samples: all that there is to hear; they must last as long as it is listened to."""
        self._process = process
        self._take = take
        self._samples = samples
        self._sent = 0
        self._speaking = False
        process.open(take, Options(profile=LIVE), lambda: [samples[: self._sent]])
        self._began_s = time.perf_counter()

    @property
    def recorded_s(self) -> float:
        return self._sent / SAMPLE_RATE_HZ

    def listen(self, until_s: float, stop: Callable[[bool], bool] = lambda _: False) -> None:
        """Goes on until this time of the take; each block is sent when its last sample is there.

        stop: is told whether the voice goes on, and ends it early. Raises the DictationError of a
        take that fails.
        """
        end = round(until_s * SAMPLE_RATE_HZ)
        while not stop(self._speaking) and self._sent < end:
            upto = min(end, self._sent + BLOCK_SAMPLES)
            if self._wait(self._began_s + upto / SAMPLE_RATE_HZ, stop):
                return
            self._process.send(AudioChunk(self._take, self._samples[self._sent : upto]))
            self._sent = upto

    def trail(self) -> None:
        """The key was let go: a word that is still being spoken is heard to its end."""
        self.listen(self.recorded_s + LONGEST_TRAILING_S, stop=lambda speaking: not speaking)

    def finish(self) -> Final:
        """Raises the DictationError of a take that fails."""
        self._process.finish(self._take)
        while True:  # sooner or later it answers; one that hangs is replaced
            match self._process.receive(_LOOK_S):
                case Final() as final if final.take == self._take:
                    return final
                case Failed(take, error) if take == self._take:
                    raise error

    def _wait(self, until_s: float, stop: Callable[[bool], bool]) -> bool:
        """Whether it was stopped meanwhile."""
        while (left_s := until_s - time.perf_counter()) > 0:
            match self._process.receive(left_s):
                case Voice(take, speaking) if take == self._take:
                    self._speaking = speaking
                    if stop(speaking):
                        return True
                case Failed(take, error) if take == self._take:
                    raise error
        return False


def dictate(process: RecogniserProcess, take: int, spoken: Dictation, release_s: float) -> Heard:
    """The key is let go at this time of the take; the process is loaded.

    Raises the DictationError of a take that fails.
    """
    microphone = Microphone(process, take, spoken.samples)
    microphone.listen(release_s)
    released_s = time.perf_counter()
    microphone.trail()
    ended_s = time.perf_counter()
    final = microphone.finish()
    answered_s = time.perf_counter()
    return Heard(
        trailing_s=ended_s - released_s,
        wait_s=answered_s - ended_s,
        recorded_s=microphone.recorded_s,
        text=final.transcript.text,
    )
