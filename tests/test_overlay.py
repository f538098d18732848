"""How the overlay looks and moves, on canvases that nobody sees."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from dictation import session
from dictation.audio.level import Meter, Metered, level
from dictation.desktop.overlay import motion
from dictation.desktop.overlay.canvas import Canvas, Ground
from dictation.desktop.overlay.drawing import Drawing
from dictation.desktop.overlay.layer import PillLayer
from dictation.desktop.overlay.look import DARK, HEIGHT, LIGHT, MARGIN, MOST_WIDTH, Palette
from dictation.desktop.overlay.marks import Marks
from dictation.desktop.overlay.overlay import Overlay
from dictation.desktop.overlay.scene import Face, Scene
from dictation.errors import AudioError, DesktopGone, MicrophoneSilent
from dictation.lab.running import waited_for
from dictation.native.contracts import LayerShape
from dictation.session import Idle, Listening, State
from dictation.settings import Edge, Motion, OverlaySettings
from dictation.speech import AudioChunk, Hypothesis, Outcome, Transcript, Verdict

HELLO = Scene(Face.LISTENING, 1, final="Hello. ", tentative="And then", began_s=0.0)
LONG = replace(HELLO, final="今天的会议改到星期三下午三点，" * 6, tentative="请大家准时参加")
DONE = Scene(Face.DONE, 1, said="Typed")
FRAME_S = 1 / 60


@pytest.fixture(autouse=True)
def _fonts(qt: QApplication) -> None:
    """Text can be laid out."""


def painted(
    scene: Scene, palette: Palette = DARK, ratio: float = 1.0, *, is_see_through: bool = True
) -> tuple[Canvas, NDArray[np.uint8]]:
    """Straight red, green, blue and alpha; shape (height, width, 4)."""
    canvas = Canvas(Ground(ratio, is_see_through, MOST_WIDTH), palette)
    drawing = Drawing(scene, "0:07" if scene.gone_s is None else "", palette, MOST_WIDTH)
    canvas.compose(drawing, drawing.width, 1.0, ())
    return canvas, pixels(canvas.image)


def pixels(image: QImage) -> NDArray[np.uint8]:
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(straight.constBits(), np.uint8).reshape(straight.height(), -1, 4)
    return rows[:, : straight.width()].copy()


def luminance(colour: QColor) -> float:
    """By WCAG 2.1, "relative luminance"."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_all_text_and_all_signs_can_be_told_from_the_ground(palette: Palette) -> None:
    for colour in (palette.ink, palette.dim):
        assert contrast(colour, palette.ground) >= 4.5
    for colour in (palette.listening, palette.working, palette.done, palette.trouble):
        assert contrast(colour, palette.ground) >= 3.0
    for mark in (palette.done, palette.trouble):
        assert contrast(palette.on_mark, mark) >= 3.0


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_the_pill_is_solid_its_corners_are_round_and_its_shadow_fades_to_nothing(
    ratio: float,
) -> None:
    canvas, image = painted(HELLO, LIGHT, ratio)
    alpha = image[:, :, 3]
    pill = canvas.pill
    middle = round(pill.center().y() * ratio)
    left, top = round(pill.left() * ratio), round(pill.top() * ratio)
    assert alpha.shape == (math.ceil(96 * ratio), math.ceil((MOST_WIDTH + 2 * MARGIN) * ratio))
    assert alpha[middle, left + round(4 * ratio)] == 255
    assert alpha[top + 1, left + 1] < 100  # outside of the round corner, in the shadow
    below = alpha[round((pill.bottom() + 3) * ratio), round(pill.center().x() * ratio)]
    assert 10 < below < 120
    assert max(alpha[0].max(), alpha[-1].max(), alpha[:, 0].max(), alpha[:, -1].max()) <= 2


def test_without_a_compositor_there_is_no_pixel_of_the_pill_that_is_not_solid() -> None:
    canvas, image = painted(HELLO, is_see_through=False)
    pill = canvas.pill.toRect()
    inside = image[pill.top() : pill.bottom() + 1, pill.left() : pill.right() + 1]
    assert (inside[:, :, 3] == 255).all()
    assert image[:MARGIN].max() == 0


def test_the_pill_grows_with_its_text_up_to_its_limit() -> None:
    widths = [
        Drawing(scene, "0:07", DARK, MOST_WIDTH).width
        for scene in (replace(HELLO, final="", tentative="Hm"), HELLO, LONG)
    ]
    assert widths == sorted(set(widths))
    assert widths[-1] == MOST_WIDTH


def test_of_a_text_that_is_too_long_the_beginning_fades_out_and_the_end_is_there() -> None:
    canvas, long = painted(LONG)
    other, same_end = painted(replace(LONG, final="我们" + LONG.final))
    end = slice(round(canvas.pill.right()) - 200, round(canvas.pill.right()) - 60)
    assert other.pill == canvas.pill
    assert np.array_equal(long[:, end], same_end[:, end])
    brightness = long[MARGIN + 10 : -MARGIN - 10, :, :3].max(axis=(0, 2)).astype(int)
    start = round(canvas.pill.left()) + 64
    assert brightness[start : start + 6].max() < 90
    assert brightness[start + 60 :].max() > 200


def test_what_may_still_change_is_dimmer_than_what_will_not() -> None:
    _, tentative = painted(replace(HELLO, final="", tentative="Hello and then"))
    _, final = painted(replace(HELLO, final="Hello and then", tentative=""))
    assert tentative[:, :, :3].max() < 200
    assert final[:, :, :3].max() > 230


def test_the_width_does_not_jump_as_the_clock_goes_on() -> None:
    widths = {Drawing(HELLO, clock, DARK, MOST_WIDTH).width for clock in ("0:11", "0:07", "9:58")}
    assert len(widths) == 1


def test_dark_and_light_are_not_the_same() -> None:
    grounds = [painted(DONE, palette)[1][MARGIN + 8, 336, :3].mean() for palette in (DARK, LIGHT)]
    assert grounds[0] < 60
    assert grounds[1] > 200


# --- motion


def test_bars_rise_at_once_and_come_to_rest_in_silence() -> None:
    bars = motion.Bars()
    for _ in range(6):
        bars = motion.heard(bars, 0.9, FRAME_S)
    assert bars.heights[0] > 0.5
    for _ in range(120):
        bars = motion.heard(bars, 0.0, FRAME_S)
    assert max(bars.heights) < 0.01


def test_a_sound_moves_from_the_middle_outwards() -> None:
    bars = motion.heard(motion.Bars(), 1.0, 0.05)
    highest = [bars]
    for _ in range(12):
        highest.append(motion.heard(highest[-1], 0.0, FRAME_S))
    peaks = [int(np.argmax([bars.heights[bar] for bars in highest])) for bar in range(4)]
    assert peaks == sorted(peaks)
    assert peaks[0] < peaks[-1]
    assert highest[5].across() == highest[5].across()[::-1]


def test_the_same_bars_whatever_the_frame_rate() -> None:
    slow = fast = motion.Bars(levels=(0.8,) * 4)
    slow = motion.heard(slow, 0.8, 0.04)
    for _ in range(4):
        fast = motion.heard(fast, 0.8, 0.01)
    assert slow.heights == pytest.approx(fast.heights)


def test_bars_that_look_the_same_are_the_same() -> None:
    marks = Marks(DARK, 1.0)
    one = marks.bars(motion.still(0.5), DARK.listening)
    assert marks.bars(motion.still(0.501), DARK.listening) == one
    assert marks.bars(motion.still(0.8), DARK.listening) != one


# --- level


def test_silence_is_nothing_speech_is_something_and_nothing_is_more_than_all() -> None:
    assert level(0.0) == 0.0
    assert level(10 ** (-7.0)) == 0.0  # -70 dBFS
    quiet, loud = level(10 ** (-4.5)), level(10 ** (-2.2))
    assert 0.15 < quiet < 0.5 < loud < 1.0
    assert level(1.0) == 1.0


def test_the_meter_tells_the_loudest_since_it_was_read_and_hands_all_on() -> None:
    heard: list[object] = []

    class Listener:
        def began(self, take: int) -> None:
            heard.append(("began", take))

        def heard(self, chunk: AudioChunk) -> None:
            heard.append(chunk)

        def lost(self, take: int, error: AudioError) -> None:
            heard.append(error)

        def ended(self, take: int) -> None:
            heard.append(("ended", take))

    meter = Meter()
    metered = Metered(Listener(), meter)
    loud = AudioChunk(1, np.full(320, 0.1, np.float32))
    quiet = AudioChunk(1, np.full(320, 0.001, np.float32))
    error = MicrophoneSilent()
    metered.began(1)
    metered.heard(loud)
    metered.heard(quiet)
    metered.lost(1, error)
    metered.ended(1)
    assert heard == [("began", 1), loud, quiet, error, ("ended", 1)]
    assert meter.loudest() == pytest.approx(level(0.01))
    assert meter.loudest() == 0.0
    assert meter.blocks == 2


# --- surfaces


class LostLayer:
    """Of a compositor that goes away."""

    def __init__(self) -> None:
        self.ends: list[str] = []
        self._reader, self._writer = os.pipe()

    def fileno(self) -> int:
        return self._reader

    def show(self, shape: LayerShape) -> None:
        self.shape = shape

    def put(self, pixels: memoryview, damage: tuple[int, int, int, int]) -> None:
        assert len(pixels) == 4 * self.shape.width * self.shape.height * self.shape.scale**2
        raise DesktopGone(reason="it ended")

    def hear(self) -> None: ...

    def hide(self) -> None:
        self.ends.append("hidden")

    def close(self) -> None:
        self.ends.append("closed")
        os.close(self._reader)
        os.close(self._writer)


def test_a_compositor_that_goes_away_takes_the_overlay_along_and_nothing_else() -> None:
    layer = LostLayer()
    surface = PillLayer(layer)
    canvas, _ = painted(HELLO, ratio=surface.ground().ratio)
    surface.open(canvas.size.width(), canvas.size.height(), Edge.TOP)
    assert layer.shape.is_at_top
    for _ in range(2):
        surface.put(canvas.image, QRect(0, 0, 10, 10), canvas.pill)
    surface.close()
    surface.end()
    assert layer.ends == ["closed"]


# --- the whole, on a surface that counts


class Counted:
    """A Surface that keeps what it is given."""

    def __init__(self) -> None:
        self.opened: list[Edge] = []
        self.shown: list[QRect] = []
        self.is_open = False
        self.image = QImage()

    def ground(self) -> Ground:
        return Ground(1.0, is_see_through=True, most_width=MOST_WIDTH)

    def open(self, width: int, height: int, edge: Edge) -> None:
        self.opened.append(edge)
        self.is_open = True

    def put(self, image: QImage, changed: QRect, pill: QRectF) -> None:
        assert self.is_open
        self.image = image
        self.shown.append(changed)

    def close(self) -> None:
        self.is_open = False

    def end(self) -> None: ...


class Played:
    """The overlay, and what is told to it."""

    def __init__(self, qt: QApplication, chosen: OverlaySettings) -> None:
        self._qt = qt
        self.surface, self.meter = Counted(), Meter()
        self.less_motion = False
        self.overlay = Overlay(
            self.surface, self.meter, chosen, lambda: DARK, lambda: self.less_motion
        )

    def listen(self) -> None:
        self.overlay.on_handled([session.BeginCapture(1)], State(Listening(1)))
        self.overlay.on_began(1)

    def work(self) -> None:
        state = State(Idle(), (session.Waiting(1),))
        self.overlay.on_handled([session.EndCapture(1)], state)

    def done(self) -> None:
        told = session.TellDone(Transcript(1, (), "x"), Verdict(Outcome.DELIVERED, "paste"))
        self.overlay.on_handled([told], State())

    def until(self, condition: Callable[[], object]) -> None:
        def holds() -> object:
            self._qt.processEvents()
            return condition()

        waited_for(holds, what="The overlay", timeout_s=10)

    def settle(self) -> None:
        """Until it moves no more by itself."""
        self.until(lambda: len(self.surface.shown) > 3)
        seen = -1
        while seen != len(self.surface.shown):
            seen, until_s = len(self.surface.shown), time.monotonic() + 0.15
            self.until(lambda: time.monotonic() > until_s)  # noqa: B023 - waited for in the loop


@pytest.fixture
def play(qt: QApplication) -> Iterator[Callable[..., Played]]:
    made: list[Played] = []

    def make(**chosen: object) -> Played:
        made.append(Played(qt, replace(OverlaySettings(), **chosen)))
        return made[-1]

    yield make
    for played in made:
        played.overlay.end()


def test_a_take_appears_is_done_and_leaves_nothing_that_runs(play: Callable[..., Played]) -> None:
    played = play(position=Edge.TOP)
    played.listen()
    played.until(lambda: played.surface.shown)
    played.work()
    played.done()
    played.until(lambda: not played.surface.is_open)
    assert played.surface.opened == [Edge.TOP]
    assert not played.overlay._timer.isActive()


def test_a_voice_repaints_the_bars_and_nothing_else(play: Callable[..., Played]) -> None:
    played = play()
    played.listen()
    played.settle()
    before = len(played.surface.shown)
    played.meter.hear(np.full(320, 0.2, np.float32))
    played.until(lambda: len(played.surface.shown) > before + 3)
    for changed in played.surface.shown[before:]:
        assert changed.width() * changed.height() < 0.02 * 672 * 96


def test_silence_repaints_nothing(play: Callable[..., Played]) -> None:
    played = play()
    played.listen()
    played.settle()
    before, until_s = len(played.surface.shown), time.monotonic() + 0.3
    played.until(lambda: time.monotonic() > until_s)
    assert len(played.surface.shown) - before <= 1  # the clock


def test_turned_off_nothing_is_shown(play: Callable[..., Played]) -> None:
    played = play(on=False)
    played.listen()
    played.work()
    assert played.surface.opened == []
    assert not played.overlay._timer.isActive()


def test_turned_off_while_it_is_shown_it_is_gone(play: Callable[..., Played]) -> None:
    played = play()
    played.listen()
    played.until(lambda: played.surface.shown)
    played.overlay.choose(OverlaySettings(on=False))
    assert not played.surface.is_open


@pytest.mark.parametrize("chosen", [Motion.REDUCED, Motion.SYSTEM])
def test_with_less_motion_it_comes_and_goes_at_once_and_does_not_pulse(
    play: Callable[..., Played], chosen: Motion
) -> None:
    played = play(motion=chosen)
    played.less_motion = chosen is Motion.SYSTEM
    played.listen()
    played.until(lambda: played.surface.shown)
    solid = pixels(played.surface.image)[MARGIN + HEIGHT // 2, :, 3]
    assert solid.max() == 255  # the first frame is not a faint one
    played.work()
    played.until(lambda: len(played.surface.shown) > 1)
    until_s = time.monotonic() + 0.2
    before = len(played.surface.shown)
    played.until(lambda: time.monotonic() > until_s)
    assert len(played.surface.shown) == before
    assert not played.overlay._timer.isActive()


def test_full_motion_is_full_whatever_the_desktop_says(play: Callable[..., Played]) -> None:
    played = play(motion=Motion.FULL)
    played.less_motion = True
    played.listen()
    played.until(lambda: len(played.surface.shown) > 2)  # it fades in


def test_a_microphone_that_comes_back_is_shown_to_be_back(play: Callable[..., Played]) -> None:
    played = play()
    played.listen()
    played.until(lambda: played.surface.shown)
    played.overlay.on_lost(1, MicrophoneSilent())
    assert played.overlay._scene.is_mute
    played.meter.hear(np.zeros(320, np.float32))
    played.until(lambda: not played.overlay._scene.is_mute)


def test_a_hypothesis_makes_it_wider(play: Callable[..., Played]) -> None:
    played = play()
    played.listen()
    played.settle()
    narrow = (pixels(played.surface.image)[MARGIN + HEIGHT // 2, :, 3] == 255).sum()
    played.overlay.on_hypothesis(
        Hypothesis(1, "Something that was said just now. ", "And", ("🇬🇧",))
    )
    played.settle()
    wide = (pixels(played.surface.image)[MARGIN + HEIGHT // 2, :, 3] == 255).sum()
    assert wide > narrow + 100
