"""The D-Bus messages of the desktop notifications specification, as far as they are used here.

https://specifications.freedesktop.org/notification-spec/latest/protocol.html
"""

from __future__ import annotations

import html
from collections.abc import Collection
from dataclasses import dataclass

from jeepney import DBusAddress, MatchRule, Message, MessageFlag, message_bus, new_method_call

from dictation.desktop.notices import Notice, Urgency
from dictation.text.sanitise import Breaks, sanitised

NAME = "org.freedesktop.Notifications"
_DAEMON = DBusAddress("/org/freedesktop/Notifications", bus_name=NAME, interface=NAME)
_AS_THE_DAEMON_LIKES_MS = -1  # how long a bubble stays


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the bubbles say they are from."""

    name: str
    desktop_file: str
    """Without ".desktop"."""
    icon_size_px: int
    icon_rgba: bytes
    """Straight alpha, row by row: icon_size_px² × 4 bytes."""


def capabilities() -> Message:
    """Asks for a list of strings."""
    return new_method_call(_DAEMON, "GetCapabilities")


def notify(sender: Sender, notice: Notice, replaced: int, able: Collection[str]) -> Message:
    """Asks for the bubble's number.

    replaced: the number of the bubble that the notice takes over; 0: none.
    able: the daemon's capabilities.
    """
    actions = notice.actions if "actions" in able else ()
    # For a NUL or a lone surrogate the bus would hang up.
    body, size = sanitised(notice.lines, Breaks.KEPT), sender.icon_size_px
    # Width, height, bytes in a row, has alpha, bits of a channel, channels, pixels.
    icon = (size, size, size * 4, True, 8, 4, sender.icon_rgba)
    arguments = (
        sender.name,
        replaced,
        "",  # no icon by name or file: the daemon need not be able to draw SVG
        sanitised(notice.title, Breaks.SPACES),
        html.escape(body, quote=False) if "body-markup" in able else body,
        [part for action in actions for part in (action.key, action.label)],
        {
            "urgency": ("y", notice.urgency.value),
            "transient": ("b", notice.urgency is Urgency.LOW),
            "desktop-entry": ("s", sender.desktop_file),
            "image-data": ("(iiibiiay)", icon),
        },
        _AS_THE_DAEMON_LIKES_MS,
    )
    return new_method_call(_DAEMON, "Notify", "susssasa{sv}i", arguments)


def close(number: int) -> Message:
    """Takes a bubble away; nothing is answered."""
    call = new_method_call(_DAEMON, "CloseNotification", "u", (number,))
    call.header.flags |= MessageFlag.no_reply_expected | MessageFlag.no_auto_start
    return call


def subscriptions() -> list[Message]:
    """Asks the bus for the daemon's signals, and for news of it coming and going."""
    signals = MatchRule(type="signal", sender=NAME, interface=NAME)
    owners = MatchRule(type="signal", interface=message_bus.interface, member="NameOwnerChanged")
    owners.add_arg_condition(0, NAME)
    return [message_bus.AddMatch(rule) for rule in (signals, owners)]
