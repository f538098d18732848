"""Turns probabilities of silence into the bounds of speech, as FSMN-VAD's own decoder does.

Each frame of 10 ms is speech or not; a window of 200 ms over them smooths that. Speech starts when
150 ms of a window are speech, is dated back by the window and a lookback of 200 ms, and ends once
the window has been quiet for the pause that was asked for, 100 ms after its last sound.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

FRAME_MS = 10

# All from the published config.yaml of FSMN-VAD, in frames.
_WINDOW = 20
_TURN = 15  # speech frames in the window at which speech is taken to begin, or to be over
_LOOKBACK = 20
_LOOKAHEAD = 10
_SPEECH_MARGIN = 0.6  # by which speech must be more probable than silence


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Speech began at this time, in ms from the start of the stream; told 300-530 ms later."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """Speech ended at this time, in ms from the start of the stream."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class SpeechCutOff:
    """The stream ended, at this time in ms from its start, before a pause had ended speech."""

    at_ms: int


VoiceEvent = SpeechStarted | SpeechEnded | SpeechCutOff


class Endpointer:
    """One stream of frames."""

    def __init__(self, pause_ms: int) -> None:
        """pause_ms: the quiet that ends speech, at least 150."""
        # The window itself needs 150 ms to fall silent.
        self._quiet_frames = pause_ms // FRAME_MS - _TURN
        self._frame = -1
        self._window: deque[bool] = deque([False] * _WINDOW, _WINDOW)
        self._speech_in_window = 0
        self._window_speaks = False
        self._in_speech = False
        self._quiet_for = 0
        self._last_speech_frame = -1
        self._free_from = 0  # the first frame that no segment has yet, and none may start before

    @property
    def settled_ms(self) -> int | None:
        """Where speech ends if the pause goes on; None while that is not known.

        It is known long before the pause is over, and no longer once a frame of speech follows.
        """
        if not self._in_speech or self._quiet_for <= _LOOKAHEAD:
            return None
        end_frame = self._frame - self._quiet_for + _LOOKAHEAD + 2
        return end_frame * FRAME_MS if self._last_speech_frame < end_frame else None

    def judge(self, silence: float) -> VoiceEvent | None:
        """The next frame's probability of silence."""
        self._frame += 1
        turned = self._turn(is_speech=1 - silence >= silence + _SPEECH_MARGIN)
        if self._window_speaks or turned:
            self._quiet_for = 0
            if self._window_speaks and not self._in_speech:
                return self._start()
            self._go_on()
            return None
        self._quiet_for += 1
        if not self._in_speech:
            # Frames too old for any start to be dated back to are settled as silence.
            self._free_from = max(self._free_from, self._frame - _WINDOW - _LOOKBACK)
            return None
        if self._quiet_for >= self._quiet_frames:
            return SpeechEnded(
                self._end(self._frame - max(0, self._quiet_frames - _LOOKAHEAD - 1)) * FRAME_MS
            )
        if self._quiet_for <= _LOOKAHEAD:
            self._go_on()
        return None

    def finish(self) -> VoiceEvent | None:
        """After the last frame: tells whether speech was still going on."""
        return SpeechCutOff(self._end(self._frame) * FRAME_MS) if self._in_speech else None

    def _turn(self, *, is_speech: bool) -> bool:
        """Whether the window has just begun or ceased to speak."""
        self._speech_in_window += is_speech - self._window[0]
        self._window.append(is_speech)
        if is_speech:
            self._last_speech_frame = self._frame
        spoke, count = self._window_speaks, self._speech_in_window
        self._window_speaks = count > _TURN if spoke else count >= _TURN
        return spoke != self._window_speaks

    def _start(self) -> VoiceEvent:
        self._in_speech = True
        start = max(self._free_from, self._frame - _WINDOW - _LOOKBACK)
        self._free_from = self._frame + 1
        return SpeechStarted(start * FRAME_MS)

    def _go_on(self) -> None:
        if self._in_speech:
            self._free_from = self._frame + 1

    def _end(self, last_frame: int) -> int:
        """The frame at which the silence begins."""
        self._in_speech = False
        self._window.extend([False] * _WINDOW)
        self._speech_in_window = 0
        self._window_speaks = False
        self._quiet_for = 0
        self._free_from = last_frame + 1
        return self._free_from
