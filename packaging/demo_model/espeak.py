"""Speaks a sentence with libespeak-ng, in this process.

A process per sentence costs tens of milliseconds; the library called through ctypes costs
about 3 ms for a whole sentence.
Constants are those of espeak-ng's `speak_lib.h`.
"""

import ctypes
import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from synthesis import SynthesisFailed

LIBRARY = "libespeak-ng.so.1"
AUDIO_OUTPUT_SYNCHRONOUS = 2  # mode 1 passes through a queue that costs 15 ms a sentence
POSITION_CHARACTER = 1
CHARACTERS_UTF8 = 1
PARAMETER_RATE = 1
PARAMETER_PITCH = 3
EVENT_BUFFER_MS = 500

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class Espeak:
    """The library, initialised once per process: it keeps global state and is not thread-safe."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(LIBRARY)
        self.sample_rate_hz: int = self._library.espeak_Initialize(
            AUDIO_OUTPUT_SYNCHRONOUS, EVENT_BUFFER_MS, None, 0
        )
        if self.sample_rate_hz <= 0:
            raise SynthesisFailed("espeak-ng has no data files")
        self._chunks: list[NDArray[np.int16]] = []
        self._voice = ""
        # Kept as an attribute: ctypes does not keep the callback alive.
        self._callback: Callable[..., int] = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _: int) -> int:
        if samples and count > 0:
            self._chunks.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
        return 0

    def _take_voice(self, voice: str) -> None:
        # Loading a voice takes about 15 ms, five times as long as speaking a sentence.
        if voice == self._voice:
            return
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SynthesisFailed(f"espeak-ng has no voice {voice}")
        self._voice = voice

    def speak(self, text: str, voice: str, pitch: int, words_per_minute: int) -> NDArray[np.int16]:
        """Mono samples at `sample_rate_hz`. pitch: 0 to 99, 50 is the voice's own."""
        self._take_voice(voice)
        self._library.espeak_SetParameter(PARAMETER_RATE, words_per_minute, 0)
        self._library.espeak_SetParameter(PARAMETER_PITCH, pitch, 0)
        self._chunks = []
        encoded = text.encode() + b"\0"
        self._library.espeak_Synth(
            encoded, len(encoded), 0, POSITION_CHARACTER, 0, CHARACTERS_UTF8, None, None
        )
        self._library.espeak_Synchronize()
        if not self._chunks:
            raise SynthesisFailed(f"espeak-ng said nothing for {text!r}")
        return np.concatenate(self._chunks)


@functools.cache
def library() -> Espeak:
    """This process's espeak-ng."""
    return Espeak()
