"""Plays short sounds through PortAudio, on a thread that nothing waits for."""

from __future__ import annotations

import logging
import queue
import threading
import time
import wave
from collections.abc import Callable
from enum import StrEnum

import numpy as np

from dictation.audio import microphone
from dictation.audio.microphone import Playing, playing, portaudio_lock
from dictation.audio.output import open_output
from dictation.paths import resource
from dictation.speech import Samples

logger = logging.getLogger(__name__)

_TAIL_S = 0.1
"""Of silence behind each sound, so that no device cuts its end off."""
_PATIENCE_S = 1.0  # beyond the length of a sound; a device that takes longer hangs
_SLOW_S = 0.5
_END_WAIT_S = 0.1


class Sound(StrEnum):
    """Each value is the name of its file, which packaging/make_sounds.py makes."""

    START = "start"
    STOP = "stop"
    ERROR = "error"


OpenOutput = Callable[[Samples, int, Callable[[], None]], Playing | None]
"""How something is played; ``output.open_output`` is one."""


class Player:
    """Plays one sound after another; where there is no output device, none, and says nothing.

    PortAudio lets one thread at a time open a device. So if an output takes long to open, a
    microphone might have to wait for it: then no further sound is played.
    """

    def __init__(self, open_output: OpenOutput = open_output) -> None:
        self._open_output = open_output
        self._jobs: queue.SimpleQueue[tuple[Sound, int] | None] = queue.SimpleQueue()
        self._waves: dict[Sound, tuple[Samples, int]] = {}
        self._is_slow = False
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)
        self._thread.start()

    def play(self, sound: Sound, volume_percent: int) -> None:
        """Returns at once. What waits to be played then is not worth playing any more."""
        self._jobs.put((sound, volume_percent))

    def end(self) -> None:
        """Breaks off what is being played; a device that hangs does not keep the program."""
        self._jobs.put(None)
        self._is_over.set()
        self._thread.join(_END_WAIT_S)
        if self._thread.is_alive():
            microphone.abandon()

    # --- on the thread

    def _run(self) -> None:
        while (job := self._newest()) is not None:
            try:
                self._play(*job)
            except Exception:  # the thread's boundary: a sound is never worth more than a line
                logger.exception("a sound could not be played")

    def _newest(self) -> tuple[Sound, int] | None:
        job = self._jobs.get()
        while job is not None and not self._jobs.empty():
            job = self._jobs.get()
        return job

    def _play(self, sound: Sound, volume_percent: int) -> None:
        if self._is_slow or not volume_percent:
            return
        if sound not in self._waves:
            self._waves[sound] = _read(sound)
        samples, rate_hz = self._waves[sound]
        asked_s = time.monotonic()
        with portaudio_lock:
            began_s = time.monotonic()
            if began_s - asked_s > _SLOW_S:  # it would tell of what is long past
                return
            self._is_over.clear()
            stream = self._open_output(samples * _gain(volume_percent), rate_hz, self._is_over.set)
            if stream is not None:
                playing.add(stream)
        if time.monotonic() - began_s > _SLOW_S:
            logger.warning("the output device took long to open: no further sounds")
            self._is_slow = True
        if stream is None:
            return
        self._is_over.wait(len(samples) / rate_hz + _PATIENCE_S)
        with portaudio_lock:
            if stream in playing:  # else PortAudio was started anew meanwhile
                playing.discard(stream)
                stream.close()


def _gain(volume_percent: int) -> float:
    """Half of the way sounds half as loud."""
    return (volume_percent / 100) ** 2


def _read(sound: Sound) -> tuple[Samples, int]:
    with wave.open(str(resource("sounds", f"{sound.value}.wav")), "rb") as file:
        rate_hz = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32)
    tail = np.zeros(round(_TAIL_S * rate_hz), np.float32)
    return np.concatenate([samples / 32_768, tail]), rate_hz
