"""Speaks the Wayland protocol with the compositor: requests out, events in.

A client of our own, because libwayland's bindings would have to be compiled on the user's machine,
and because what is needed of the protocol is small. The wire format is that of the Wayland
specification, section "Wire Format".
"""

from __future__ import annotations

import array
import contextlib
import itertools
import os
import select
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NewType

from dictation.errors import DesktopGone, NotPossibleHere
from dictation.translation import Phrase, Words

Id = NewType("Id", int)
"""Number of an object that both sides know."""

NO_OBJECT = Id(0)

_DISPLAY = Id(1)
_SYNC, _GET_REGISTRY = 0, 1  # requests of wl_display
_ERROR, _DELETE_ID = 0, 1  # its events
_BIND = 0  # of wl_registry
_GLOBAL = 0
_HEADER = struct.Struct("=IHH")  # object, opcode, length; the length counts the header
_MOST_BYTES = 65_536
_MOST_FILES = 28  # in one message, as libwayland has it
_PATIENCE_S = 5.0  # a compositor that takes longer is as good as gone


class Event:
    """One event of an object; its arguments are read in their order."""

    def __init__(self, opcode: int, body: bytes, files: deque[int]) -> None:
        self.opcode = opcode
        self._body = body
        self._at = 0
        self._files = files

    def number(self) -> int:
        """A uint, or an object."""
        (value,) = struct.unpack_from("=I", self._body, self._at)
        self._at += 4
        return int(value)

    def signed(self) -> int:
        (value,) = struct.unpack_from("=i", self._body, self._at)
        self._at += 4
        return int(value)

    def object(self) -> Id:
        return Id(self.number())

    def content(self) -> bytes:
        """An array."""
        length = self.number()
        content = self._body[self._at : self._at + length]
        self._at += -(-length // 4) * 4
        return content

    def string(self) -> str:
        """Without its final zero; empty for none."""
        return self.content()[:-1].decode("utf-8", "replace")

    def file(self) -> int:
        """A file descriptor, which is now the caller's to close. Raises DesktopGone."""
        if not self._files:
            raise DesktopGone(reason=Phrase("the compositor sent an event without its file"))
        return self._files.popleft()


OnEvent = Callable[[Event], None]
Argument = int | str | bytes


@dataclass(frozen=True, slots=True)
class Global:
    """What a compositor offers."""

    name: int
    version: int


class Wayland:
    """One connection to the compositor, for one thread at a time.

    Everything raises DesktopGone once the compositor has ended the connection.

    Attributes:
        globals: what the compositor offers, by interface; the first of each.
    """

    def __init__(self, service: Words) -> None:
        """service: for messages. Raises NotPossibleHere."""
        self._service = service
        self._socket = _connected(service)
        self._received = b""
        self._unsent = b""
        self._files: deque[int] = deque()
        self._fresh = itertools.count(2)
        self._freed: list[Id] = []
        self._listeners: dict[Id, OnEvent] = {_DISPLAY: self._on_display}
        self.globals: dict[str, Global] = {}
        self._registry = self.new(self._on_registry)
        try:
            self.request(_DISPLAY, _GET_REGISTRY, self._registry)
            self.roundtrip()
        except DesktopGone as gone:
            self.close()
            raise NotPossibleHere(service=service, reason=str(gone)) from gone

    def fileno(self) -> int:
        """For select: readable when there are events."""
        return self._socket.fileno()

    def new(self, on_event: OnEvent | None = None) -> Id:
        """A number for an object that the next request makes, and who hears its events."""
        number = self._freed.pop() if self._freed else Id(next(self._fresh))
        self.listen(number, on_event)
        return number

    def listen(self, number: Id, on_event: OnEvent | None) -> None:
        """Who hears the events of an object that the compositor has made."""
        if on_event is None:
            self._listeners.pop(number, None)
        else:
            self._listeners[number] = on_event

    def needs(self, *interfaces: str) -> None:
        """Raises NotPossibleHere if the compositor does not offer all of them."""
        missing = [name for name in interfaces if name not in self.globals]
        if missing:
            raise NotPossibleHere(
                service=self._service,
                reason=Phrase("this compositor has no {missing}", missing=", ".join(missing)),
            )

    def bind(self, interface: str, version: int, on_event: OnEvent | None = None) -> Id:
        """The object behind a global, in this version or an older one. Raises NotPossibleHere."""
        self.needs(interface)
        offered = self.globals[interface]
        number = self.new(on_event)
        version = min(version, offered.version)
        self.request(self._registry, _BIND, offered.name, interface, version, number)
        return number

    def request(
        self, sender: Id, opcode: int, *arguments: Argument, file: int | None = None
    ) -> None:
        """arguments: int for numbers and objects; str; bytes for an array.

        file: a file descriptor, of which the compositor gets a copy.
        """
        self._unsent += _message(sender, opcode, arguments)
        message, self._unsent = self._unsent, b""
        files = [] if file is None else [(socket.SOL_SOCKET, socket.SCM_RIGHTS, _descriptor(file))]
        try:
            sent = self._socket.sendmsg([message], files)
            self._socket.sendall(message[sent:])
        except OSError as failure:
            self._lost(failure)

    def request_later(self, sender: Id, opcode: int, *arguments: Argument) -> None:
        """The same, sent together with the next ``request``."""
        self._unsent += _message(sender, opcode, arguments)

    def roundtrip(self) -> None:
        """Waits until all requests so far are done and all events before that are heard."""
        is_done = False

        def on_done(_event: Event) -> None:
            nonlocal is_done
            is_done = True

        self.request(_DISPLAY, _SYNC, self.new(on_done))
        until_s = time.monotonic() + _PATIENCE_S
        while not is_done:
            self.hear(max(0.0, until_s - time.monotonic()))
            if not is_done and time.monotonic() >= until_s:
                raise DesktopGone(
                    reason=Phrase(
                        "the compositor does not answer within {seconds:g} s", seconds=_PATIENCE_S
                    )
                )

    def hear(self, timeout_s: float = 0.0) -> bool:
        """Hears what has come, waiting for it at most so long; whether anything had."""
        if not select.select([self._socket], [], [], timeout_s)[0]:
            return False
        try:
            more, ancillary, _flags, _address = self._socket.recvmsg(
                _MOST_BYTES, socket.CMSG_SPACE(_MOST_FILES * array.array("i").itemsize)
            )
        except OSError as failure:
            self._lost(failure)
        self._files.extend(_files_of(ancillary))
        if not more:
            raise DesktopGone(reason=Phrase("the compositor has ended the connection"))
        self._received += more
        self._tell()
        return True

    def close(self) -> None:
        """Ends the connection, and with it every object."""
        self._socket.close()
        while self._files:
            os.close(self._files.popleft())

    def _tell(self) -> None:
        while len(self._received) >= _HEADER.size:
            sender, opcode, length = _HEADER.unpack_from(self._received)
            if len(self._received) < length:
                break
            body = self._received[_HEADER.size : length]
            self._received = self._received[length:]
            on_event = self._listeners.get(Id(sender))
            if on_event is not None:
                on_event(Event(opcode, body, self._files))

    def _on_display(self, event: Event) -> None:
        if event.opcode == _ERROR:
            event.object()
            code, message = event.number(), event.string()
            raise DesktopGone(
                reason=Phrase(
                    "the compositor refused a request: {message} ({code})",
                    message=message,
                    code=code,
                )
            )
        if event.opcode == _DELETE_ID:
            number = event.object()
            self._listeners.pop(number, None)
            self._freed.append(number)

    def _on_registry(self, event: Event) -> None:
        if event.opcode == _GLOBAL:
            name, interface, version = event.number(), event.string(), event.number()
            self.globals.setdefault(interface, Global(name, version))

    def _lost(self, failure: OSError) -> None:
        # The reason, if there is one, was sent before the end.
        with contextlib.suppress(OSError):
            self._received += self._socket.recv(_MOST_BYTES)
            self._tell()
        raise DesktopGone(reason=str(failure)) from failure


def _connected(service: Words) -> socket.socket:
    """As libwayland finds it."""
    name = os.environ.get("WAYLAND_DISPLAY", "wayland-0")
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(path))
    except OSError as failure:
        connection.close()
        raise NotPossibleHere(
            service=service,
            reason=Phrase("no compositor at {path} ({reason})", path=path, reason=failure.strerror),
        ) from failure
    return connection


def _message(sender: Id, opcode: int, arguments: Iterable[Argument]) -> bytes:
    body = b"".join(map(_packed, arguments))
    return _HEADER.pack(sender, opcode, _HEADER.size + len(body)) + body


def _packed(argument: Argument) -> bytes:
    if isinstance(argument, int):
        return struct.pack("=I", argument & 0xFFFFFFFF)
    content = argument.encode() + b"\0" if isinstance(argument, str) else argument
    return struct.pack("=I", len(content)) + content + b"\0" * (-len(content) % 4)


def _descriptor(file: int) -> array.array[int]:
    return array.array("i", [file])


def _files_of(ancillary: list[tuple[int, int, bytes]]) -> list[int]:
    files = array.array("i")
    for level, kind, content in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            whole = len(content) - len(content) % files.itemsize
            files.frombytes(content[:whole])
    return files.tolist()
