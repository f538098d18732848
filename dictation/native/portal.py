"""Asks the desktop portal: xdg-desktop-portal, which speaks for GNOME, KDE and others.

A portal's methods answer twice: at once with the path of a request, and later, perhaps after the
user was asked, with a signal of that request.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    Properties,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from dictation.errors import DesktopGone, DictationError, NotPossibleHere
from dictation.translation import Phrase, Words

logger = logging.getLogger(__name__)

Options = Mapping[str, tuple[str, Any]]
"""Of a method: each value with its D-Bus type."""

_NAME = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_PREFIX = "org.freedesktop.portal"
_APP = "dictation"
_ANSWER_S = 5.0  # of the portal itself, which asks nobody
_MOST_SIGNALS = 256
_REFUSED = 1  # the answer of a user

LOST = (OSError, ValueError)
"""What a connection raises that has ended."""


def session_bus() -> str:
    """Its address. Where libdbus looks: first the variable, then the user's bus of systemd."""
    runtime_folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return os.environ.get("DBUS_SESSION_BUS_ADDRESS") or f"unix:path={runtime_folder}/bus"


class RefusedByUser(NotPossibleHere):
    """The user was asked, and said no."""


class Portal:
    """One of the portal's interfaces, on a connection of its own, for one thread."""

    def __init__(self, interface: str, service: Words) -> None:
        """interface: without the portal's prefix. service: for messages.

        Raises NotPossibleHere where there is no bus, or no such portal on it.
        """
        self._service = service
        self._address = DBusAddress(_PATH, _NAME, f"{_PREFIX}.{interface}")
        try:
            self._bus: DBusConnection = open_dbus_connection(session_bus(), enable_fds=True)
        # No socket there, or no answer from it; an address that jeepney cannot use.
        except (OSError, RuntimeError, ValueError) as error:
            raise self._impossible(
                Phrase("there is no session bus ({error})", error=error)
            ) from error
        try:
            self._introduce()
            self.version = int(self._call(Properties(self._address).get("version"))[0][1])
        except (NotPossibleHere, DesktopGone, *LOST) as error:
            self._bus.close()
            why = error.fields["reason"] if isinstance(error, DictationError) else error
            raise self._impossible(
                Phrase(
                    "this desktop's portal has no {interface} ({why})", interface=interface, why=why
                )
            ) from error

    def fileno(self) -> int:
        """For select: readable when signals have come."""
        return int(self._bus.sock.fileno())

    def close(self) -> None:
        """The portal ends its sessions with this."""
        self._bus.close()

    def call(self, method: str, signature: str, *body: Any, interface: str = "") -> tuple[Any, ...]:
        """A method that answers at once. Raises NotPossibleHere, DesktopGone.

        interface: another one than ours, which knows our sessions too.
        """
        return self._call(new_method_call(self._of(interface), method, signature, body))

    def request(
        self, method: str, signature: str, *body: Any, options: Options, patience_s: float
    ) -> dict[str, Any]:
        """A method that may ask the user; its results, without their types.

        body: all but the options, which come last. Raises NotPossibleHere if it is refused or not
        answered in time, DesktopGone.
        """
        token = f"{_APP}{secrets.token_hex(4)}"
        sender = str(self._bus.unique_name).removeprefix(":").replace(".", "_")
        rule = MatchRule(
            type="signal",
            interface=f"{_PREFIX}.Request",
            member="Response",
            path=f"{_PATH}/request/{sender}/{token}",
        )
        self._call(message_bus.AddMatch(rule))  # before the call: the answer may be faster than it
        with self._bus.filter(rule) as answers:
            given = {**options, "handle_token": ("s", token)}
            self._call(new_method_call(self._address, method, signature, (*body, given)))
            try:
                answer = self._bus.recv_until_filtered(answers, timeout=patience_s)
            except TimeoutError as error:
                raise self._impossible(
                    Phrase(
                        "{method} was not answered within {seconds:g} s",
                        method=method,
                        seconds=patience_s,
                    )
                ) from error
            except LOST as error:
                raise DesktopGone(reason=str(error)) from error
        code, results = answer.body
        if code == _REFUSED:
            raise RefusedByUser(service=self._service, reason=Phrase("the user said no"))
        if code:
            raise self._impossible(
                Phrase("the portal gave it up ({method}: {code})", method=method, code=code)
            )
        return {name: value for name, (_type, value) in results.items()}

    def session(self) -> str:
        """A new session of this interface. Raises NotPossibleHere, DesktopGone."""
        token = ("s", f"{_APP}{secrets.token_hex(4)}")
        made = self.request(
            "CreateSession",
            "a{sv}",
            options={"session_handle_token": token},
            patience_s=_ANSWER_S,
        )
        return str(made["session_handle"])

    def subscribe(self, interface: str = "") -> deque[Message]:
        """Where the signals of this interface, or another one, arrive while ``hear`` is called.

        And those that say that a session is closed, or that the portal has gone.
        """
        rule = MatchRule(type="signal", interface=self._of(interface).interface, path=_PATH)
        self._call(message_bus.AddMatch(rule))
        closed = MatchRule(type="signal", interface=f"{_PREFIX}.Session", member="Closed")
        self._call(message_bus.AddMatch(closed))
        signals: deque[Message] = deque(maxlen=_MOST_SIGNALS)
        gone = MatchRule(type="signal", sender="org.freedesktop.DBus", member="NameOwnerChanged")
        gone.add_arg_condition(0, _NAME)
        self._call(message_bus.AddMatch(gone))
        for wanted in (rule, closed, gone):
            self._bus.filter(wanted, queue=signals).__enter__()  # for as long as the connection
        return signals

    def roundtrip(self) -> None:
        """All signals that the portal had sent by now have come when it returns."""
        self._call(Properties(self._address).get("version"))

    def hear(self) -> None:
        """Takes in what has come, without waiting for more. Raises DesktopGone."""
        try:
            while True:
                self._bus.recv_messages(timeout=0)
        except TimeoutError:
            return
        except LOST as error:
            raise DesktopGone(reason=str(error)) from error

    def _of(self, interface: str) -> DBusAddress:
        return (
            self._address.with_interface(f"{_PREFIX}.{interface}") if interface else self._address
        )

    def _introduce(self) -> None:
        """Says who we are, to portals that can be told; others guess it."""
        registry = DBusAddress(_PATH, _NAME, "org.freedesktop.host.portal.Registry")
        try:
            self._call(new_method_call(registry, "Register", "sa{sv}", (_APP, {})))
        except NotPossibleHere as error:
            logger.debug("the portal keeps no register of programs: %s", error)

    def _call(self, message: Message) -> tuple[Any, ...]:
        began_s = time.monotonic()
        try:
            reply = self._bus.send_and_get_reply(message, timeout=_ANSWER_S)
        except TimeoutError as error:
            took_s = time.monotonic() - began_s
            raise self._impossible(
                Phrase("the portal does not answer within {seconds:.0f} s", seconds=took_s)
            ) from error
        except LOST as error:
            raise DesktopGone(reason=str(error)) from error
        if reply.header.message_type is MessageType.error:
            name = reply.header.fields.get(HeaderFields.error_name, Phrase("an error"))
            text = next((part for part in reply.body if isinstance(part, str)), "")
            raise self._impossible(f"{name.rpartition('.')[2]}: {text}".rstrip(": "))
        return tuple(reply.body)

    def _impossible(self, reason: Words) -> NotPossibleHere:
        return NotPossibleHere(service=self._service, reason=reason)
