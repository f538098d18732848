"""The thread that reads and owns selections for as long as the program runs.

Whoever owns a selection has to answer for it at any time; what is restored after an insertion is
therefore served from here until another program copies something.
"""

from __future__ import annotations

import contextlib
import logging
import select
import time
from collections.abc import Mapping

from Xlib import X, Xatom

from dictation.errors import DesktopGone
from dictation.native.offer import CLIPBOARD, NOTHING, Offer
from dictation.native.serving import ServingThread, Source
from dictation.native.x11 import CONNECTION_LOST, XEvent, close, connect, program_of
from dictation.native.x11_reading import Reader
from dictation.native.x11_serving import Fetches, Server
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_READ_S = 0.5  # for all selections together
_HAND_OVER_S = 1.0
_SERVER_S = 5.0  # a server that takes longer is as good as gone


class Selections:
    """Its methods block until the thread has done them; each raises DesktopGone without it.

    Raises NotPossibleHere.
    """

    def __init__(self) -> None:
        self._display = connect(Phrase("Using the clipboard"))
        self._window = self._display.screen().root.create_window(
            0, 0, 1, 1, 0, X.CopyFromParent, X.InputOnly, event_mask=X.PropertyChangeMask
        )
        self._server = Server(self._display, self._window)
        self._reader = Reader(self._display, self._next_event)
        self._thread = ServingThread(
            "selections",
            Source(
                self._display,
                is_pending=lambda: bool(self._display.pending_events()),
                serve=self._serve_all,
                close=lambda: close(self._display),
                lost=CONNECTION_LOST,
            ),
        )

    def read(self, *names: str) -> list[Offer | None]:
        """What each of them offers; None for one whose owner does not answer."""
        return self._thread.done(lambda: self._read(names))

    def own(self, offers: Mapping[str, Offer], fetches: Fetches | None = None) -> bool:
        """Offers these; False if another program has taken one of them at this very moment."""
        return self._thread.done(lambda: self._own(offers, fetches))

    def replace(self, name: str, old: Offer, new: Offer) -> None:
        """Offers the new in place of the old; not if another program has taken the selection."""
        self._thread.done(lambda: self._replace(name, old, new))

    def owner(self, name: str) -> int:
        """The program that owns the selection, as ``program_of``; 0 for nobody."""
        return self._thread.done(lambda: self._owner(name))

    def close(self) -> None:
        """Hands the clipboard over to a clipboard manager, if there is one, and ends."""
        with contextlib.suppress(DesktopGone):
            self._thread.done(self._hand_over)
        self._thread.end()

    def _serve_all(self) -> None:
        while self._display.pending_events():
            self._server.handle(self._display.next_event())

    def _next_event(self, deadline: float) -> XEvent:
        """The next that is none of serving's, which goes on meanwhile. Raises TimeoutError."""
        while True:
            while self._display.pending_events():
                event = self._display.next_event()
                if not self._server.handle(event):
                    return event
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not select.select([self._display], [], [], left_s)[0]:
                raise TimeoutError

    def _read(self, names: tuple[str, ...]) -> list[Offer | None]:
        deadline = time.monotonic() + _READ_S
        return [self._server.offer_of(name) or self._reader.read(name, deadline) for name in names]

    def _own(self, offers: Mapping[str, Offer], fetches: Fetches | None) -> bool:
        now = self._server_time()
        # A list, for each is to be tried.
        return all([self._server.own(name, offer, now, fetches) for name, offer in offers.items()])

    def _replace(self, name: str, old: Offer, new: Offer) -> None:
        # With the time from before the look: whoever takes the selection between the two keeps it.
        now = self._server_time()
        if self._server.offer_of(name) is not old:
            return
        if new is NOTHING:
            self._server.disown(name, now)
        else:
            self._server.own(name, new, now, None)

    def _owner(self, name: str) -> int:
        owner = self._display.get_selection_owner(self._display.get_atom(name))
        return 0 if owner == X.NONE else program_of(self._display, owner.id)

    def _server_time(self) -> int:
        """Now, in the server's time: that of the notice of a change that changes nothing."""
        marker = self._display.get_atom("DICTATION_TIME")
        self._window.change_property(marker, Xatom.STRING, 8, b"")
        deadline = time.monotonic() + _SERVER_S
        while True:
            event = self._next_event(deadline)
            if event.type == X.PropertyNotify and event.atom == marker:
                return int(event.time)

    def _hand_over(self) -> None:
        """SAVE_TARGETS of the freedesktop.org clipboard manager specification."""
        manager, offer = (
            self._display.get_atom("CLIPBOARD_MANAGER"),
            self._server.offer_of(CLIPBOARD),
        )
        if not offer or self._display.get_selection_owner(manager) == X.NONE:
            return
        where = self._display.get_atom("DICTATION_SAVED")
        targets = [self._display.get_atom(name) for name in offer.pieces]
        self._window.change_property(where, Xatom.ATOM, 32, targets)
        self._window.convert_selection(
            manager, self._display.get_atom("SAVE_TARGETS"), where, self._server_time()
        )
        deadline = time.monotonic() + _HAND_OVER_S
        try:
            while self._next_event(deadline).type != X.SelectionNotify:
                pass
        except TimeoutError:
            logger.info("the clipboard manager does not take the clipboard over")
