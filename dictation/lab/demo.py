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
from dictation.lab.editors import qt_editor
from dictation.lab.notification_log import Notification
from dictation.lab.speaking import hold_and_speak
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.paths import resource

_TEXT_S = 60.0
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
    release_to_text_ms: int | None
    """From the release of the hotkey to the last character in the editor; None without one."""
    clipboard_intact: bool
    screenshot: Path

    @property
    def succeeded(self) -> bool:
        """Whether the words are those that were said, and nothing was lost over them."""
        right = bool(self.typed) if self.said is None else self.typed == self.said
        return right and self.clipboard_intact


def demonstrate(desktop: VirtualDesktop, recording: Path, screenshot: Path) -> Demonstration:
    """Raises AudioError for the recording, and errors of the desktop for the rest."""
    AudioFile(recording)  # a mistyped name need not wait for a model to load
    program = DictationProgram(desktop)
    program.start()
    program.wait_until_ready()
    desktop.wait(desktop.tray_icons, what="The icon in the tray")
    editor = qt_editor(desktop)
    copied = _picture()
    desktop.set_clipboard(_IMAGE, copied)

    released_at_s = hold_and_speak(desktop, recording)
    desktop.wait(desktop.outcomes, _TEXT_S, "The text")
    _wait_until_steady(desktop)
    desktop.screenshot(screenshot)
    (take,) = program.takes(1)
    typed, written_at_s = editor.text, editor.file.stat().st_mtime
    return Demonstration(
        recording=recording,
        said=words_of(recording),
        typed=typed,
        language=take.language,
        emotion=take.emotion,
        event=take.event,
        notification=desktop.outcomes()[-1],
        release_to_text_ms=round((written_at_s - released_at_s) * 1000) if typed else None,
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
