"""Pauses media players, and lets them play again: MPRIS, over D-Bus, on a thread of its own.

https://specifications.freedesktop.org/mpris-spec/latest/
"""

from __future__ import annotations

import logging
import queue
import select
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageFlag,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from dictation.native.media_ledger import Ledger, Playback
from dictation.native.portal import session_bus
from dictation.native.waker import Waker

logger = logging.getLogger(__name__)

_PREFIX = "org.mpris.MediaPlayer2."
_STANDS_FOR_OTHERS = (_PREFIX + "playerctld",)  # it passes on to a player that is asked anyway
_PATH, _PLAYER = "/org/mpris/MediaPlayer2", "org.mpris.MediaPlayer2.Player"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_PATIENCE_S = 2.0  # an answer that comes later is from a player that hung, and nobody waits for it
_SEND_S = 1.0
_END_WAIT_S = 0.3

_Answer = Callable[[Any], None]


class MediaPlayers(threading.Thread):
    """``pause``, ``play`` and ``stop`` return at once. Never raises.

    No answer is waited for: a player that hangs holds up neither us nor the other players.
    """

    def __init__(self) -> None:
        super().__init__(name="media", daemon=True)
        self._wishes: queue.SimpleQueue[Callable[[DBusConnection], None] | None]
        self._wishes = queue.SimpleQueue()
        self._waker = Waker()
        self._connection: DBusConnection | None = None
        self._ledger = Ledger()
        self._due: dict[int, tuple[float, _Answer]] = {}
        """What becomes of an answer, and until when it counts; by the serial of the call."""
        self._pausing = False

    def pause(self) -> None:
        """Those that are playing, and remembers them."""
        self._wish(self._pause)

    def play(self) -> None:
        """Those that were paused, and nobody has touched since."""
        self._wish(self._play)

    def stop(self) -> None:
        """Ends the thread after what was wished."""
        self._wish(None)
        self.join(_END_WAIT_S)

    def _wish(self, wish: Callable[[DBusConnection], None] | None) -> None:
        self._wishes.put(wish)
        self._waker.wake()

    # --- on the thread

    def run(self) -> None:
        ending = False
        while not (ending and not self._due):
            try:
                ending = self._step(ending=ending)
            # No bus, or it is gone; an address that jeepney cannot use. The next wish tries anew.
            except (OSError, RuntimeError, ValueError) as error:
                logger.info("media players are not reached: %s", error)
                self._disconnect()
            except Exception:  # the thread's boundary: players may send whatever they like
                logger.exception("media players failed")
                self._disconnect()
        self._disconnect()
        self._waker.close()

    def _step(self, *, ending: bool) -> bool:
        files: list[Any] = [self._waker]
        if self._connection is not None:
            files.append(self._connection.sock)
        now_s = time.monotonic()
        self._due = {serial: due for serial, due in self._due.items() if due[0] > now_s}
        first_s = min((until_s for until_s, _ in self._due.values()), default=None)
        if ending and first_s is None:
            return ending
        if self._wishes.empty():  # else a fault has kept us from one
            select.select(files, [], [], None if first_s is None else first_s - now_s)
        self._waker.hear()
        self._hear()
        while not self._wishes.empty():
            wish = self._wishes.get()
            if wish is None:
                return True
            wish(self._connected())
        return ending

    def _pause(self, connection: DBusConnection) -> None:
        self._pausing = True
        self._call(connection, message_bus.ListNames(), self._on_names)

    def _on_names(self, body: Any) -> None:
        (names,) = body
        for name in names:
            if name.startswith(_PREFIX) and not name.startswith(_STANDS_FOR_OTHERS):
                self._call(self._connected(), message_bus.GetNameOwner(name), self._on_owner)

    def _on_owner(self, body: Any) -> None:
        (player,) = body
        self._ask(player, partial(self._on_playback, player))

    def _on_playback(self, player: str, playback: Playback) -> None:
        if self._pausing and self._ledger.pauses(player, playback):
            logger.info("a media player is paused")
            self._tell(player, "Pause")

    def _play(self, _connection: DBusConnection) -> None:
        self._pausing = False
        for player in self._ledger.untouched():
            self._ask(player, partial(self._on_paused, player))

    def _on_paused(self, player: str, playback: Playback) -> None:
        if not self._pausing and self._ledger.plays(player, playback):
            logger.info("a media player plays again")
            self._tell(player, "Play")

    def _ask(self, player: str, then: Callable[[Playback], None]) -> None:
        address = DBusAddress(_PATH, player, _PROPERTIES)
        call = new_method_call(address, "GetAll", "s", (_PLAYER,))
        self._call(self._connected(), call, lambda body: then(_playback(body[0])))

    def _tell(self, player: str, method: str) -> None:
        call = new_method_call(DBusAddress(_PATH, player, _PLAYER), method)
        call.header.flags |= MessageFlag.no_reply_expected | MessageFlag.no_auto_start
        connection = self._connected()
        connection.send(call, serial=next(connection.outgoing_serial))

    def _call(self, connection: DBusConnection, call: Message, then: _Answer) -> None:
        call.header.flags |= MessageFlag.no_auto_start
        serial = next(connection.outgoing_serial)
        self._due[serial] = (time.monotonic() + _PATIENCE_S, then)
        connection.send(call, serial=serial)

    def _connected(self) -> DBusConnection:
        """Raises OSError, RuntimeError or ValueError."""
        if self._connection is None:
            self._connection = connection = open_dbus_connection(session_bus())
            connection.sock.settimeout(_SEND_S)
            changes = MatchRule(
                type="signal", interface=_PROPERTIES, member="PropertiesChanged", path=_PATH
            )
            leaving = MatchRule(
                type="signal", interface=message_bus.interface, member="NameOwnerChanged"
            )
            for rule in (changes, leaving):
                self._call(connection, message_bus.AddMatch(rule), lambda _: None)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._due.clear()
        self._ledger = Ledger()

    def _hear(self) -> None:
        while self._connection is not None:
            try:
                message = self._connection.receive(timeout=0)
            except TimeoutError:
                return
            fields = message.header.fields
            match message.header.message_type:
                case MessageType.signal:
                    self._hear_signal(message)
                case MessageType.method_return:
                    _, then = self._due.pop(fields[HeaderFields.reply_serial], (0.0, None))
                    if then is not None:
                        then(message.body)
                case MessageType.error:
                    self._due.pop(fields[HeaderFields.reply_serial], None)

    def _hear_signal(self, message: Message) -> None:
        fields = message.header.fields
        match fields.get(HeaderFields.member), message.body:
            case "PropertiesChanged", (str(interface), dict(changed), _) if interface == _PLAYER:
                track = _track(changed) if "Metadata" in changed else None
                status = _value(changed, "PlaybackStatus", str)
                self._ledger.changed(fields[HeaderFields.sender], status, track)
            case "NameOwnerChanged", (str(name), _, "") if name.startswith(":"):
                self._ledger.gone(name)


def _playback(properties: dict[str, Any]) -> Playback:
    can_pause = _value(properties, "CanPause", bool)
    return Playback(
        _value(properties, "PlaybackStatus", str) or "", _track(properties), can_pause is not False
    )


def _track(properties: dict[str, Any]) -> str:
    metadata = _value(properties, "Metadata", dict) or {}
    return str(_value(metadata, "mpris:trackid", str) or "")


def _value(properties: dict[str, Any], key: str, kind: type) -> Any:
    """Of its variant; None where there is none, or one of another kind."""
    match properties.get(key):
        case (str(_), value) if isinstance(value, kind):
            return value
    return None
