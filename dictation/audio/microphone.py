"""Opens a microphone through PortAudio as a stream of blocks."""

from __future__ import annotations

import atexit
import contextlib
import errno
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dictation.errors import (
    AudioError,
    AudioSystemMissing,
    MicrophoneBusy,
    MicrophoneMissing,
    MicrophoneUnusable,
    NoMicrophone,
)
from dictation.speech import SAMPLE_RATE_HZ

logger = logging.getLogger(__name__)

BLOCK_MS = 20
Block: TypeAlias = NDArray[np.float32]
"""What the microphone gives at once: float32, shape (frames, channels)."""

# Codes of PortAudio, from portaudio.h.
_INVALID_DEVICE = -9996
_BAD_DEVICE_COMBINATION = -9993
_NO_DEVICE = frozenset({_INVALID_DEVICE, _BAD_DEVICE_COMBINATION})
_DEVICE_UNAVAILABLE = -9985
# How ALSA says that the sound server has no source (EIO), or that there is no server.
_NO_SOURCE = frozenset({-errno.EIO, -errno.ENOENT, -errno.ENODEV, -errno.ECONNREFUSED})

portaudio_lock = threading.Lock()
"""PortAudio is not made for several threads: one at a time opens, lists or looks again."""


class Playing(Protocol):
    """Something that is being played."""

    def close(self) -> None:
        """Breaks off."""
        ...


playing: set[Playing] = set()
"""What is open beside the microphone of a take; whoever looks at it holds ``portaudio_lock``."""


_streams: set[_InputStream] = set()
"""The microphones that are open for takes."""


class Stream(Protocol):
    """An open microphone."""

    @property
    def is_substitute(self) -> bool:
        """Whether it is the default one in place of one that is not connected."""
        ...

    @property
    def rate_hz(self) -> int:
        """Of the blocks."""
        ...

    @property
    def overflows(self) -> int:
        """How often the system said that it dropped samples."""
        ...

    def close(self) -> None:
        """Ends at once. No block comes after it returns."""
        ...


class OpenStream(Protocol):
    """How a microphone is opened; ``open_stream`` is one."""

    def __call__(
        self, device: str, on_block: Callable[[Block], None], on_end: Callable[[], None]
    ) -> Stream:
        """on_block and on_end are called on a thread of the sound system, and return at once.

        on_end: the stream ended, by itself or by ``close``. Raises AudioError.
        """
        ...


def open_stream(
    device: str, on_block: Callable[[Block], None], on_end: Callable[[], None]
) -> Stream:
    """Opens the microphone of that name, the default one for an empty name.

    At 16 kHz mono where it can, else in its own form. A name that is not there, even after a second
    look, stands for the default one. Raises AudioError.
    """
    index = _index(device)
    if device and index is None:
        look_again()
        index = _index(device)
        if index is None:
            logger.warning("the chosen microphone is not connected; the default one is used")
    with portaudio_lock, _translated() as sounddevice:
        described = sounddevice.query_devices(index, "input")
        forms = _forms(int(described["default_samplerate"]), described["max_input_channels"])
        stream = _first_possible(sounddevice, index, forms, on_block, on_end)
        stream.is_substitute = bool(device) and index is None
        _streams.add(stream)
        return stream


def open_beside(
    device: str, on_block: Callable[[Block], None], on_end: Callable[[], None]
) -> Stream:
    """Opens it only to be measured, beside what is dictated: that is never disturbed by it.

    It ends when ``look_again`` has to close it. A name that is not there stands for no other.
    Raises AudioError.
    """
    index = _index(device)
    if device and index is None:
        raise MicrophoneMissing(name=device)
    with portaudio_lock, _translated() as sounddevice:
        described = sounddevice.query_devices(index, "input")
        forms = _forms(int(described["default_samplerate"]), described["max_input_channels"])
        stream = _first_possible(sounddevice, index, forms, on_block, on_end)
        playing.add(stream)
    return _Beside(stream)


def look_again() -> None:
    """Lets PortAudio see which devices there are now; while one is open for takes it does nothing.

    What is being played or measured breaks off. The first call loads it. Raises AudioError.
    """
    is_loaded = "sounddevice" in sys.modules
    with portaudio_lock, _translated() as sounddevice:
        if not is_loaded or _streams:  # PortAudio would end them, and free what we still hold
            return
        while playing:
            playing.pop().close()
        if sounddevice._initialized:
            sounddevice._terminate()
        sounddevice._initialize()


def abandon() -> None:
    """Lets the program end although the sound system hangs: sounddevice would wait for it then."""
    sounddevice = sys.modules.get("sounddevice")
    if sounddevice is not None:
        atexit.unregister(sounddevice._exit_handler)


class _InputStream:
    """A stream of sounddevice.

    It is aborted, never stopped: ``stop`` waits for ever for a source that delivers nothing.
    """

    def __init__(
        self,
        sounddevice: ModuleType,
        index: int | None,
        form: tuple[int, int],
        on_block: Callable[[Block], None],
        on_end: Callable[[], None],
    ) -> None:
        self.rate_hz, channels = form
        self.overflows = 0
        self.is_substitute = False
        self._on_block = on_block
        self._stream = sounddevice.InputStream(
            device=index,
            samplerate=self.rate_hz,
            channels=channels,
            dtype="float32",
            blocksize=self.rate_hz * BLOCK_MS // 1000,
            callback=self._take,
            finished_callback=on_end,
        )
        try:
            self._stream.start()
        except sounddevice.PortAudioError:
            self._stream.close()
            raise

    def close(self) -> None:
        self._stream.abort()
        self._stream.close()
        _streams.discard(self)

    def _take(self, frames: Block, _count: int, _time: object, status: Any) -> None:
        """PortAudio's callback: its buffer is valid only now, so copy and go."""
        self._on_block(frames.copy())
        if status:
            self.overflows += 1


class _Beside:
    """A microphone that others may close as well."""

    is_substitute = False

    def __init__(self, stream: _InputStream) -> None:
        self._stream = stream

    @property
    def rate_hz(self) -> int:
        return self._stream.rate_hz

    @property
    def overflows(self) -> int:
        return self._stream.overflows

    def close(self) -> None:
        with portaudio_lock:
            if self._stream in playing:  # else PortAudio was started anew meanwhile
                playing.discard(self._stream)
                self._stream.close()


def _first_possible(
    sounddevice: ModuleType,
    index: int | None,
    forms: list[tuple[int, int]],
    on_block: Callable[[Block], None],
    on_end: Callable[[], None],
) -> _InputStream:
    for form in forms[:-1]:
        try:
            return _InputStream(sounddevice, index, form, on_block, on_end)
        except sounddevice.PortAudioError as error:
            # Its code says little: ALSA and WASAPI refuse a rate with several different ones.
            if not isinstance(_error(sounddevice, error), MicrophoneUnusable):
                raise
            logger.debug("the microphone refuses %s Hz × %s", *form)
    return _InputStream(sounddevice, index, forms[-1], on_block, on_end)


def _forms(own_rate_hz: int, most_channels: int) -> list[tuple[int, int]]:
    """Rates and channel counts worth a try, the best first, each once.

    A device of the bare hardware often knows only its own rate with all of its channels.
    """
    own = [(own_rate_hz, channels) for channels in (1, 2, most_channels)]
    forms = [(SAMPLE_RATE_HZ, 1), *own]
    return [form for form in dict.fromkeys(forms) if form[1] <= most_channels]


def _index(device: str) -> int | None:
    """The device's number; None for the default one, and for a name that is not there."""
    if not device:
        return None
    with portaudio_lock, _translated() as sounddevice:
        for described in sounddevice.query_devices():
            if described["name"] == device and described["max_input_channels"]:
                return int(described["index"])
    return None


@contextlib.contextmanager
def _translated() -> Iterator[ModuleType]:
    """Gives sounddevice; the one place where errors of PortAudio become ours."""
    try:
        import sounddevice
    except OSError as error:  # how sounddevice says that it found no PortAudio
        raise AudioSystemMissing from error
    try:
        yield sounddevice
    except sounddevice.PortAudioError as error:
        raise _error(sounddevice, error) from error


def _error(sounddevice: ModuleType, error: Exception) -> AudioError:
    """error: a PortAudioError: a sentence, a code, and the host's own code and sentence.

    Without a code it comes from asking for a device that is not there.
    """
    told = str(error.args[0])
    code = error.args[1] if len(error.args) > 1 else _INVALID_DEVICE
    _, host_code, host_told = error.args[2] if len(error.args) > 2 else (0, 0, "")
    if code == _DEVICE_UNAVAILABLE or host_code == -errno.EBUSY:
        return MicrophoneBusy()
    if code in _NO_DEVICE or host_code in _NO_SOURCE or not _has_input(sounddevice):
        return NoMicrophone()
    return MicrophoneUnusable(reason=host_told or told)


def _has_input(sounddevice: ModuleType) -> bool:
    try:
        return any(device["max_input_channels"] for device in sounddevice.query_devices())
    except sounddevice.PortAudioError:
        return False
