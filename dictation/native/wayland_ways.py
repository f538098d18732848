"""The ways of inserting text on Wayland, where each kind of compositor allows another one."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dictation import paths
from dictation.errors import NotPossibleHere
from dictation.native.candidates import Candidate, first_of
from dictation.native.contracts import ActiveWindow, Typist
from dictation.native.copying import ClipboardCommand, CopyingTypist, nothing
from dictation.settings import AppRule

if TYPE_CHECKING:
    from dictation.native.ydotool import YdotoolKeyboard

logger = logging.getLogger(__name__)


def wayland_ways(
    window: ActiveWindow, rules: Mapping[str, AppRule], *, may_ask: bool
) -> list[Candidate[Typist]]:
    """In their order. may_ask: whether the desktop may ask the user for a permission."""

    def keyboard() -> Typist:
        from dictation.native.wayland_clipboard import WaylandClipboard
        from dictation.native.wayland_typist import WaylandTypist

        try:
            clipboard = WaylandClipboard()
        except NotPossibleHere as reason:
            logger.info("%s", reason)
            copying = first_of(("wl-copy", _wl_copy), ("none", nothing)).service
            return WaylandTypist(window, copying, None, rules)
        return WaylandTypist(window, CopyingTypist(clipboard, clipboard.close), clipboard, rules)

    def portal() -> Typist:
        from dictation.native import portal_means
        from dictation.native.pasting_typist import PastingTypist
        from dictation.native.wayland_clipboard import WaylandClipboard

        memory = paths.state_folder() / "portal.json"
        try:
            clipboard = WaylandClipboard()
        except NotPossibleHere as reason:
            logger.info("%s", reason)
            means = portal_means.with_the_portals_clipboard(memory, may_ask=may_ask)
        else:
            means = portal_means.with_data_control(clipboard, memory, may_ask=may_ask)
        return PastingTypist(window, means, rules)

    def ydotool() -> Typist:
        return _ydotool(window, rules)

    return [
        ("keyboard", keyboard),
        ("portal", portal),
        ("ydotool", ydotool),
        ("data-control", _data_control),
        ("wl-copy", _wl_copy),
    ]


def _ydotool(window: ActiveWindow, rules: Mapping[str, AppRule]) -> Typist:
    from dictation.native.offer import CLIPBOARD, PRIMARY
    from dictation.native.pasting_typist import Means, PastingTypist
    from dictation.native.wayland_clipboard import WaylandClipboard
    from dictation.native.wayland_paste import PASTES
    from dictation.native.ydotool import YdotoolKeyboard

    keyboard = YdotoolKeyboard(os.environ)
    try:
        clipboard = WaylandClipboard()
    except NotPossibleHere as reason:
        logger.info("%s", reason)
        return _blind(window, keyboard, rules)

    def close() -> None:
        keyboard.close()
        clipboard.close()

    selections = (CLIPBOARD, PRIMARY)
    means = Means(clipboard, keyboard.press, close, selections, PASTES, PASTES)
    return PastingTypist(window, means, rules)


def _blind(window: ActiveWindow, keyboard: YdotoolKeyboard, rules: Mapping[str, AppRule]) -> Typist:
    from dictation.native.blind_typist import BlindTypist

    try:
        copy = ClipboardCommand(["wl-copy"])
    except NotPossibleHere:
        keyboard.close()
        raise
    return BlindTypist(window, CopyingTypist(copy, keyboard.close), keyboard.press, rules)


def _data_control() -> CopyingTypist:
    from dictation.native.wayland_clipboard import WaylandClipboard

    clipboard = WaylandClipboard()
    return CopyingTypist(clipboard, clipboard.close)


def _wl_copy() -> CopyingTypist:
    return CopyingTypist(ClipboardCommand(["wl-copy"]))
