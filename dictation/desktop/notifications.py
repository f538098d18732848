"""Tells the user about takes, in bubbles of the desktop."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from dictation.desktop import icons
from dictation.desktop.notices import HISTORY, UNDO_LAST, Notice, Urgency, as_wished
from dictation.settings import NotificationSettings

if TYPE_CHECKING:
    from dictation.desktop.dbus_notifications import DBusNotifications

_NAME = "Dictation"
_DESKTOP_FILE = "dictation"
_ICON_SIZE_PX = 64
_PATIENCE_S = 2.0  # with a daemon that does not answer, before the last resort is used


class Notifier(QObject):
    """One bubble for each take, replaced in place. Nothing here waits for a daemon.

    What no daemon takes goes to the last resort, unless it is of low urgency.
    """

    acted = Signal(int, str)
    """acted(take, key): the user chose the action of that key in the take's bubble."""
    _undelivered = Signal(int, object)

    def __init__(
        self,
        last_resort: Callable[[str, str], None],
        parent: QObject | None = None,
        patience_s: float = _PATIENCE_S,
        *,
        can_undo: bool = False,
    ) -> None:
        """last_resort(title, body): called on the thread of this object.

        can_undo: whether a text can be taken away again on this desktop.
        """
        super().__init__(parent)
        self._last_resort = last_resort
        self._chosen = NotificationSettings()
        self._undoing = frozenset({UNDO_LAST.key} if can_undo else ())
        self._offers = self._undoing | {HISTORY.key}
        self._passing: set[int] = set()
        """Takes whose bubble says how it is at the moment."""
        self._clickable: int | None = None
        """The take of the last resort's last message, if that leads to the history."""
        self._undelivered.connect(self._on_undelivered)
        self._dbus = self._started(patience_s)

    def choose(self, chosen: NotificationSettings, *, has_history: bool) -> None:
        """From now on; has_history: whether takes are found there later."""
        self._chosen = chosen
        self._offers = self._undoing | ({HISTORY.key} if has_history else frozenset())

    def show(self, take: int, notice: Notice) -> None:
        """Shows the notice as is wished; it replaces what the take's bubble says."""
        wished = as_wished(notice, self._chosen, self._offers)
        if wished is None:
            if take in self._passing:
                self.close(take)
            return
        if wished.is_passing:
            self._passing.add(take)
        else:
            self._passing.discard(take)
        if self._dbus is None:
            self._on_undelivered(take, wished)
        else:
            self._dbus.show(take, wished)

    def close(self, take: int) -> None:
        """Takes the take's bubble away, if there is one."""
        self._passing.discard(take)
        if self._dbus is not None:
            self._dbus.close(take)

    def stop(self) -> None:
        """Ends it, within 0.3 s; bubbles that tell of something going on are taken away."""
        if self._dbus is not None:
            self._dbus.stop()

    def _started(self, patience_s: float) -> DBusNotifications | None:
        if sys.platform != "linux":  # jeepney is not installed there
            return None
        from dictation.desktop.dbus_notifications import DBusNotifications, Listeners
        from dictation.desktop.notification_messages import Sender

        image = icons.image(icons.APPLICATION, _ICON_SIZE_PX)  # named: it owns its bits
        sender = Sender(_NAME, _DESKTOP_FILE, _ICON_SIZE_PX, bytes(image.constBits()))
        # Emitted on the notifications' thread: Qt queues them for the thread of this object.
        listeners = Listeners(self.acted.emit, self._undelivered.emit)
        return DBusNotifications(sender, listeners, patience_s)

    @Slot()
    def on_clicked(self) -> None:
        """The last resort's message was clicked; it has no buttons."""
        if self._clickable is not None:
            self.acted.emit(self._clickable, HISTORY.key)

    @Slot(int, object)
    def _on_undelivered(self, take: int, notice: Notice) -> None:
        if notice.urgency is not Urgency.LOW:
            leads_to_history = any(action.key == HISTORY.key for action in notice.actions)
            self._clickable = take if leads_to_history else None
            self._last_resort(notice.title, notice.lines)
