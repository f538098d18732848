"""Hears through the accessibility bus whether a password is being typed: AT-SPI 2.

GTK programs tell of their focus whenever somebody listens; Qt programs, browsers and others only
while accessibility is switched on in the desktop's settings. Programs are asked, and never waited
for but by ``is_focused``, and by that for a moment.
"""

from __future__ import annotations

import logging
import queue
import select
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from dictation.errors import NotPossibleHere
from dictation.native.portal import LOST, session_bus
from dictation.native.waker import Waker
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_SERVICE = Phrase("Knowing password fields")
_LAUNCHER = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
_REGISTRY = DBusAddress(
    "/org/a11y/atspi/registry", "org.a11y.atspi.Registry", "org.a11y.atspi.Registry"
)
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_EVENT = "object:state-changed:focused"
# Of atspi-constants.h: ATSPI_ROLE_PASSWORD_TEXT, and the bit of ATSPI_STATE_FOCUSED.
_PASSWORD_TEXT = 40
_FOCUSED = 1 << 12

_BUS_S = 5.0  # for the buses themselves
_PROGRAM_S = 0.08  # for a program to say whether its field still has the focus
_SETTLED_S = 0.25  # after the last word on it; the grab of a key is over within 10 ms
_AGAIN_S = 0.01
_MOST_ASKED = 64
_MOST_PROGRAMS = 64


@dataclass(frozen=True, slots=True)
class Accessible:
    """One widget of one program."""

    program: str
    """Its name on the bus."""
    path: str


_NOWHERE = Accessible("", "")


class LastFields:
    """In which field of each program the focus was last, and whether that is for a password.

    Programs tell it without regard to each other, so that nobody can say whose word was the last:
    one whose window has lost the focus may tell it when the next one has told already. Which of
    the fields has the focus is therefore asked.
    """

    def __init__(self) -> None:
        self._fields: dict[str, Accessible] = {}
        self._passwords: set[Accessible] = set()
        self._told_s: dict[str, float] = {}

    def told(self, program: str, now_s: float) -> None:
        """The program has told something of its focus."""
        self._told_s[program] = now_s

    def are_settled(self, now_s: float) -> bool:
        """Whether no program with a password field may be between losing and having the focus.

        GTK loses it for a moment to whoever grabs a key, as we do with the hotkey.
        """
        programs = {field.program for field in self.passwords()}
        return all(now_s - self._told_s.get(each, 0.0) > _SETTLED_S for each in programs)

    def gained(self, field: Accessible) -> None:
        """The focus has come to it; what it is will be known later, unless it is known."""
        if self._fields.get(field.program) == field:
            return
        self.gone(field.program)
        self._fields[field.program] = field
        while len(self._fields) > _MOST_PROGRAMS:
            self.gone(next(iter(self._fields)))

    def has_role(self, field: Accessible, role: int) -> None:
        """Unless the program's focus has gone on meanwhile."""
        if role == _PASSWORD_TEXT and self._fields.get(field.program) == field:
            self._passwords.add(field)

    def gone(self, program: str) -> None:
        """It has ended, or its focus is elsewhere."""
        self._passwords.discard(self._fields.pop(program, _NOWHERE))
        self._told_s.pop(program, None)

    def passwords(self) -> list[Accessible]:
        """One of these has the focus, if any password field has."""
        return list(self._passwords)


class _Question:
    """Whether any of some fields has the focus; each is heard once, on the thread."""

    def __init__(self) -> None:
        self.answer: Future[bool] = Future()
        self._left = 0

    def put_to(self, count: int) -> None:
        self._left = count
        if not count:
            self.answer.set_result(False)

    def heard(self, *, is_focused: bool) -> None:
        self._left -= 1
        if not self.answer.done() and (is_focused or not self._left):
            self.answer.set_result(is_focused)


class PasswordFields:
    """Listens from a thread of its own. Raises NotPossibleHere where there is no such bus."""

    def __init__(self) -> None:
        _require_launcher()
        self._fields = LastFields()
        self._questions: queue.SimpleQueue[_Question] = queue.SimpleQueue()
        self._answers: dict[int, Callable[[Message], None]] = {}  # by the question's number
        self._waker = Waker()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="accessibility", daemon=True)
        self._thread.start()

    def is_focused(self) -> bool:
        """Whether a field that is known to be one has the focus. From any thread.

        It takes no time while the focus is in one in no program; those where it is are asked
        whether theirs is the focused window. Of one that hangs nothing is known, and that is no.
        """
        deadline = time.monotonic() + _PROGRAM_S
        while self._fields.passwords():
            question = _Question()
            self._questions.put(question)
            self._waker.wake()
            try:
                if question.answer.result(max(0.0, deadline - time.monotonic())):
                    return True
            except TimeoutError:
                return False
            if self._fields.are_settled(time.monotonic()):
                return False
            time.sleep(_AGAIN_S)
        return False

    def close(self) -> None:
        self._stopping = True
        self._waker.wake()
        self._thread.join(_BUS_S)

    def _run(self) -> None:
        try:
            with _accessibility_bus() as bus:
                began_s = time.monotonic()
                _listen(bus)
                logger.info("programs tell of focus, after %.1f s", time.monotonic() - began_s)
                self._serve(bus)
        except (NotPossibleHere, *LOST) as failure:
            logger.info("password fields are not known: %s", failure)
        except Exception:  # the thread's boundary: nobody else would ever hear of it
            logger.exception("password fields are not known any more")
        finally:
            self._fields = LastFields()
            self._waker.close()

    def _serve(self, bus: DBusConnection) -> None:
        while not self._stopping:
            self._hear(bus)
            while not self._questions.empty():
                self._ask_for_focus(bus, self._questions.get())
            select.select([bus.sock, self._waker], [], [])
            self._waker.hear()

    def _hear(self, bus: DBusConnection) -> None:
        try:
            while True:
                self._take(bus, bus.receive(timeout=0))
        except TimeoutError:
            return

    def _take(self, bus: DBusConnection, message: Message) -> None:
        fields, kind = message.header.fields, message.header.message_type
        if kind in (MessageType.method_return, MessageType.error):
            answered = self._answers.pop(int(fields[HeaderFields.reply_serial]), None)
            if answered is not None:
                answered(message)
        elif kind is MessageType.signal and message.body[:1] == ("focused",):
            field = Accessible(fields[HeaderFields.sender], fields[HeaderFields.path])
            if message.body[1]:
                self._fields.gained(field)
                self._ask_for_role(bus, field)
            self._fields.told(field.program, time.monotonic())

    def _ask_for_role(self, bus: DBusConnection, field: Accessible) -> None:
        def answered(message: Message) -> None:
            if message.header.message_type is MessageType.method_return:
                self._fields.has_role(field, int(message.body[0]))

        self._ask(bus, field, "GetRole", answered)

    def _ask_for_focus(self, bus: DBusConnection, question: _Question) -> None:
        passwords = self._fields.passwords()
        question.put_to(len(passwords))
        for field in passwords:

            def answered(message: Message, field: Accessible = field) -> None:
                is_answer = message.header.message_type is MessageType.method_return
                if not is_answer:
                    self._fields.gone(field.program)
                question.heard(is_focused=is_answer and bool(message.body[0][0] & _FOCUSED))

            self._ask(bus, field, "GetState", answered)

    def _ask(
        self,
        bus: DBusConnection,
        field: Accessible,
        method: str,
        answered: Callable[[Message], None],
    ) -> None:
        while len(self._answers) >= _MOST_ASKED:  # of programs that hang
            self._answers.pop(next(iter(self._answers)))
        address = DBusAddress(field.path, field.program, _ACCESSIBLE)
        number = next(bus.outgoing_serial)
        bus.send(new_method_call(address, method), serial=number)
        self._answers[number] = answered


def _require_launcher() -> None:
    try:
        with open_dbus_connection(session_bus()) as bus:
            running = bus.send_and_get_reply(message_bus.ListNames(), timeout=_BUS_S).body[0]
            startable = bus.send_and_get_reply(
                message_bus.ListActivatableNames(), timeout=_BUS_S
            ).body[0]
    # No socket there, or no answer from it; an address that jeepney cannot use.
    except (OSError, RuntimeError, ValueError) as failure:
        raise NotPossibleHere(
            service=_SERVICE, reason=Phrase("there is no session bus ({failure})", failure=failure)
        ) from failure
    if _LAUNCHER.bus_name not in (*running, *startable):
        raise NotPossibleHere(service=_SERVICE, reason=Phrase("there is no accessibility bus"))


def _accessibility_bus() -> DBusConnection:
    """It is started where it does not run yet. Raises NotPossibleHere, OSError."""
    with open_dbus_connection(session_bus()) as bus:
        answer = bus.send_and_get_reply(new_method_call(_LAUNCHER, "GetAddress"), timeout=_BUS_S)
    if answer.header.message_type is not MessageType.method_return:
        raise NotPossibleHere(
            service=_SERVICE, reason=Phrase("the accessibility bus does not start")
        )
    address: str = answer.body[0]
    return open_dbus_connection(address)


def _listen(bus: DBusConnection) -> None:
    rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member="StateChanged")
    rule.add_arg_condition(0, "focused")
    bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=_BUS_S)
    register = new_method_call(_REGISTRY, "RegisterEvent", "s", (_EVENT,))
    bus.send_and_get_reply(register, timeout=_BUS_S)
