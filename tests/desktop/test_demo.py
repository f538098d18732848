"""The demonstration: what it shows, what it says, and that nothing of it stays."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from dictation.lab.demo import Demonstration, bundled_recording, words_of
from dictation.lab.notification_log import Notification
from dictation.lab.speaking import speech_end_s

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "dictation", "demo"]
DEMO_S = 90.0
SEEN = Demonstration(
    recording=Path("demo.wav"),
    said="Hello.",
    typed="Hello.",
    language="en",
    emotion="NEUTRAL",
    event="Speech",
    notification=Notification(1, 0, "🇬🇧 Typed", "Hello.", {}, 1),
    release_to_text_ms=300,
    clipboard_intact=True,
    screenshot=Path("demo.png"),
)


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Where temporary folders are made; shorter than tmp_path, as a socket's path must be."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as name:
        yield Path(name)


def test_it_types_what_is_said_and_leaves_nothing_behind(temporary: Path) -> None:
    demo = subprocess.Popen(
        [*COMMAND, "--json", "--keep"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with demo, ExitStack() as cleanup:
        cleanup.callback(demo.kill)  # or a failure here would wait for its end for ever
        assert demo.stdout is not None
        assert demo.stderr is not None
        assert select.select([demo.stdout], [], [], DEMO_S)[0], "it said nothing"
        seen = json.loads(demo.stdout.readline())
        kept = next(line for line in demo.stderr if "DISPLAY=" in line)
        demo.send_signal(signal.SIGTERM)
        code = demo.wait(20)
    assert list(seen) == [
        "recording", "said", "typed", "language", "emotion", "event", "notification",
        "release_to_text_ms", "clipboard_intact", "screenshot",
    ]  # fmt: skip
    assert seen["typed"] == seen["said"]
    assert (seen["language"], seen["emotion"], seen["event"]) == ("en", "HAPPY", "Speech")
    assert seen["notification"] == {"summary": "🇬🇧 😊 Typed", "body": seen["said"]}
    assert 0 < seen["release_to_text_ms"] < 5_000
    assert seen["clipboard_intact"]
    assert Path(seen["screenshot"]).read_bytes().startswith(b"\x89PNG")
    assert code == 0
    display = kept.partition("DISPLAY=:")[2].split()[0]
    assert not Path(f"/tmp/.X11-unix/X{display}").exists()
    assert list(temporary.iterdir()) == []


def test_a_recording_that_is_not_there_is_told_at_once() -> None:
    told = subprocess.run(
        [*COMMAND, "--wav", "none.wav"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert told.returncode == 3
    assert "There is no file" in told.stderr
    assert "Traceback" not in told.stderr


def test_only_the_words_of_the_bundled_recording_are_known(tmp_path: Path) -> None:
    assert str(words_of(bundled_recording())).startswith("Hello, and welcome")
    assert words_of(tmp_path / "own.wav") is None


@pytest.mark.parametrize(
    ("seen", "succeeded"),
    [
        (SEEN, True),
        (replace(SEEN, typed="Hell."), False),
        (replace(SEEN, clipboard_intact=False), False),
        (replace(SEEN, said=None), True),
        (replace(SEEN, said=None, typed=""), False),
    ],
)
def test_success_is_the_right_words_and_an_intact_clipboard(
    seen: Demonstration, *, succeeded: bool
) -> None:
    assert seen.succeeded is succeeded


def test_the_key_is_released_after_the_last_word(demo_recording: Path) -> None:
    samples, rate_hz = soundfile.read(demo_recording, dtype="float32")
    silence_s = len(samples) / rate_hz - speech_end_s(samples)
    assert 0.5 < silence_s < 1.0
    assert speech_end_s(np.zeros(100, np.float32)) == 100 / 16_000
