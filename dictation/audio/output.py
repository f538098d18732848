"""Plays samples through PortAudio."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dictation.audio.microphone import Block, Playing

if TYPE_CHECKING:
    from dictation.speech import Samples

logger = logging.getLogger(__name__)


def open_output(samples: Samples, rate_hz: int, on_end: Callable[[], None]) -> Playing | None:
    """Begins to play them on the default device; None where there is none.

    on_end: called when all of it was played, from a thread of the sound system. Whoever calls this
    holds the microphone's ``portaudio_lock``.
    """
    try:
        import sounddevice
    except OSError:  # how sounddevice says that it found no PortAudio
        return None
    try:
        return Output(sounddevice, samples, rate_hz, on_end)
    except sounddevice.PortAudioError as error:
        logger.info("nothing can be played: %s", error)
        return None


class Output:
    """A stream of sounddevice. It is aborted, never stopped, as with microphones.

    Raises sounddevice's PortAudioError at construction.
    """

    def __init__(
        self, sounddevice: Any, samples: Samples, rate_hz: int, on_end: Callable[[], None]
    ) -> None:
        self._samples = samples
        self._at = 0
        self._over: type[Exception] = sounddevice.CallbackStop
        self._stream = sounddevice.OutputStream(
            samplerate=rate_hz,
            channels=1,
            dtype="float32",
            latency="high",  # a moment later is better than with gaps
            callback=self._give,
            finished_callback=on_end,
        )
        try:
            self._stream.start()
        except sounddevice.PortAudioError:
            self._stream.close()
            raise

    @property
    def played(self) -> int:
        """How many samples."""
        return min(self._at, len(self._samples))

    def close(self) -> None:
        self._stream.abort()
        self._stream.close()

    def _give(self, out: Block, count: int, _time: object, _status: object) -> None:
        """PortAudio's callback."""
        piece = self._samples[self._at : self._at + count]
        self._at += count
        out[: len(piece), 0] = piece
        out[len(piece) :] = 0.0
        if len(piece) < count:
            raise self._over
