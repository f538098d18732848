"""The thread on which notices go to the notification daemon."""

from __future__ import annotations

import contextlib
import logging
import queue
import selectors
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from dictation.desktop.notices import Notice
from dictation.desktop.notification_daemon import NotificationDaemon, Unavailable
from dictation.desktop.notification_messages import Sender

logger = logging.getLogger(__name__)

_END_S = 0.3  # for the thread, at the end: a daemon that hangs does not hold up the program


@dataclass(frozen=True, slots=True)
class Listeners:
    """Called on the thread; they must return at once."""

    acted: Callable[[int, str], None]
    """acted(take, key): the user chose that action."""
    undelivered: Callable[[int, Notice], None]
    """undelivered(take, notice): no daemon took it."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """None for a notice: the bubble shall close."""

    take: int
    notice: Notice | None


class DBusNotifications:
    """One bubble for each take. All methods return at once."""

    def __init__(self, sender: Sender, listeners: Listeners, patience_s: float) -> None:
        self._listeners = listeners
        self._daemon = NotificationDaemon(sender, self._on_action, patience_s)
        self._wishes: queue.SimpleQueue[_Wish] = queue.SimpleQueue()
        self._woken, self._waker = socket.socketpair()
        self._waker.settimeout(0)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)
        self._thread.start()

    def show(self, take: int, notice: Notice) -> None:
        """Shows the notice in the take's bubble; what is in it already is replaced."""
        self._wishes.put(_Wish(take, notice))
        self._wake()

    def close(self, take: int) -> None:
        """Takes the bubble away, if there is one."""
        self._wishes.put(_Wish(take, None))
        self._wake()

    def stop(self) -> None:
        """Ends the thread; bubbles that tell of something going on are closed.

        No listener is called after it returns.
        """
        self._stopped.set()
        self._wake()
        self._thread.join(_END_S)

    def _wake(self) -> None:
        # Full: it wakes anyway. Closed: it was stopped before.
        with contextlib.suppress(OSError):
            self._waker.send(b"\0")

    def _run(self) -> None:
        with self._woken, self._waker:
            while not self._stopped.is_set():
                self._wait()
                self._attend()
            self._attend()
            self._guarded(self._end)

    def _wait(self) -> None:
        with selectors.DefaultSelector() as selector:
            for readable in (self._woken.fileno(), *self._daemon.sockets()):
                selector.register(readable, selectors.EVENT_READ)
            readable_now = [key.fd for key, _ in selector.select()]
        if self._woken.fileno() in readable_now:
            self._woken.recv(4096)

    def _attend(self) -> None:
        self._guarded(self._daemon.hear)
        for wish in self._newest_wishes():
            self._guarded(partial(self._grant, wish))
        self._guarded(self._daemon.hear)  # what came along with answers: no socket tells of it

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        # The thread's boundary: whatever a daemon may send, the next notice gets its chance.
        except Exception:
            logger.exception("notifications failed")
            self._daemon.disconnect()

    def _newest_wishes(self) -> list[_Wish]:
        """The last one of each take; what it replaces need not be seen."""
        newest: dict[int, _Wish] = {}
        with contextlib.suppress(queue.Empty):
            while True:
                wish = self._wishes.get_nowait()
                newest[wish.take] = wish
        return list(newest.values())

    def _grant(self, wish: _Wish) -> None:
        try:
            if wish.notice is None:
                self._daemon.close(wish.take)
            else:
                self._daemon.show(wish.take, wish.notice)
        except Unavailable as error:
            logger.warning("no notification daemon: %s", error)
            if wish.notice is not None and not self._stopped.is_set():
                self._listeners.undelivered(wish.take, wish.notice)

    def _on_action(self, take: int, key: str) -> None:
        if not self._stopped.is_set():
            self._listeners.acted(take, key)

    def _end(self) -> None:
        with contextlib.suppress(Unavailable):
            self._daemon.close_unfinished()
        self._daemon.disconnect()
