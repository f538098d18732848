"""Shows what is being dictated, and moves it. GUI thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Slot

from dictation.audio.level import Meter
from dictation.desktop.overlay import motion, scene
from dictation.desktop.overlay.canvas import Canvas, Ground
from dictation.desktop.overlay.drawing import Drawing
from dictation.desktop.overlay.look import Palette
from dictation.desktop.overlay.marks import Marks, Sprites
from dictation.desktop.overlay.scene import Face, Scene
from dictation.desktop.overlay.surface import Surface
from dictation.errors import AudioError, MicrophoneSilent
from dictation.recognition.messages import Stage, Unusable
from dictation.session import Command, State
from dictation.settings import Motion, OverlaySettings
from dictation.speech import Hypothesis

_FRAME_MS = 16
_QUIET_MS = 50  # to the next look while nothing moves
_STEP_MS = 250  # where nothing shall move, the level and the clock go in steps
_COME_S, _GO_S = 0.12, 0.22


class Overlay(QObject):
    """Whoever hears what happens tells it here; while nothing is shown, nothing runs."""

    def __init__(
        self,
        surface: Surface,
        meter: Meter,
        chosen: OverlaySettings,
        palette: Callable[[], Palette],
        less_motion: Callable[[], bool],
    ) -> None:
        """palette, less_motion: as the desktop has it; asked each time that the overlay appears."""
        super().__init__()
        self._surface = surface
        self._meter = meter
        self._chosen = chosen
        self._palette_now = palette
        self._less_motion = less_motion
        self._timer = QTimer(self, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_time)
        self._scene = Scene()
        self._stage: _OnStage | None = None
        self._blocks_when_mute = 0

    def choose(self, chosen: OverlaySettings) -> None:
        """From now on."""
        self._chosen = chosen
        self._close()

    def end(self) -> None:
        self._close()
        self._surface.end()

    # --- what happens

    @Slot(object, object)
    def on_handled(self, commands: Sequence[Command], state: State) -> None:
        """An event of the session is dealt with."""
        now_s, changed = time.monotonic(), self._scene
        for command in commands:
            changed = scene.told(changed, command, now_s)
        self._show(scene.settled(changed, state))

    @Slot(int)
    def on_began(self, take: int) -> None:
        self._tell(scene.Flowing(take))

    @Slot(int, object)
    def on_lost(self, take: int, error: AudioError) -> None:
        if isinstance(error, MicrophoneSilent):
            self._blocks_when_mute = self._meter.blocks
            self._tell(scene.Mute(take, error))

    @Slot(object)
    def on_hypothesis(self, hypothesis: Hypothesis) -> None:
        self._tell(hypothesis)

    @Slot(object)
    def on_stage(self, stage: Stage | Unusable) -> None:
        self._tell(scene.Waiting(stage in (Stage.LOADING, Stage.PREPARING)))

    def _tell(self, news: scene.News) -> None:
        self._show(scene.told(self._scene, news, time.monotonic()))

    # --- what is shown

    def _show(self, changed: Scene) -> None:
        if changed == self._scene:
            return
        self._scene = changed
        if not self._chosen.on:
            return
        if changed.face is not Face.HIDDEN and self._stage is None:
            self._stage = self._opened()
        if self._stage is not None:
            self._timer.start(0)

    def _opened(self) -> _OnStage:
        ground, palette = self._surface.ground(), self._palette_now()
        is_still = self._chosen.motion is Motion.REDUCED or (
            self._chosen.motion is Motion.SYSTEM and self._less_motion()
        )
        stage = _OnStage(ground, palette, is_still=is_still)
        size = stage.canvas.size
        self._surface.open(size.width(), size.height(), self._chosen.position)
        self._meter.loudest()  # what was heard before is old
        return stage

    def _close(self) -> None:
        self._timer.stop()
        if self._stage is not None:
            self._stage = None
            self._surface.close()

    @Slot()
    def _on_time(self) -> None:
        stage, now_s = self._stage, time.monotonic()
        if stage is None:
            return
        if self._scene.is_mute and self._meter.blocks != self._blocks_when_mute:
            self._scene = scene.told(self._scene, scene.Flowing(self._scene.take), now_s)
        self._scene = scene.passed(self._scene, now_s)
        changed = stage.frame(self._scene, self._meter.loudest(), now_s)
        if stage.is_over:
            self._close()
            return
        if changed is not None:
            self._surface.put(stage.canvas.image, changed, stage.canvas.pill)
        wait_ms = stage.wait_ms(self._scene, now_s)
        if wait_ms is not None:
            self._timer.start(wait_ms)


class _OnStage:
    """The overlay from its appearance until it is gone.

    Attributes:
        is_over: it is gone.
    """

    def __init__(self, ground: Ground, palette: Palette, *, is_still: bool) -> None:
        self.canvas = Canvas(ground, palette)
        self.is_over = False
        self._ground = ground
        self._palette = palette
        self._is_still = is_still
        # Half transparent is not possible for a window that nothing shines through.
        self._fades = ground.is_see_through and not is_still
        self._last_s = time.monotonic()
        self._shown: tuple[Scene, str] | None = None
        self._drawing: Drawing | None = None
        self._marks = Marks(palette, ground.ratio)
        self._mark: Sprites = ()
        self._has_moved = True
        self._bars = motion.Bars()
        self._width = 0.0
        self._opacity = 0.0

    def frame(self, now_shown: Scene, level: float, now_s: float) -> QRect | None:
        """Paints it; what has changed, None for nothing."""
        passed_s, self._last_s = now_s - self._last_s, now_s
        goes = now_shown.face is Face.HIDDEN
        wanted = (now_shown, scene.clock(now_shown, now_s))
        is_new = not goes and wanted != self._shown
        if is_new:
            self._shown = wanted
            self._drawing = Drawing(*wanted, self._palette, self._ground.most_width)
        if self._drawing is None or self._shown is None:
            self.is_over = True
            return None
        is_new |= self._moved(self._drawing.width, passed_s, goes=goes)
        if self._opacity == 0.0 and goes:
            self.is_over = True
            return None
        mark = self._mark_of(self._shown[0], level, passed_s, now_s)
        self._has_moved = is_new or mark != self._mark
        self._mark = mark
        if is_new:
            return self.canvas.compose(self._drawing, self._width, self._opacity, mark)
        return self.canvas.move(mark) if self._has_moved else None

    def wait_ms(self, now_shown: Scene, now_s: float) -> int | None:
        """Until the next frame; None: nothing will change by itself."""
        is_settled = (
            self._drawing is not None
            and self._width == self._drawing.width
            and self._opacity == 1.0
            and now_shown.face is not Face.HIDDEN
        )
        if not is_settled:
            return _FRAME_MS
        if now_shown.gone_s is not None:
            return max(0, round((now_shown.gone_s - now_s) * 1000)) + 1
        if not self._is_still:
            return _FRAME_MS if self._has_moved else _QUIET_MS
        return _STEP_MS if now_shown.face is Face.LISTENING else None

    def _moved(self, width: float, passed_s: float, *, goes: bool) -> bool:
        """Whether the pill as a whole looks different from before."""
        before = self._width, self._opacity
        if self._is_still or self._width == 0.0:
            self._width = width
        elif not goes:
            self._width = motion.glided(self._width, width, passed_s)
        if not self._fades:
            self._opacity = 0.0 if goes else 1.0
        elif goes:
            self._opacity = max(0.0, self._opacity - passed_s / _GO_S)
        else:
            self._opacity = min(1.0, self._opacity + passed_s / _COME_S)
        return before != (self._width, self._opacity)

    def _mark_of(self, shown: Scene, level: float, passed_s: float, now_s: float) -> Sprites:
        if shown.face is Face.WORKING:
            return self._marks.steady_dots() if self._is_still else self._marks.dots(now_s)
        if shown.face is not Face.LISTENING:
            return ()
        if self._is_still:
            self._bars = motion.still(level)
        else:
            self._bars = motion.heard(self._bars, level, passed_s)
        hears = shown.began_s is not None and not shown.is_mute
        return self._marks.bars(self._bars, self._palette.listening if hears else self._palette.dim)
