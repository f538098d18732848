"""Builds the overlay as it can be shown on this desktop."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from dictation.audio.level import Meter
from dictation.desktop.overlay.layer import PillLayer
from dictation.desktop.overlay.look import DARK, LIGHT
from dictation.desktop.overlay.overlay import Overlay
from dictation.desktop.overlay.surface import Nowhere, Surface
from dictation.desktop.overlay.window import PillWindow
from dictation.native import choose
from dictation.native.contracts import Appearance, Looks, Windows
from dictation.settings import OverlaySettings

_MIDDLE_GREY = 128


def build(session: choose.Session, meter: Meter, chosen: OverlaySettings, looks: Looks) -> Overlay:
    """looks: asked each time that it appears."""
    return Overlay(
        _surface(session),
        meter,
        chosen,
        palette=lambda: DARK if _is_dark(looks.latest) else LIGHT,
        less_motion=lambda: looks.latest.moves_less,
    )


def _surface(session: choose.Session) -> Surface:
    place = choose.overlay(session).service
    if place is None:
        return Nowhere()
    return PillWindow(place) if isinstance(place, Windows) else PillLayer(place)


def _is_dark(appearance: Appearance) -> bool:
    if appearance.is_dark is not None:
        return appearance.is_dark
    match QGuiApplication.styleHints().colorScheme():
        case Qt.ColorScheme.Dark:
            return True
        case Qt.ColorScheme.Light:
            return False
    # The desktop says nothing of it; its colours do.
    return QGuiApplication.palette().window().color().lightness() < _MIDDLE_GREY
