"""Speaks: a recording goes into the microphone while the hotkey is held."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from dictation.audio.files import AudioFile
from dictation.lab.playback import Playback
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.speech import SAMPLE_RATE_HZ, Samples

_FRAME = SAMPLE_RATE_HZ // 50  # 20 ms
_QUIET = 10 ** (-26 / 20)  # of the loudest frame: below every syllable, above a quiet room
_SOUND_S = 0.05  # from the player's start until the microphone hears it
_FINGER_S = 0.1  # no finger presses again sooner after it let a key go


def hold_and_speak(desktop: VirtualDesktop, recording: Path, key: str = "F9") -> float:
    """Holds the key until the recording's last word; the time of the release, since 1970."""
    time.sleep(_FINGER_S)
    desktop.press(key)
    try:
        wait_for_last_word(desktop.play(recording), recording)
    finally:
        desktop.release(key)
    return time.time()


def wait_for_last_word(heard: Playback, recording: Path) -> None:
    """Until the microphone has heard all of the speech in it."""
    last_word_s = speech_end_s(np.concatenate(list(AudioFile(recording).chunks())))
    time.sleep(max(0.0, heard.started_s + last_word_s + _SOUND_S - time.monotonic()))


def speech_end_s(samples: Samples) -> float:
    """When the last sound ends that is not as quiet as a pause."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return len(samples) / SAMPLE_RATE_HZ
    levels = np.sqrt(np.mean(np.square(frames), axis=1))
    return float(np.flatnonzero(levels >= levels.max() * _QUIET)[-1] + 1) * _FRAME / SAMPLE_RATE_HZ
