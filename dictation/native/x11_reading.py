"""Reads all that a selection's owner offers, so that it can be offered again later."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from Xlib import X, error

from dictation.native.offer import MOST_BYTES, NOTHING, Offer, Piece, worth_keeping
from dictation.native.x11 import XDisplay, XEvent, XWindow

logger = logging.getLogger(__name__)

_FIRST_ANSWER_S = 0.25  # of a live owner: 2-20 ms for all its formats
_READ_BYTES = 256 * 1024

NextEvent = Callable[[float], XEvent]
"""The next event that is none of serving's; raises TimeoutError at that monotonic time."""


class Reader:
    """Asks owners of selections. All calls come from the thread of its connection."""

    def __init__(self, display: XDisplay, next_event: NextEvent) -> None:
        self._display = display
        self._next_event = next_event
        self._names: dict[int, str] = {}

    def read(self, selection: str, deadline: float) -> Offer | None:
        """What is offered there; NOTHING without owner, None if it could not be read.

        Of content that comes too slowly, or is larger than MOST_BYTES in all, the part that came.
        """
        atom = self._display.get_atom(selection)
        if self._display.get_selection_owner(atom) == X.NONE:
            return NOTHING
        # A window for each reading, so that late answers to an earlier one are told apart.
        window = self._display.screen().root.create_window(
            0, 0, 1, 1, 0, X.CopyFromParent, X.InputOnly, event_mask=X.PropertyChangeMask
        )
        pieces: dict[str, Piece] = {}
        try:
            self._read_into(pieces, window, atom, deadline)
        except (TimeoutError, _TooLarge) as failure:
            # The window stays: an owner that answers late, to one that has gone, may end of it.
            logger.info("%s was not read to its end: %r", selection, failure)
            return Offer(pieces) if pieces else None
        window.destroy()
        self._display.flush()
        return Offer(pieces) if pieces else NOTHING

    def _read_into(
        self, pieces: dict[str, Piece], window: XWindow, selection: int, deadline: float
    ) -> None:
        left = MOST_BYTES
        first = min(time.monotonic() + _FIRST_ANSWER_S, deadline)
        for name in worth_keeping(self._targets(window, selection, first)):
            piece = self._converted(window, selection, name, deadline, left)
            if piece is not None:
                pieces[name] = piece
                left -= len(piece.content)

    def _targets(self, window: XWindow, selection: int, deadline: float) -> list[str]:
        listed = self._converted(window, selection, "TARGETS", deadline, MOST_BYTES)
        if listed is None or listed.width != 32:
            return ["UTF8_STRING", "STRING"]  # owners from before there were TARGETS
        names = [self._name(atom) for atom in memoryview(listed.content).cast("I")]
        return [name for name in names if name]

    def _converted(
        self, window: XWindow, selection: int, target: str, deadline: float, most_bytes: int
    ) -> Piece | None:
        """The content in that format; None if the owner refuses it."""
        target_atom, where = self._display.get_atom(target), self._display.get_atom("DICTATION")
        window.convert_selection(selection, target_atom, where, X.CurrentTime)
        self._display.flush()
        while True:
            event = self._next_event(deadline)
            if (
                event.type == X.SelectionNotify
                and event.requestor.id == window.id
                and event.target == target_atom
            ):
                break
        if event.property == X.NONE:
            return None
        piece = self._property(window, where, most_bytes)
        if piece is None or piece.type != "INCR":
            return piece
        return self._in_pieces(window, where, deadline, most_bytes)

    def _in_pieces(
        self, window: XWindow, where: int, deadline: float, most_bytes: int
    ) -> Piece | None:
        """Each piece is read and deleted, which asks for the next; an empty one is the last."""
        kind, content = None, bytearray()
        while True:
            event = self._next_event(deadline)
            if (
                event.type != X.PropertyNotify
                or (event.window.id, event.atom) != (window.id, where)
                or event.state != X.PropertyNewValue
            ):
                continue
            piece = self._property(window, where, most_bytes - len(content))
            if piece is None or piece.type == "INCR":
                continue  # the notice of a value that was read before
            if not piece.content:
                return kind and Piece(kind.type, kind.width, bytes(content))
            kind = kind or piece
            content += piece.content

    def _property(self, window: XWindow, where: int, most_bytes: int) -> Piece | None:
        """Reads and deletes it."""
        content = bytearray()
        while True:
            # The server deletes with the read that reaches the end.
            found = window.get_property(
                where, X.AnyPropertyType, len(content) // 4, _READ_BYTES // 4, delete=True
            )
            if found is None:
                return None
            value = found.value
            content += value if isinstance(value, bytes) else memoryview(value).cast("B")
            if len(content) + found.bytes_after > most_bytes:
                raise _TooLarge
            if not found.bytes_after:
                return Piece(self._name(found.property_type), found.format, bytes(content))

    def _name(self, atom: int) -> str:
        """Empty if there is no such atom: owners may say anything."""
        if atom not in self._names:
            try:
                self._names[atom] = str(self._display.get_atom_name(atom))
            except error.BadAtom:
                return ""
        return self._names[atom]


class _TooLarge(Exception):
    pass
