"""A demonstration: the program types a recording into an editor, on a virtual desktop."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dictation.audio.files import AudioFile
from dictation.lab import png
from dictation.lab.dictation_program import DictationProgram
from dictation.lab.editors import Editor, qt_editor
from dictation.lab.notification_log import Notification
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.paths import resource
from dictation.speech import SAMPLE_RATE_HZ, Samples

HOTKEY = "F9"
_NORMAL = 1  # urgency; "Listening…" and "Transcribing…" are below it and will be replaced
_TEXT_S = 60.0
_FRAME = SAMPLE_RATE_HZ // 50  # 20 ms
_QUIET = 10 ** (-26 / 20)  # of the loudest frame: below every syllable, above a quiet room
_SOUND_S = 0.05  # from the player's start until the microphone hears it
_STEADY_S = 0.15
_IMAGE = "image/png"


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was seen and heard."""

    recording: Path
    said: str | None
    """None for a recording of which nobody has written down the words."""
    typed: str
    """All that is in the editor."""
    language: str | None
    emotion: str | None
    event: str | None
    notification: Notification
    release_to_text_ms: int
    """From the release of the hotkey to the last character in the editor."""
    clipboard_intact: bool
    screenshot: Path

    @property
    def succeeded(self) -> bool:
        """Whether the words are those that were said, and nothing was lost over them."""
        right = bool(self.typed) if self.said is None else self.typed == self.said
        return right and self.clipboard_intact


def demonstrate(desktop: VirtualDesktop, recording: Path, screenshot: Path) -> Demonstration:
    """Raises AudioError for the recording, DesktopProgramEnded and WaitedInVain for the rest."""
    speech_s = speech_end_s(np.concatenate(list(AudioFile(recording).chunks())))
    program = DictationProgram(desktop)
    program.start()
    program.wait_until_ready()
    desktop.wait(desktop.tray_icons, what="The icon in the tray")
    editor = qt_editor(desktop)
    copied = _picture()
    desktop.set_clipboard(_IMAGE, copied)

    released_at_s = _dictate(desktop, recording, speech_s)
    desktop.wait(lambda: _outcome(desktop), _TEXT_S, "The text")
    _wait_until_steady(desktop)
    desktop.screenshot(screenshot)
    (take,) = program.takes(1)
    return Demonstration(
        recording=recording,
        said=words_of(recording),
        typed=editor.text,
        language=take.language,
        emotion=take.emotion,
        event=take.event,
        notification=_outcome(desktop)[-1],
        release_to_text_ms=round((_written_at_s(editor) - released_at_s) * 1000),
        clipboard_intact=desktop.clipboard(_IMAGE) == copied,
        screenshot=screenshot,
    )


def bundled_recording() -> Path:
    """Some sentences that the demonstration model knows."""
    return resource("demo.wav")


def words_of(recording: Path) -> str | None:
    """What is said in the bundled recording; None for any other."""
    if recording != bundled_recording():
        return None
    text: str = json.loads(recording.with_suffix(".json").read_text(encoding="utf-8"))["text"]
    return text


def speech_end_s(samples: Samples) -> float:
    """When the last sound ends that is not as quiet as a pause."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return len(samples) / SAMPLE_RATE_HZ
    levels = np.sqrt(np.mean(np.square(frames), axis=1))
    return float(np.flatnonzero(levels >= levels.max() * _QUIET)[-1] + 1) * _FRAME / SAMPLE_RATE_HZ


def _dictate(desktop: VirtualDesktop, recording: Path, speech_s: float) -> float:
    """Holds the hotkey while the recording is heard; the time of the release, since 1970."""
    desktop.press(HOTKEY)
    try:
        heard = desktop.play(recording)
        time.sleep(max(0.0, heard.started_s + speech_s + _SOUND_S - time.monotonic()))
    finally:
        desktop.release(HOTKEY)
    return time.time()


def _outcome(desktop: VirtualDesktop) -> list[Notification]:
    """What is told of the take once it is over."""
    return [told for told in desktop.notifications() if told.id and told.urgency >= _NORMAL]


def _written_at_s(editor: Editor) -> float:
    """When the editor last put its text into its file, since 1970."""
    return editor.file.stat().st_mtime


def _wait_until_steady(desktop: VirtualDesktop) -> None:
    """Until the notification and the tray are painted; a caret that blinks is not waited for."""
    before = desktop.pixels()
    for _ in range(6):
        time.sleep(_STEADY_S)
        after = desktop.pixels()
        if np.array_equal(before, after):
            return
        before = after


def _picture() -> bytes:
    """Something that one may have on the clipboard."""
    across, down = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(128, dtype=np.uint8))
    return png.encoded(np.stack([across, down, across ^ down], axis=2))
