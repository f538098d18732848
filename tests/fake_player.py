"""A media player on a session bus, as MPRIS says.

with FakePlayer(bus.address, "tunes") as player:
    player.press("Paused")
"""

from __future__ import annotations

import threading
from typing import Any, Self

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

_PLAYER = "org.mpris.MediaPlayer2.Player"
_OBJECT = DBusAddress("/org/mpris/MediaPlayer2", interface="org.freedesktop.DBus.Properties")


class FakePlayer:
    """Attributes:
    asked: the methods that were called, in order; without questions.
    """

    def __init__(self, bus: str, name: str, status: str = "Playing") -> None:
        self.asked: list[str] = []
        self.status, self.track, self.can_pause = status, "/track/1", True
        self.is_slow = False
        """It obeys when it is pressed next."""
        self._hangs = False
        self._unanswered: list[Message] = []
        self._lock = threading.Lock()
        self._connection = open_dbus_connection(bus)
        self._connection.send_and_get_reply(
            message_bus.RequestName(f"org.mpris.MediaPlayer2.{name}"), timeout=10
        )
        self._thread = threading.Thread(target=self._run, name=f"player {name}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.sock.shutdown(2)
        self._thread.join(10)
        self._connection.close()

    def press(self, status: str) -> None:
        """A person does so in its window."""
        with self._lock:
            self._become(status)

    def skip(self) -> None:
        """A person goes on to another track."""
        with self._lock:
            self.track += "1"
            self._tell({"Metadata": self._metadata()})

    def hang(self) -> None:
        self._hangs = True

    def _become(self, status: str) -> None:
        if status != self.status:
            self.status = status
            self._tell({"PlaybackStatus": ("s", status)})

    def _tell(self, changed: dict[str, Any]) -> None:
        body = (_PLAYER, changed, [])
        self._connection.send(new_signal(_OBJECT, "PropertiesChanged", "sa{sv}as", body))

    def _metadata(self) -> Any:
        return ("a{sv}", {"mpris:trackid": ("o", self.track)})

    def _run(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except OSError:
                return
            if message.header.message_type is MessageType.method_call and not self._hangs:
                with self._lock:
                    self._answer(message)

    def _answer(self, call: Message) -> None:
        method = call.header.fields[HeaderFields.member]
        if method == "GetAll":
            told = {
                "PlaybackStatus": ("s", self.status),
                "Metadata": self._metadata(),
                "CanPause": ("b", self.can_pause),
            }
            self._connection.send(new_method_return(call, "a{sv}", (told,)))
            return
        self.asked.append(method)
        if not self.is_slow:
            self._become({"Pause": "Paused", "Play": "Playing"}[method])
