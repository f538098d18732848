"""Every notification that a program on a session bus asked for, seen from outside."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from jeepney import HeaderFields, Message, MessageType
from jeepney.bus_messages import Monitoring
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_DAEMON = "org.freedesktop.Notifications"  # its name on the bus, and its interface
# Of all that goes over the bus, only what programs ask of the daemon and what it answers.
_RULES = [f"interface='{_DAEMON}'", f"type='method_return',sender='{_DAEMON}'"]
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Notification:
    """One call of Notify, by the Desktop Notifications Specification."""

    id: int
    """Given by the daemon; 0 until it has answered."""
    replaces: int
    """The id of the one that it takes the place of; 0: a new one."""
    summary: str
    body: str
    """As it was sent, with markup."""
    actions: dict[str, str]
    """The labels by their keys."""
    urgency: int
    """0 low, 1 normal, 2 critical."""

    @property
    def text(self) -> str:
        """The body as it is read, without markup."""
        return html.unescape(_TAG.sub("", self.body))


class NotificationLog:
    """A monitor of the bus. It reads when it is asked; until then the bus keeps what happened."""

    def __init__(self, address: str) -> None:
        self._connection: DBusConnection = open_dbus_connection(address)
        self._connection.send_and_get_reply(Monitoring().BecomeMonitor(_RULES))
        self._notifications: list[Notification] = []
        self._unanswered: dict[tuple[str, int], int] = {}  # (sender, serial) → index
        self._shown: set[int] = set()

    def close(self) -> None:
        self._connection.close()

    def all(self) -> tuple[Notification, ...]:
        """In the order in which they were asked for, those that were replaced included."""
        self._read()
        return tuple(self._notifications)

    def shown(self) -> frozenset[int]:
        """The ids of those that are not closed yet."""
        self._read()
        return frozenset(self._shown)

    def _read(self) -> None:
        while True:
            try:
                self._take(self._connection.receive(timeout=0))
            except (TimeoutError, ConnectionError):
                return  # nothing more for now, or ever

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        member = fields.get(HeaderFields.member)
        match message.header.message_type:
            case MessageType.method_call if member == "Notify":
                asked = (fields[HeaderFields.sender], message.header.serial)
                self._unanswered[asked] = len(self._notifications)
                self._notifications.append(_asked_for(message))
            case MessageType.method_return:
                answered = (fields[HeaderFields.destination], fields[HeaderFields.reply_serial])
                if (index := self._unanswered.pop(answered, None)) is not None:
                    (id_,) = message.body
                    self._notifications[index] = replace(self._notifications[index], id=id_)
                    self._shown.add(id_)
            case MessageType.signal if member == "NotificationClosed":
                self._shown.discard(message.body[0])


def _asked_for(message: Message) -> Notification:
    _, replaces, _, summary, body, actions, hints, _ = message.body
    _, urgency = hints.get("urgency", ("y", 1))
    labels = dict(zip(actions[::2], actions[1::2], strict=True))
    return Notification(0, replaces, summary, body, labels, urgency)
