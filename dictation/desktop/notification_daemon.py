"""Speaks with the desktop's notification daemon. Its methods block; one thread calls them.

QtDBus cannot be used: it has no way to send the types of Notify's arguments.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jeepney import DBusErrorResponse, HeaderFields, Message, MessageType
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from dictation.desktop import notification_messages as messages
from dictation.desktop.notices import Notice, Urgency
from dictation.native.portal import session_bus

logger = logging.getLogger(__name__)

_MOST_REMEMBERED = 64  # takes; the bubble of an older one is not replaced any more


class Unavailable(Exception):
    """No daemon has taken the notice. It never leaves the notifications' thread."""


@dataclass(frozen=True, slots=True)
class _Bubble:
    number: int
    unfinished: bool


class NotificationDaemon:
    """One bubble for each take.

    The connection is made when it is needed. Nothing is tried again by the clock: each notice
    finds out anew whether there is a bus, and a daemon on it.
    """

    def __init__(
        self, sender: messages.Sender, on_action: Callable[[int, str], None], patience_s: float
    ) -> None:
        self._sender = sender
        self._on_action = on_action
        self._patience_s = patience_s
        self._connection: DBusConnection | None = None
        self._able: frozenset[str] | None = None
        self._bubbles: dict[int, _Bubble] = {}  # by take
        self._takes: dict[int, int] = {}  # by number of the bubble
        self._overdue: set[int] = set()  # serials of calls that were given up
        self._hangs = False

    def sockets(self) -> list[int]:
        """What to wait on before ``hear``."""
        return [] if self._connection is None else [self._connection.sock.fileno()]

    def show(self, take: int, notice: Notice) -> None:
        """Shows the notice in the bubble of its take. Raises Unavailable."""
        connection = self._connected()
        if self._hangs:  # else a daemon that recovers would show a heap of old notices
            raise Unavailable("the daemon does not answer")
        if self._able is None:
            (able,) = self._ask(connection, messages.capabilities())
            self._able = frozenset(able)
        replaced = self._bubbles[take].number if take in self._bubbles else 0
        call = messages.notify(self._sender, notice, replaced, self._able)
        (number,) = self._ask(connection, call)
        self._remember(take, _Bubble(number, notice.urgency is Urgency.LOW))

    def close(self, take: int) -> None:
        """Takes the bubble of that take away, if there is one."""
        bubble = self._bubbles.pop(take, None)
        if bubble is not None:
            self._close(bubble.number)

    def close_unfinished(self) -> None:
        """Takes away the bubbles that tell of something going on."""
        for take in [take for take, bubble in self._bubbles.items() if bubble.unfinished]:
            self.close(take)

    def hear(self) -> None:
        """Attends to what has come from the bus, without waiting for more."""
        while self._connection is not None:
            try:
                message = self._connection.receive(timeout=0)
            except TimeoutError:
                return
            except OSError as error:
                logger.warning("the session bus is gone: %s", error)
                self.disconnect()
            else:
                self._hear(message)

    def disconnect(self) -> None:
        """Until the next notice."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._forget()

    def _connected(self) -> DBusConnection:
        if self._connection is not None:
            return self._connection
        try:
            connection = open_dbus_connection(session_bus())
        # No socket there, or no answer from it; an address that jeepney cannot use.
        except (OSError, RuntimeError, ValueError) as error:
            raise Unavailable(f"no session bus: {error}") from error
        connection.sock.settimeout(self._patience_s)  # of sending to a bus that hangs
        self._connection = connection
        for subscription in messages.subscriptions():
            self._send(connection, subscription, next(connection.outgoing_serial))
        return connection

    def _ask(self, connection: DBusConnection, call: Message) -> Any:
        """The body of the answer. Raises Unavailable."""
        serial = next(connection.outgoing_serial)
        self._send(connection, call, serial)
        deadline_s = time.monotonic() + self._patience_s
        try:
            while True:
                message = connection.receive(timeout=max(0.0, deadline_s - time.monotonic()))
                if message.header.fields.get(HeaderFields.reply_serial) == serial:
                    return unwrap_msg(message)
                self._hear(message)
        except DBusErrorResponse as error:
            raise Unavailable(error.name) from error
        except TimeoutError as error:
            self._hangs = True
            self._overdue.add(serial)
            raise Unavailable("the daemon does not answer") from error
        except OSError as error:
            self.disconnect()
            raise Unavailable(f"the session bus is gone: {error}") from error

    def _send(self, connection: DBusConnection, message: Message, serial: int) -> None:
        """Raises Unavailable."""
        try:
            connection.send(message, serial=serial)
        except OSError as error:  # half a message may be out: nothing can follow it
            self.disconnect()
            raise Unavailable(f"the session bus is gone: {error}") from error

    def _hear(self, message: Message) -> None:
        fields, body = message.header.fields, message.body
        if message.header.message_type is MessageType.signal:
            self._hear_signal(fields.get(HeaderFields.member), body)
        elif fields.get(HeaderFields.reply_serial) in self._overdue:
            self._hangs = False
            self._overdue.discard(fields[HeaderFields.reply_serial])
            match body:
                case (int(number),):  # a bubble: its notice was told in another way meanwhile
                    self._close(number)

    def _hear_signal(self, member: str, body: object) -> None:
        match member, body:
            case "ActionInvoked", (int(number), str(key)) if number in self._takes:
                self._on_action(self._takes[number], key)
            case "NotificationClosed", (int(number), _) if number in self._takes:
                # Its take stays known: some daemons tell of the action after the bubble's end.
                bubble = self._bubbles.get(self._takes[number])
                if bubble is not None and bubble.number == number:
                    del self._bubbles[self._takes[number]]
            case "NameOwnerChanged", (messages.NAME, _, _):
                self._forget()

    def _close(self, number: int) -> None:
        if self._connection is not None:
            self._send(
                self._connection, messages.close(number), next(self._connection.outgoing_serial)
            )

    def _remember(self, take: int, bubble: _Bubble) -> None:
        self._bubbles[take] = bubble
        self._takes[bubble.number] = take
        for known in (self._bubbles, self._takes):
            if len(known) > _MOST_REMEMBERED:
                known.pop(next(iter(known)))

    def _forget(self) -> None:
        """Of a daemon that is new, nothing is known."""
        self._able = None
        self._bubbles.clear()
        self._takes.clear()
        self._overdue.clear()
        self._hangs = False
