"""Hears how the desktop is to look: dark or light, with or without motion. From its portal."""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Mapping
from typing import Any

from dictation.errors import DesktopGone, NotPossibleHere
from dictation.native.contracts import Appearance
from dictation.native.portal import Portal
from dictation.native.waker import Waker
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_ANY, _GNOME = "org.freedesktop.appearance", "org.gnome.desktop.interface"
_KDE = "org.kde.kdeglobals.KDE"
_DARK, _LIGHT = 1, 2
_REDUCED = 1
_END_WAIT_S = 0.2  # a portal that hangs does not keep the program

Values = Mapping[tuple[str, str], Any]
"""By namespace and key."""


def appearance(values: Values) -> Appearance:
    """What settings of the portal mean; what is of another kind than it should be, nothing."""
    scheme = values.get((_ANY, "color-scheme"))
    speed = values.get((_KDE, "AnimationDurationFactor"))
    moves_less = (
        values.get((_ANY, "reduced-motion")) == _REDUCED
        or values.get((_GNOME, "enable-animations")) is False
        or (speed is not None and _is_zero(speed))
    )
    is_dark = scheme == _DARK if scheme in (_DARK, _LIGHT) else None
    return Appearance(is_dark, moves_less)


class AppearanceWatch(threading.Thread):
    """Keeps it up to date, on its own thread. Never raises.

    Attributes:
        latest: what is known so far.
    """

    def __init__(self) -> None:
        super().__init__(name="appearance", daemon=True)
        self.latest = Appearance()
        self._waker = Waker()
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True
        self._waker.wake()
        self.join(_END_WAIT_S)

    def run(self) -> None:
        try:
            portal = Portal("Settings", Phrase("Knowing how the desktop looks"))
        except NotPossibleHere as reason:
            logger.info("%s", reason)
        else:
            try:
                self._follow(portal)
            except (NotPossibleHere, DesktopGone) as failure:
                logger.info("the desktop's settings are not heard any more: %s", failure)
            finally:
                portal.close()
        self._waker.close()

    def _follow(self, portal: Portal) -> None:
        signals = portal.subscribe()
        (all_of_them,) = portal.call("ReadAll", "as", [_ANY, _GNOME, _KDE])
        values = {
            (namespace, key): value
            for namespace, keys in all_of_them.items()
            for key, (_type, value) in keys.items()
        }
        self.latest = appearance(values)
        while not self._stopping:
            files: list[Waker | int] = [self._waker, portal.fileno()]
            select.select(files, [], [])
            self._waker.hear()
            portal.hear()
            while signals:
                body = signals.popleft().body
                if len(body) == 3 and isinstance(body[2], tuple):
                    values[body[0], body[1]] = body[2][1]
            self.latest = appearance(values)


def _is_zero(speed: object) -> bool:
    """KDE keeps numbers as text."""
    try:
        return float(str(speed)) == 0.0
    except ValueError:
        return False
