"""The colour of what matters less: dimmer than other text, and still read without effort."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

LEAST_CONTRAST = 4.5
"""Between text and what is behind it, by WCAG 2.2, success criterion 1.4.3."""
_DIM = 0.60
_STEPS = 20


def contrast(one: QColor, other: QColor) -> float:
    """From 1 to 21, as WCAG 2.2 defines it; both opaque."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def muted(text: QColor, ground: QColor) -> QColor:
    """As dim as it may be on that ground."""
    for step in range(_STEPS + 1):
        colour = _mixed(text, ground, _DIM + (1 - _DIM) * step / _STEPS)
        if contrast(colour, ground) >= LEAST_CONTRAST:
            return colour
    return text


def mute(widget: QWidget) -> None:
    """The widget's text is muted from now on, on light and on dark."""
    _Muting(widget)


class _Muting(QObject):
    """Follows the palette of what the widget stands on: one of its own would not."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._is_applying = False
        self._apply()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        changed = (QEvent.Type.PaletteChange, QEvent.Type.ParentChange)
        if watched is self._widget and event.type() in changed and not self._is_applying:
            self._apply()
        return False

    def _apply(self) -> None:
        self._is_applying = True
        self._widget.setPalette(QPalette())
        usual = self._widget.palette()
        dim = muted(usual.windowText().color(), usual.window().color())
        own = QPalette()
        own.setColor(QPalette.ColorRole.WindowText, dim)
        self._widget.setPalette(own)
        self._is_applying = False


def _mixed(one: QColor, other: QColor, part: float) -> QColor:
    return QColor.fromRgbF(
        *(
            part * a + (1 - part) * b
            for a, b in zip(one.getRgbF()[:3], other.getRgbF()[:3], strict=True)  # type: ignore[index]
        )
    )


def _luminance(colour: QColor) -> float:
    red, green, blue = (_linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
