"""Plays a recording through PortAudio."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from dictation.audio.microphone import playing, portaudio_lock
from dictation.errors import AudioSystemMissing, NoSpeakers, SpeakersUnusable
from dictation.speech import SAMPLE_RATE_HZ, Samples


class Playback:
    """A recording that is being played, from its beginning or somewhere in it to its end.

    It is opened and closed by one thread; ``position_s`` may be read by any.
    """

    def __init__(self, samples: Samples, start_s: float, on_end: Callable[[], None]) -> None:
        """on_end: called on a thread of the sound system when it has been heard to its end, or the
        loudspeakers are gone. Raises AudioError."""
        self._on_end = on_end
        self._is_closed = False
        with portaudio_lock, _translated() as sounddevice:
            try:
                self._open(sounddevice, samples, SAMPLE_RATE_HZ, start_s)
            except sounddevice.PortAudioError:  # a device of the bare hardware knows its own alone
                described = sounddevice.query_devices(kind="output")
                rate_hz = int(described["default_samplerate"])
                self._open(
                    sounddevice, soxr.resample(samples, SAMPLE_RATE_HZ, rate_hz), rate_hz, start_s
                )
            playing.add(self)

    def _open(
        self, sounddevice: ModuleType, samples: Samples, rate_hz: int, start_s: float
    ) -> None:
        self._samples, self._rate_hz = samples, rate_hz
        self._played = min(len(samples), round(start_s * rate_hz))
        self._stop = sounddevice.CallbackStop
        self._stream = sounddevice.OutputStream(
            samplerate=rate_hz,
            channels=1,
            dtype="float32",
            callback=self._give,
            finished_callback=self._ended,
        )
        try:
            self._stream.start()
        except sounddevice.PortAudioError:
            self._stream.close()
            raise

    @property
    def position_s(self) -> float:
        return self._played / self._rate_hz

    def close(self) -> None:
        """Ends at once; ``on_end`` is not called."""
        self._is_closed = True
        with portaudio_lock, contextlib.suppress(*_port_audio_errors()):
            playing.discard(self)
            self._stream.abort()
            self._stream.close()

    def _give(self, frames: NDArray[np.float32], count: int, _time: object, _status: Any) -> None:
        """PortAudio's callback."""
        piece = self._samples[self._played : self._played + count]
        frames[: len(piece), 0] = piece
        frames[len(piece) :, 0] = 0
        self._played += len(piece)
        if len(piece) < count:
            raise self._stop

    def _ended(self) -> None:
        if not self._is_closed:
            self._on_end()


def _port_audio_errors() -> tuple[type[Exception], ...]:
    import sounddevice

    return (sounddevice.PortAudioError,)


@contextlib.contextmanager
def _translated() -> Iterator[ModuleType]:
    """Gives sounddevice; its errors become ours."""
    try:
        import sounddevice
    except OSError as error:  # how sounddevice says that it found no PortAudio
        raise AudioSystemMissing from error
    try:
        yield sounddevice
    except sounddevice.PortAudioError as error:
        try:
            described = sounddevice.query_devices(kind="output")
        except sounddevice.PortAudioError:
            described = None
        if not described:
            raise NoSpeakers from error
        raise SpeakersUnusable(reason=str(error.args[0])) from error
