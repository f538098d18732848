"""Plays a recording through PortAudio."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from types import ModuleType

import soxr

from dictation.audio.microphone import playing, portaudio_lock
from dictation.audio.output import Output
from dictation.errors import AudioSystemMissing, NoSpeakers, SpeakersUnusable
from dictation.speech import SAMPLE_RATE_HZ, Samples


class Playback:
    """A recording that is being played, from somewhere in it to its end.

    It is opened and closed by one thread; ``position_s`` may be read by any.
    """

    def __init__(self, samples: Samples, start_s: float, on_end: Callable[[], None]) -> None:
        """on_end: called on a thread of the sound system when it has been heard to its end, or is
        broken off because a microphone is looked for. Raises AudioError."""
        self._on_end = on_end
        self._is_closed = False
        self._start_s = start_s
        rest = samples[round(start_s * SAMPLE_RATE_HZ) :]
        self._rate_hz = SAMPLE_RATE_HZ
        with _translated() as sounddevice:
            try:
                self._output = self._opened(sounddevice, rest)
            except sounddevice.PortAudioError:  # a device of the bare hardware knows its own alone
                with portaudio_lock:
                    described = sounddevice.query_devices(kind="output")
                self._rate_hz = int(described["default_samplerate"])
                # Not under the lock: a microphone would wait for it.
                rest = soxr.resample(rest, SAMPLE_RATE_HZ, self._rate_hz)
                self._output = self._opened(sounddevice, rest)

    @property
    def position_s(self) -> float:
        return self._start_s + self._output.played / self._rate_hz

    def close(self) -> None:
        """Ends at once; ``on_end`` is not called."""
        self._is_closed = True
        with portaudio_lock:
            if self._output in playing:  # else PortAudio was started anew meanwhile
                playing.discard(self._output)
                self._output.close()

    def _opened(self, sounddevice: ModuleType, samples: Samples) -> Output:
        with portaudio_lock:
            output = Output(sounddevice, samples, self._rate_hz, self._ended)
            playing.add(output)
        return output

    def _ended(self) -> None:
        if not self._is_closed:
            self._on_end()


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
            with portaudio_lock:
                described = sounddevice.query_devices(kind="output")
        except sounddevice.PortAudioError:
            described = None
        if not described:
            raise NoSpeakers from error
        raise SpeakersUnusable(reason=str(error.args[0])) from error
