"""A session bus of one's own, and a notification daemon on it that tells what it was asked.

with SessionBus(tmp_path) as bus, FakeDaemon(bus.address) as daemon:
    ...
    daemon.act(daemon.shown[-1].number, "copy")
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
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

_NAME = "org.freedesktop.Notifications"
_OBJECT = DBusAddress("/org/freedesktop/Notifications", interface=_NAME)
_DISMISSED = 2  # by the user
# Without the service folders of the system: no real daemon is started.
_CONFIG = """<busconfig><type>session</type><listen>unix:path={socket}</listen>
<auth>EXTERNAL</auth><policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""


class SessionBus:
    """A dbus-daemon, to be used in a with statement."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "bus"
        self._config = folder / "bus.conf"
        self._config.write_text(_CONFIG.format(socket=self._socket), encoding="utf-8")
        self.address = f"unix:path={self._socket}"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self._config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()  # it listens
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdout is not None
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()
        self._socket.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Shown:
    """One call of Notify."""

    number: int
    replaced: int
    app: str
    title: str
    body: str
    actions: list[str]
    hints: dict[str, Any]


class FakeDaemon:
    """Answers as the desktop notifications specification says, on a thread of its own."""

    def __init__(
        self, bus: str, capabilities: Collection[str] = ("body", "actions", "body-markup")
    ) -> None:
        self._capabilities = list(capabilities)
        self._connection = open_dbus_connection(bus)
        self._connection.send_and_get_reply(message_bus.RequestName(_NAME), timeout=10)
        self._numbers = 0
        self._lock = threading.Lock()
        self._unanswered: list[Message] = []
        self._hangs = False
        self.shown: list[Shown] = []
        self.closed: list[int] = []
        self.asked = 0
        """How often anything was asked."""
        self._thread = threading.Thread(target=self._run, name="fake daemon", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.sock.shutdown(2)
        self._thread.join(10)
        self._connection.close()

    def hang(self) -> None:
        """From now on nothing is answered."""
        self._hangs = True

    def recover(self) -> None:
        """Answers all that was asked meanwhile."""
        with self._lock:
            self._hangs = False
            while self._unanswered:
                self._answer(self._unanswered.pop(0))

    def act(self, number: int, key: str) -> None:
        """The user chooses an action; the bubble is closed with it, as daemons do."""
        self._signal("ActionInvoked", "us", (number, key))
        self.dismiss(number)

    def dismiss(self, number: int) -> None:
        """The user closes the bubble."""
        self._signal("NotificationClosed", "uu", (number, _DISMISSED))

    def send_nonsense(self) -> None:
        """Signals that are not as they should be."""
        self._signal("ActionInvoked", "s", ("copy",))
        self._signal("NotificationClosed", "", ())
        self._signal("ActionInvoked", "us", (4711, "copy"))

    def _signal(self, member: str, signature: str, body: tuple[Any, ...]) -> None:
        with self._lock:
            self._connection.send(new_signal(_OBJECT, member, signature or None, body))

    def _run(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except OSError:
                return
            if message.header.message_type is not MessageType.method_call:
                continue
            with self._lock:
                self.asked += 1
                if self._hangs:
                    self._unanswered.append(message)
                else:
                    self._answer(message)

    def _answer(self, call: Message) -> None:
        match call.header.fields[HeaderFields.member]:
            case "GetCapabilities":
                answer = new_method_return(call, "as", (self._capabilities,))
            case "Notify":
                app, replaced, _, title, body, actions, hints, _ = call.body
                if not replaced:
                    self._numbers += 1
                number = replaced or self._numbers
                self.shown.append(Shown(number, replaced, app, title, body, actions, dict(hints)))
                answer = new_method_return(call, "u", (number,))
            case _:
                self.closed.append(call.body[0])
                return
        self._connection.send(answer)
