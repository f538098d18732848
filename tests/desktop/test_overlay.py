"""The overlay and the sounds of the real program, on a desktop that can be looked at."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from make_sounds import SOUNDS
from numpy.typing import NDArray

from dictation.desktop.overlay.look import DARK, LIGHT, MARGIN
from dictation.lab.dictation_program import DEMO_SETTINGS, DictationProgram
from dictation.lab.editors import qt_editor
from dictation.lab.process_figures import cpu_s
from dictation.lab.speaking import wait_for_last_word
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.settings import Edge, OverlaySettings

from ..overlay_watcher import OverlayWatcher, Place

if sys.platform != "linux":
    pytest.skip("an X server is needed", allow_module_level=True)

TEXT_S = 30.0
PROGRAMS = Path(__file__).parents[1] / "programs"
CLIP = Path(__file__).parents[1] / "clips" / "en-004.flac"
MONITORS = {"LEFT": "640/169x800/211+0+0", "RIGHT": "640/169x800/211+640+0"}
LEFT_OF_RIGHT = 640


def colour(wanted: object, picture: NDArray[np.uint8]) -> int:
    """How many pixels have just this colour."""
    rgb = np.array(wanted.getRgb()[:3])  # type: ignore[attr-defined]
    return int((np.abs(picture[:, :, :3].astype(int) - rgb).max(axis=2) <= 2).sum())


@pytest.fixture
def two_monitors(desktop: VirtualDesktop) -> Iterator[None]:
    """The screen in two halves, as two monitors side by side are."""
    output = "screen"
    for name, place in MONITORS.items():
        xrandr(desktop, "--setmonitor", name, place, output)
        output = "none"
    yield
    for name in MONITORS:
        xrandr(desktop, "--delmonitor", name)


def xrandr(desktop: VirtualDesktop, *arguments: str) -> None:
    subprocess.run(["xrandr", *arguments], env=desktop.environment, check=True, timeout=20)


@pytest.fixture
def recorded(desktop: VirtualDesktop, tmp_path: Path) -> Iterator[Path]:
    """What comes out of the loudspeaker, as samples of 16 bits at 48 kHz."""
    file = tmp_path / "speaker.raw"
    form = ("--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=20")
    recorder = desktop.start("sh", "-c", f"parec --device=speaker.monitor {' '.join(form)} >{file}")
    desktop.wait(lambda: file.exists() and file.stat().st_size > 0, what="The recorder")
    yield file
    recorder.end()


def notes(file: Path) -> list[tuple[float, float]]:
    """When it sounds, every 20 ms, and the frequency of the note that is loudest then."""
    samples = np.fromfile(file, "<i2").astype(np.float32) / 32_768
    rate_hz = 48_000
    window, step = 4096, rate_hz // 50
    frequencies = np.array(
        sorted({note.frequency_hz for sound in SOUNDS.values() for note in sound})
    )
    found = []
    for start in range(0, len(samples) - window, step):
        spectrum = np.abs(np.fft.rfft(samples[start : start + window] * np.hanning(window)))
        if spectrum.max() > 1.0:  # some -55 dBFS
            loudest_hz = spectrum.argmax() * rate_hz / window
            found.append((start / rate_hz, frequencies[np.abs(frequencies - loudest_hz).argmin()]))
    return found


@pytest.mark.usefixtures("two_monitors")
def test_a_dictation_is_seen_and_heard_and_never_in_the_way(
    desktop: VirtualDesktop, recorded: Path
) -> None:
    program = DictationProgram(desktop)
    program.start()
    program.wait_until_ready()
    editor = qt_editor(desktop)
    with OverlayWatcher(desktop.display) as watcher:
        watcher.cover_screen(editor.window.number)
        desktop.wait(lambda: watcher.width_of(editor.window.number) > 1200, what="The editor")
        watcher.move_pointer(900, 300)
        focused, before = watcher.focused(), watcher.below_pointer()
        assert watcher.window() is None

        desktop.press("F9")
        desktop.wait(watcher.window, what="The overlay")
        recording = desktop.play(CLIP)
        place = watcher.place()
        middle = place.left + place.width // 2
        assert middle == LEFT_OF_RIGHT + (1280 - LEFT_OF_RIGHT) // 2
        assert place.top > 600
        assert "_NET_WM_WINDOW_TYPE_TOOLTIP" in watcher.type_of_window()
        assert watcher.input_rectangles() == 0
        assert watcher.focused() == focused

        pill_y = place.top + place.height // 2
        watcher.move_pointer(middle, pill_y)
        assert watcher.below_pointer() == before

        def pill() -> NDArray[np.uint8]:
            return desktop.pixels()[place.top : place.top + place.height, place.left : 1280]

        desktop.wait(lambda: colour(LIGHT.listening, pill()) > 110, TEXT_S, "A level in red")
        watcher.follow()
        bars: list[Place] = []

        def move() -> bool:
            bars.extend(
                part for part in watcher.repaints() if part.width <= 36 and part.height >= 20
            )
            return len(bars) >= 15

        desktop.wait(move, TEXT_S, "Bars that are painted alone")
        wait_for_last_word(recording, CLIP)
        desktop.release("F9")

        desktop.wait(lambda: colour(LIGHT.done, pill()) > 100, TEXT_S, "Its tick")
        desktop.wait(lambda: editor.text, TEXT_S, "The text")
        assert watcher.focused() == focused
        desktop.wait(lambda: watcher.window() is None, TEXT_S, "Its end")
    used_s = cpu_s(program.running.pid)
    time.sleep(1.0)
    now_used_s = cpu_s(program.running.pid)
    assert used_s is not None
    assert now_used_s is not None
    assert now_used_s - used_s <= 0.03  # three ticks of the kernel's clock
    editor.program.end()
    program.running.end()
    heard = notes(recorded)
    order = [hz for hz, _ in itertools.groupby(hz for _, hz in heard)]
    up, down = ([note.frequency_hz for note in SOUNDS[name]] for name in ("start", "stop"))
    assert order == [*up, *down[1:]]  # the last note of the start is the first of the stop
    assert heard[-1][0] - heard[0][0] > 1.0


def test_it_is_sharp_dark_and_at_the_top_where_that_is_wanted(tmp_path: Path) -> None:
    """On a screen of twice the density, of a user who likes it dark."""
    chosen = replace(DEMO_SETTINGS, overlay=OverlaySettings(position=Edge.TOP))
    with VirtualDesktop() as desktop, OverlayWatcher(desktop.display) as watcher:
        desktop.environment["QT_SCALE_FACTOR"] = "2"
        watcher.pretend_that_windows_are_see_through()
        likes_it_dark = "echo org.freedesktop.appearance color-scheme 1; exec tail -f /dev/null"
        program = f"/usr/bin/python3 -E {PROGRAMS / 'portal_settings.py'}"
        portal = desktop.start("sh", "-c", f"({likes_it_dark}) | {program}")
        desktop.wait(lambda: "set" in portal.output, TEXT_S, "The portal")
        program = DictationProgram(desktop)
        program.start(chosen)
        program.wait_until_ready()
        desktop.press("F9")
        desktop.wait(watcher.window, what="The overlay")
        recording = desktop.play(CLIP)
        desktop.wait(
            lambda: colour(DARK.ground, watcher.picture()) > 10_000, TEXT_S, "The overlay, solid"
        )
        place, picture = watcher.place(), watcher.picture()
        assert (place.width, place.height) == (2 * (640 - 32 + 2 * MARGIN), 2 * 96)
        assert place.top < 100
        alpha = picture[:, :, 3]
        assert alpha[0].max() == 0
        assert 10 < alpha[2 * 72, place.width // 2] < 120  # its shadow
        recording.stop()
        desktop.release("F9")
