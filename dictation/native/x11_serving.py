"""Answers for the selections that we own, as the ICCCM wants it (section 2.6)."""

from __future__ import annotations

import logging
import threading
import time
from array import array
from dataclasses import dataclass

from Xlib import X, Xatom, error
from Xlib.protocol import event as x_event
from Xlib.protocol import request as x_request

from dictation.native.offer import Offer, Piece
from dictation.native.x11 import XDisplay, XEvent, XWindow, program_of

logger = logging.getLogger(__name__)

# Larger content goes in pieces (INCR). A request may have 256 KiB on every server of this
# century, and half of it leaves other clients their turn.
_CHUNK_BYTES = 128 * 1024
_ABANDONED_S = 30.0


class Fetches:
    """Who has asked for one offer, and when. For the serving thread and one that waits."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._texts: set[int] = set()
        self._last_s: dict[int, float] = {}

    def note(self, program: int, target: str) -> None:
        """A request, or a further piece of its answer."""
        with self._changed:
            self._last_s[program] = time.monotonic()
            if target not in ("TARGETS", "TIMESTAMP", "MULTIPLE"):
                self._texts.add(program)
            self._changed.notify_all()

    def wait_for_text(self, programs: set[int], timeout_s: float) -> bool:
        """Whether one of the programs fetches content before the time is over."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._texts & programs), timeout_s)

    def wait_for_quiet(self, programs: set[int], quiet_s: float, most_s: float) -> None:
        """Returns when none of the programs has asked for anything that long."""
        give_up = time.monotonic() + most_s
        with self._changed:
            while True:
                now = time.monotonic()
                last = max((self._last_s.get(program, 0.0) for program in programs), default=0.0)
                until = min(last + quiet_s, give_up)
                if now >= until:
                    return
                self._changed.wait(until - now)


@dataclass(slots=True)
class _Owned:
    offer: Offer
    since: int
    """X server time, in ms."""
    fetches: Fetches | None


@dataclass(slots=True)
class _Transfer:
    """An answer on its way in pieces."""

    requestor: XWindow
    property: int
    target: str
    piece: Piece
    sent: int
    fetches: Fetches | None
    active_s: float


class Server:
    """Owns selections for one window. All calls come from the thread of its connection."""

    def __init__(self, display: XDisplay, window: XWindow) -> None:
        self._display = display
        self._window = window
        self._owned: dict[int, _Owned] = {}
        self._transfers: dict[tuple[int, int], _Transfer] = {}
        self._names: dict[int, str] = {}

    def own(self, selection: str, offer: Offer, since: int, fetches: Fetches | None) -> bool:
        """Becomes the owner as of that server time, unless somebody has become it later."""
        atom = self._display.get_atom(selection)
        self._window.set_selection_owner(atom, since)
        if not self._is_owner(atom):
            self._owned.pop(atom, None)
            return False
        self._owned[atom] = _Owned(offer, since, fetches)
        return True

    def disown(self, selection: str, since: int) -> None:
        atom = self._display.get_atom(selection)
        if self._owned.pop(atom, None) is not None:
            x_request.SetSelectionOwner(
                display=self._display.display, window=X.NONE, selection=atom, time=since
            )
            self._display.flush()

    def offer_of(self, selection: str) -> Offer | None:
        """What we offer there; None if somebody else is the owner, or nobody."""
        atom = self._display.get_atom(selection)
        if atom in self._owned and not self._is_owner(atom):
            del self._owned[atom]  # and the server's word on that is still on its way
        owned = self._owned.get(atom)
        return owned.offer if owned else None

    def handle(self, event: XEvent) -> bool:
        """Whether the event was about serving."""
        if event.type == X.SelectionRequest:
            self._answer(event)
        elif event.type == X.SelectionClear:
            owned = self._owned.get(event.atom)
            if owned and not _is_before(event.time, owned.since):
                del self._owned[event.atom]
        elif event.type == X.PropertyNotify and event.state == X.PropertyDelete:
            transfer = self._transfers.get((event.window.id, event.atom))
            if transfer is None:
                return False
            self._send_more(transfer)
        else:
            return False
        return True

    def _is_owner(self, atom: int) -> bool:
        owner = self._display.get_selection_owner(atom)
        return bool(owner != X.NONE and owner.id == self._window.id)

    def _answer(self, request: XEvent) -> None:
        owned = self._owned.get(request.selection)
        where = request.property or request.target  # obsolete clients give no property
        done = owned is not None and self._converted(
            owned, request.requestor, request.target, where
        )
        request.requestor.send_event(
            x_event.SelectionNotify(
                time=request.time,
                requestor=request.requestor,
                selection=request.selection,
                target=request.target,
                property=where if done else X.NONE,
            )
        )
        self._display.flush()

    def _converted(self, owned: _Owned, requestor: XWindow, target: int, where: int) -> bool:
        """Puts the content into the requestor's property; False if it has no such format."""
        name = self._name(target)
        if name == "TARGETS":
            known = ["TARGETS", "TIMESTAMP", "MULTIPLE", *owned.offer.pieces]
            atoms = [self._display.get_atom(each) for each in known]
            requestor.change_property(where, Xatom.ATOM, 32, atoms)
        elif name == "TIMESTAMP":
            requestor.change_property(where, Xatom.INTEGER, 32, [owned.since])
        elif name == "MULTIPLE":
            if not self._converted_multiple(owned, requestor, where):
                return False
        elif name in owned.offer.pieces:
            self._put(owned, requestor, name, where)
        else:
            return False
        if owned.fetches is not None:
            owned.fetches.note(program_of(self._display, requestor.id), name)
        return True

    def _converted_multiple(self, owned: _Owned, requestor: XWindow, where: int) -> bool:
        try:
            listed = requestor.get_full_property(where, X.AnyPropertyType)
        except error.XError:  # the requestor has gone
            return False
        if listed is None or listed.format != 32:
            return False
        answers = array("I", listed.value)
        for index in range(0, len(answers) - 1, 2):
            target, property_of_it = answers[index], answers[index + 1]
            multiple = self._name(target) == "MULTIPLE"  # it may not hold itself
            if multiple or not self._converted(owned, requestor, target, property_of_it):
                answers[index + 1] = X.NONE
        requestor.change_property(where, listed.property_type, 32, list(answers))
        return True

    def _put(self, owned: _Owned, requestor: XWindow, target: str, where: int) -> None:
        piece = owned.offer.pieces[target]
        if len(piece.content) <= _CHUNK_BYTES:
            self._write(requestor, where, piece, piece.content)
            return
        now = time.monotonic()
        for key, old in list(self._transfers.items()):
            if now - old.active_s > _ABANDONED_S:
                del self._transfers[key]
        self._transfers[requestor.id, where] = _Transfer(
            requestor, where, target, piece, 0, owned.fetches, now
        )
        requestor.change_attributes(event_mask=X.PropertyChangeMask)
        requestor.change_property(where, self._display.get_atom("INCR"), 32, [len(piece.content)])

    def _send_more(self, transfer: _Transfer) -> None:
        """The requestor has read the piece before; an empty one tells it that all is there."""
        content = transfer.piece.content[transfer.sent : transfer.sent + _CHUNK_BYTES]
        self._write(transfer.requestor, transfer.property, transfer.piece, content)
        transfer.sent += len(content)
        transfer.active_s = time.monotonic()
        if not content:
            del self._transfers[transfer.requestor.id, transfer.property]
        if transfer.fetches is not None:
            program = program_of(self._display, transfer.requestor.id)
            transfer.fetches.note(program, transfer.target)
        self._display.flush()

    def _write(self, requestor: XWindow, where: int, piece: Piece, content: bytes) -> None:
        requestor.change_property(where, self._display.get_atom(piece.type), piece.width, content)

    def _name(self, atom: int) -> str:
        if atom not in self._names:
            try:
                self._names[atom] = str(self._display.get_atom_name(atom))
            except error.BadAtom:
                return ""
        return self._names[atom]


def _is_before(time_ms: int, other_ms: int) -> bool:
    """In the server's time, which begins anew every 49.7 days (2**32 ms)."""
    return (other_ms - time_ms) % 2**32 in range(1, 2**31)
