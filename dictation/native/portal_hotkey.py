"""The hotkey through the desktop portal: on Wayland, KDE, Hyprland and GNOME have it.

The desktop decides which key it is: ours is a wish, and the user may change it in the desktop's own
settings. It hears press and release, and keeps the key from the focused program.
"""

from __future__ import annotations

import logging
import select
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from jeepney import HeaderFields, Message

from dictation.errors import DesktopGone, DictationError, HotkeyLost, NotPossibleHere
from dictation.native.contracts import Listeners
from dictation.native.key_names import Combination, Modifier, parsed
from dictation.native.portal import Portal
from dictation.native.waker import Waker
from dictation.translation import N_, Phrase, _

logger = logging.getLogger(__name__)

DICTATE, CANCEL = "dictate", "cancel"
"""Shortcuts' names; the desktop remembers the user's keys by them."""

_SERVICE = Phrase("A hotkey through the desktop's portal")
_INTERFACE = "GlobalShortcuts"
_DESCRIPTIONS = {
    DICTATE: N_("Dictate"),
    CANCEL: N_("Forget what is being dictated"),
    "undo": N_("Take the last text away again"),
    "repeat": N_("Insert the last text once more"),
    "language": N_("Go on to the next language"),
}
_USER_S = 300.0  # for the user to answer the desktop's dialog
# As the freedesktop.org shortcuts specification names modifiers.
_MODIFIERS = {
    Modifier.CTRL: "CTRL",
    Modifier.SHIFT: "SHIFT",
    Modifier.ALT: "ALT",
    Modifier.SUPER: "LOGO",
}


def trigger(combination: Combination) -> str:
    """What the specification calls this combination, such as CTRL+ALT+d."""
    held = [name for modifier, name in _MODIFIERS.items() if modifier in combination.modifiers]
    return "+".join([*held, combination.key])


class PortalHotkey:
    """A global hotkey. Raises NotPossibleHere, or NoSuchKey for its name."""

    def __init__(self, key: str, purpose: str = DICTATE) -> None:
        self._purpose = purpose
        self._trigger = trigger(parsed(key))
        Portal(_INTERFACE, _SERVICE).close()
        self._listener: _Listener | None = None

    def start(self, listeners: Listeners) -> None:
        self._listener = _Listener(self._purpose, self._trigger, listeners)
        self._listener.start()

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        """Escape itself cannot be had for a while only; the desktop's key for "cancel" can."""
        if self._listener is not None:
            self._listener.on_escape = on_escape

    def stop(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()


class _Listener(threading.Thread):
    """Binds the shortcuts, which may take as long as the user takes to agree, and hears them."""

    def __init__(
        self,
        purpose: str,
        wanted: str,
        listeners: Listeners,
    ) -> None:
        super().__init__(name="hotkey", daemon=True)
        self._purpose = purpose
        self._trigger = wanted
        self._listeners = listeners
        self.on_escape: Callable[[], None] | None = None
        self._is_down = False
        self._waker = Waker()
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True
        self._waker.wake()
        # While the user is asked there is nobody to hear it; the process may end all the same.
        self.join(timeout=1.0)

    def run(self) -> None:
        portal: Portal | None = None
        try:
            portal = Portal(_INTERFACE, _SERVICE)
            session = portal.session()
            signals = portal.subscribe()
            bound = self._bind(portal, session)
            logger.info("the desktop has bound %s", bound)
            sources: list[Portal | Waker] = [portal, self._waker]
            while not self._stopping:
                select.select(sources, [], [])
                self._waker.hear()
                portal.hear()
                self._attend(session, signals)
        except NotPossibleHere as failure:
            self._tell(failure)
        except DesktopGone as failure:
            self._tell(HotkeyLost(**failure.fields))
        except Exception as failure:  # the thread's boundary: nobody else would ever hear of it
            logger.exception("the hotkey is no longer heard")
            self._tell(HotkeyLost(reason=type(failure).__name__))
        finally:
            if portal is not None:
                portal.close()
            self._waker.close()

    def _bind(self, portal: Portal, session: str) -> dict[str, str]:
        """The keys that the desktop has given, by shortcut, in the desktop's words."""
        told = {"description": ("s", _(_DESCRIPTIONS[self._purpose]))}
        shortcuts = [(self._purpose, {**told, "preferred_trigger": ("s", self._trigger)})]
        if self._purpose == DICTATE:
            shortcuts.append((CANCEL, {"description": ("s", _(_DESCRIPTIONS[CANCEL]))}))
        bound = portal.request(
            "BindShortcuts",
            "oa(sa{sv})sa{sv}",
            session,
            shortcuts,
            "",
            options={},
            patience_s=_USER_S,
        )
        return {name: _told(values) for name, values in bound.get("shortcuts", [])}

    def _attend(self, session: str, signals: deque[Message]) -> None:
        while signals and not self._stopping:
            signal = signals.popleft()
            member = signal.header.fields[HeaderFields.member]
            if member == "Closed":
                if signal.header.fields[HeaderFields.path] == session:
                    raise DesktopGone(reason=Phrase("the desktop has ended it"))
            elif member == "NameOwnerChanged":
                raise DesktopGone(reason=Phrase("the desktop's portal has ended"))
            elif member in ("Activated", "Deactivated") and signal.body[0] == session:
                self._hear(signal.body[1], is_down=member == "Activated")

    def _hear(self, shortcut: str, *, is_down: bool) -> None:
        if shortcut == CANCEL and self._purpose == DICTATE:
            on_escape = self.on_escape
            if is_down and on_escape is not None:
                on_escape()
        elif shortcut == self._purpose and is_down is not self._is_down:
            self._is_down = is_down
            if is_down:
                self._listeners.pressed()
            else:
                self._listeners.released()

    def _tell(self, failure: DictationError) -> None:
        logger.warning("the hotkey is not heard: %s", failure)
        if self._is_down:
            self._is_down = False
            self._listeners.released()  # a take that nobody can end any more
        if not self._stopping:
            self._listeners.lost(failure)


def _told(values: dict[str, tuple[str, Any]]) -> str:
    return str(values.get("trigger_description", ("s", ""))[1])
