"""What a paste through the desktop portal is done with: on KDE and on GNOME.

KDE's compositor has data control, and the portal presses the keys. GNOME's has none, but its portal
has the clipboard as well.
"""

from __future__ import annotations

from pathlib import Path

from dictation.native.offer import CLIPBOARD, PRIMARY
from dictation.native.pasting_typist import Means
from dictation.native.portal_clipboard import PortalClipboard
from dictation.native.portal_keyboard import PortalKeyboard
from dictation.native.portal_session import PortalSession, Wanted
from dictation.native.wayland_clipboard import WaylandClipboard
from dictation.native.wayland_paste import PASTES


def with_data_control(clipboard: WaylandClipboard, memory: Path, *, may_ask: bool) -> Means:
    """Shift+Insert pastes either selection, so both offer the text. Raises NotPossibleHere.

    clipboard: closed with this. memory: a file that keeps the user's answer. may_ask: whether to
    ask for one now.
    """
    try:
        session = PortalSession(memory, Wanted.KEYBOARD, may_ask=may_ask)
    except BaseException:
        clipboard.close()
        raise

    def close() -> None:
        session.close()
        clipboard.close()

    press = PortalKeyboard(session).press
    return Means(clipboard, press, close, (CLIPBOARD, PRIMARY), PASTES, PASTES)


def with_the_portals_clipboard(memory: Path, *, may_ask: bool) -> Means:
    """Ctrl+V, for Shift+Insert would paste what is marked in most terminals, which is not ours.

    A terminal that is not known as one takes nothing then, which is seen and told. memory and
    may_ask as above. Raises NotPossibleHere.
    """
    clipboard = PortalClipboard(
        PortalSession(memory, Wanted.KEYBOARD_AND_CLIPBOARD, may_ask=may_ask)
    )
    return Means(
        clipboard, clipboard.press, clipboard.close, (CLIPBOARD,), "Ctrl+V", "Ctrl+Shift+V"
    )
