"""Chooses entries of the tray's menu, as somebody does who has learnt their letters."""

from __future__ import annotations

import re
import time
from functools import partial

from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.translation import _

_CLICK_S = 3.0
_MENU_S = 60.0
_RIGHT_BUTTON = 3


def choose(desktop: VirtualDesktop, *labels: str) -> None:
    """labels: from ``desktop.tray.menu``, of a submenu first, then of an entry in it."""
    _open(desktop)
    for depth, label in enumerate(labels, 1):
        desktop.wait(partial(_is_open, desktop, depth), _MENU_S, f"Menu {depth}")
        desktop.type_keys(_letter(label))
    desktop.wait(lambda: not desktop.menus(), _MENU_S, "The end of the menu")


def _open(desktop: VirtualDesktop) -> None:
    desktop.wait(desktop.tray_icons, what="The icon in the tray")
    icon = next(icon for icon in desktop.tray_icons() if icon.app == "dictation")
    clicked_s = float("-inf")

    def is_open() -> bool:
        nonlocal clicked_s
        if desktop.menus():
            return True
        if time.monotonic() - clicked_s > _CLICK_S:  # one at the end of another menu is swallowed
            desktop.click(icon.x + icon.width // 2, icon.y + icon.height // 2, _RIGHT_BUTTON)
            clicked_s = time.monotonic()
        return False

    desktop.wait(is_open, _MENU_S, "The menu")


def _is_open(desktop: VirtualDesktop, depth: int) -> bool:
    return desktop.menus() == depth


def _letter(label: str) -> str:
    (letter,) = re.findall("&(.)", _(label))
    return str(letter).lower()
