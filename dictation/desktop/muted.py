"""The colour of what matters less: dimmer than other text, and still read without effort."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel

LEAST_CONTRAST = 4.5
"""Between text and what is behind it, by WCAG 2.2, success criterion 1.4.3."""
_DIM = 0.60
_STEPS = 20


def contrast(one: QColor, other: QColor) -> float:
    """From 1 to 21, as WCAG 2.2 defines it; both opaque."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def muted(text: QColor, ground: QColor) -> QColor:
    """The text's colour, as dim as it may be on that ground."""
    return QColor(_muted(text.rgb(), ground.rgb()))


def legible(ground: QColor, text: QColor) -> QColor:
    """The ground, so much darker or lighter that the text on it is read; mostly as it is."""
    return QColor(_legible(ground.rgb(), text.rgb()))


@lru_cache
def _muted(text: int, ground: int) -> int:
    ink, paper = QColor(text), QColor(ground)
    for step in range(_STEPS + 1):
        colour = _mixed(ink, paper, _DIM + (1 - _DIM) * step / _STEPS)
        if contrast(colour, paper) >= LEAST_CONTRAST:
            return colour.rgb()
    return text


@lru_cache
def _legible(ground: int, text: int) -> int:
    paper, ink = QColor(ground), QColor(text)
    away = QColor("black") if _luminance(ink) > _luminance(paper) else QColor("white")
    for step in range(_STEPS + 1):
        colour = _mixed(paper, away, 1 - step / _STEPS)
        if contrast(colour, ink) >= LEAST_CONTRAST:
            return colour.rgb()
    return away.rgb()


class MutedLabel(QLabel):
    """Follows the palette of what it stands on."""

    def __init__(self, *arguments: Any, **properties: Any) -> None:
        super().__init__(*arguments, **properties)
        self._is_muting = False
        self._mute()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        changed = (QEvent.Type.PaletteChange, QEvent.Type.ParentChange)
        if event.type() in changed and not getattr(self, "_is_muting", True):
            self._mute()

    def _mute(self) -> None:
        self._is_muting = True
        self.setPalette(QPalette())  # as the parent has it
        usual = self.palette()
        own = QPalette()
        dim = muted(usual.windowText().color(), usual.window().color())
        own.setColor(QPalette.ColorRole.WindowText, dim)
        self.setPalette(own)
        self._is_muting = False


def _mixed(one: QColor, other: QColor, part: float) -> QColor:
    rest = 1 - part
    return QColor.fromRgbF(
        part * one.redF() + rest * other.redF(),
        part * one.greenF() + rest * other.greenF(),
        part * one.blueF() + rest * other.blueF(),
    )


def _luminance(colour: QColor) -> float:
    red, green, blue = (_linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
