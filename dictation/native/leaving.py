"""Hears that the user leaves: the screen is locked, or the machine goes to sleep.

Whoever holds a key then cannot let it go for us, and a microphone that goes on would hear the room.
The freedesktop.org and GNOME screen savers tell of a lock on the session bus, logind of sleep on
the system bus; where there is no bus, nothing is heard.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from collections.abc import Callable
from dataclasses import dataclass

from jeepney import HeaderFields, MatchRule, Message, message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from dictation.native.portal import session_bus
from dictation.native.waker import Waker

logger = logging.getLogger(__name__)

_ANSWER_S = 5.0


@dataclass(frozen=True, slots=True)
class _Sign:
    """A signal whose first argument is True when the user leaves."""

    interface: str
    member: str


_ON_SESSION_BUS = (
    _Sign("org.freedesktop.ScreenSaver", "ActiveChanged"),
    _Sign("org.gnome.ScreenSaver", "ActiveChanged"),
    _Sign("org.cinnamon.ScreenSaver", "ActiveChanged"),
    _Sign("org.mate.ScreenSaver", "ActiveChanged"),
)
_ON_SYSTEM_BUS = (_Sign("org.freedesktop.login1.Manager", "PrepareForSleep"),)
_SIGNS = {(sign.interface, sign.member) for sign in (*_ON_SESSION_BUS, *_ON_SYSTEM_BUS)}


class LeavingWatch(threading.Thread):
    """Calls on_leave from its own thread. Never raises."""

    def __init__(self, on_leave: Callable[[], None]) -> None:
        super().__init__(name="leaving", daemon=True)
        self._on_leave = on_leave
        self._waker = Waker()
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True
        self._waker.wake()
        self.join()

    def run(self) -> None:
        system = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/run/dbus/system_bus_socket")
        found = (_connected(session_bus(), _ON_SESSION_BUS), _connected(system, _ON_SYSTEM_BUS))
        buses = [bus for bus in found if bus is not None]
        while not self._stopping:
            files: list[Waker | int] = [self._waker, *(bus.sock.fileno() for bus in buses)]
            select.select(files, [], [])
            self._waker.hear()
            buses = [bus for bus in buses if self._hear(bus)]
        for bus in buses:
            bus.close()
        self._waker.close()

    def _hear(self, bus: DBusConnection) -> bool:
        """False: the bus has gone."""
        try:
            while not self._stopping:
                if _leaves(bus.receive(timeout=0)):
                    logger.info("the user leaves")
                    self._on_leave()
        except TimeoutError:
            return True
        except (OSError, ValueError) as failure:
            logger.info("a bus has gone: %s", failure)
            bus.close()
            return False
        return True


def _leaves(message: Message) -> bool:
    fields = message.header.fields
    sign = (fields.get(HeaderFields.interface), fields.get(HeaderFields.member))
    return sign in _SIGNS and bool(message.body) and message.body[0] is True


def _connected(address: str, signs: tuple[_Sign, ...]) -> DBusConnection | None:
    try:
        bus = open_dbus_connection(address)
    # No socket there, or no answer from it; an address that jeepney cannot use.
    except (OSError, RuntimeError, ValueError) as failure:
        logger.info("no bus tells when the user leaves: %s", failure)
        return None
    for sign in signs:
        rule = MatchRule(type="signal", interface=sign.interface, member=sign.member)
        bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=_ANSWER_S)
    return bus
