"""The pill, in what it shows from the first word to the end."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage, QPainter

from dictation.desktop import notices
from dictation.desktop.overlay import motion
from dictation.desktop.overlay.canvas import Canvas, Ground
from dictation.desktop.overlay.drawing import Drawing
from dictation.desktop.overlay.look import DARK, LIGHT, MOST_WIDTH
from dictation.desktop.overlay.marks import Marks, Sprites
from dictation.desktop.overlay.scene import Face, Scene
from dictation.errors import FocusMoved
from dictation.speech import Outcome, Verdict
from dictation.translation import _
from scenes.stage import Stage, Theme

_SKY = {Theme.LIGHT: "#9fb6c2", Theme.DARK: "#2a3f55"}
_SPOKEN = {
    "en": ("🇬🇧", "Our first meeting is on Monday, ", "June 15th, at"),
    "zh_CN": ("🇨🇳", "火车九点四十五分开，", "我们在车站"),
}
_GAP_PX = -20  # the shadows of two may overlap


def overlay(stage: Stage) -> QImage:
    """Four moments, one below the other, painted by the overlay's own code."""
    palette = DARK if stage.theme is Theme.DARK else LIGHT
    sign, final, tentative = _SPOKEN[stage.language]
    ground = Ground(1.0, is_see_through=True, most_width=MOST_WIDTH)
    marks = Marks(palette, 1.0)
    bars = marks.bars(motion.Bars(heights=(0.95, 0.7, 0.45, 0.2)), palette.listening)
    typed = Verdict(Outcome.DELIVERED, "paste")
    pills: list[tuple[Scene, str, Sprites]] = [
        (
            Scene(
                Face.LISTENING,
                final=final,
                tentative=tentative,
                signs=(sign,),
                began_s=0.0,
            ),
            "0:05",
            bars,
        ),
        (Scene(Face.WORKING, said=_("Transcribing…"), signs=(sign,)), "0:07", marks.steady_dots()),
        (Scene(Face.DONE, said=notices.headline(typed), signs=(sign, "😊")), "", ()),
        (
            Scene(Face.TROUBLE, said=notices.headline(Verdict(Outcome.FAILED, "", FocusMoved()))),
            "",
            (),
        ),
    ]
    images = []
    for scene, clock, mark in pills:
        canvas = Canvas(ground, palette)
        drawing = Drawing(scene, clock, palette, ground.most_width)
        canvas.compose(drawing, drawing.width, 1.0, mark)
        images.append(canvas.image)
    size = images[0].size()
    whole = QImage(
        size.width(),
        sum(image.height() + _GAP_PX for image in images) - _GAP_PX,
        QImage.Format.Format_RGB32,
    )
    whole.fill(QColor(_SKY[stage.theme]))
    painter = QPainter(whole)
    for number, image in enumerate(images):
        painter.drawImage(0, number * (size.height() + _GAP_PX), image)
    painter.end()
    return whole


SCENES = (overlay,)
