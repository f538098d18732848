"""Owns, reads and restores the clipboard without the focus: the data-control protocols.

ext-data-control-v1 and, from before it, wlr-data-control-unstable-v1, which differ in their names
alone. KDE, wlroots compositors and others have them; GNOME has not.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
import time
from collections.abc import Callable

from dictation.errors import DesktopGone, NoClipboard, NotPossibleHere
from dictation.native.offer import MOST_BYTES, NOTHING, Offer, Piece, text_offer, worth_keeping
from dictation.native.serving import ServingThread, Source
from dictation.native.wayland import NO_OBJECT, Event, Id, Wayland

logger = logging.getLogger(__name__)

MANAGERS = ("ext_data_control_manager_v1", "zwlr_data_control_manager_v1")
_VERSION = 2  # of the latter: the first with the primary selection
_SERVICE = "Using the clipboard"

_CREATE_SOURCE, _GET_DEVICE = 0, 1  # requests of the manager
_SET_SELECTION = 0  # of the device
_DATA_OFFER, _SELECTION, _PRIMARY_SELECTION = 0, 1, 3  # its events
_SOURCE_OFFER, _SOURCE_DESTROY = 0, 1  # requests of a source
_SEND, _CANCELLED = 0, 1  # its events
_RECEIVE, _OFFER_DESTROY = 0, 1  # requests of an offer
_OFFER = 0  # its event

_READ_S = 0.5  # for all formats together
_WRITE_S = 10.0  # for a reader of ours
_PIPE_BYTES = 65_536


class WaylandClipboard:
    """Serves the clipboard for as long as the program runs. Raises NotPossibleHere.

    Its methods block until they are done; each raises DesktopGone without a compositor.
    """

    def __init__(self) -> None:
        self._wayland = Wayland(_SERVICE)
        self._types: dict[Id, list[str]] = {}  # of each offer
        self._current: Id | None = None  # the clipboard's
        self._own: tuple[Id, Offer] | None = None  # while the clipboard is ours
        try:
            manager = next((name for name in MANAGERS if name in self._wayland.globals), None)
            if manager is None:
                raise NotPossibleHere(
                    service=_SERVICE, reason="this compositor lets no program control its clipboard"
                )
            self._manager = self._wayland.bind(manager, _VERSION)
            seat = self._wayland.bind("wl_seat", 1)
            self._device = self._wayland.new(self._on_device)
            self._wayland.request(self._manager, _GET_DEVICE, self._device, seat)
            self._wayland.roundtrip()
        except BaseException:
            self._wayland.close()
            raise
        self._thread = ServingThread(
            "clipboard",
            Source(
                self._wayland,
                is_pending=lambda: False,
                serve=lambda: _all_of(self._wayland.hear),
                close=self._wayland.close,
                lost=(DesktopGone, OSError, ValueError),
            ),
        )

    def __call__(self, text: str) -> None:
        """Copies it. Raises NoClipboard."""
        try:
            self.own(text_offer(text))
        except DesktopGone as gone:
            raise NoClipboard(reason=str(gone)) from gone

    def read(self) -> Offer | None:
        """What is on the clipboard; None if its owner does not answer."""
        return self._thread.done(self._read)

    def own(self, offer: Offer, on_fetch: Callable[[str], None] = lambda _type: None) -> None:
        """Puts it there. on_fetch: told of each format that is asked for, on another thread."""
        self._thread.done(lambda: self._offer(offer, on_fetch))

    def replace(self, old: Offer, new: Offer) -> None:
        """Offers the new in place of the old; not if another program has taken the clipboard."""
        self._thread.done(lambda: self._replace(old, new))

    def close(self) -> None:
        """What is ours on the clipboard goes with us, unless a clipboard manager keeps it."""
        self._thread.end()

    def _read(self) -> Offer | None:
        self._wayland.roundtrip()
        if self._own is not None:
            return self._own[1]
        if self._current is None:
            return NOTHING
        deadline_s = time.monotonic() + _READ_S
        pieces: dict[str, Piece] = {}
        left = MOST_BYTES
        for name in worth_keeping(self._types[self._current]):
            content = self._received(self._current, name, deadline_s, left)
            if content is None:
                return None
            pieces[name] = Piece(name, 8, content)
            left -= len(content)
        return Offer(pieces)

    def _received(self, offer: Id, name: str, deadline_s: float, most: int) -> bytes | None:
        reader, writer = os.pipe()
        try:
            self._wayland.request(offer, _RECEIVE, name, file=writer)
            os.close(writer)
            writer = -1
            return _read_to_end(reader, deadline_s, most)
        finally:
            os.close(reader)
            if writer >= 0:
                os.close(writer)

    def _offer(self, offer: Offer, on_fetch: Callable[[str], None]) -> None:
        source = self._wayland.new()

        def on_event(event: Event) -> None:
            if event.opcode == _SEND:
                name, file = event.string(), event.file()
                piece = offer.pieces.get(name)
                _give(b"" if piece is None else piece.content, file)
                on_fetch(name)
            elif event.opcode == _CANCELLED:
                if self._own is not None and self._own[0] == source:
                    self._own = None
                self._wayland.request(source, _SOURCE_DESTROY)

        self._wayland.listen(source, on_event)
        self._wayland.request(self._manager, _CREATE_SOURCE, source)
        for name in offer.pieces:
            self._wayland.request(source, _SOURCE_OFFER, name)
        self._wayland.request(self._device, _SET_SELECTION, source)
        self._own = source, offer
        self._wayland.roundtrip()

    def _replace(self, old: Offer, new: Offer) -> None:
        self._wayland.roundtrip()
        if self._own is None or self._own[1] is not old:
            return
        if new is NOTHING:
            self._wayland.request(self._device, _SET_SELECTION, NO_OBJECT)
            self._own = None
        else:
            self._offer(new, lambda _type: None)

    def _on_device(self, event: Event) -> None:
        if event.opcode == _DATA_OFFER:
            offer = event.object()
            types = self._types[offer] = []
            self._wayland.listen(offer, lambda told: _note_type(types, told))
        elif event.opcode == _SELECTION:
            offer = event.object()
            if self._current is not None:
                self._forget(self._current)
            self._current = None if offer == NO_OBJECT else offer
        elif event.opcode == _PRIMARY_SELECTION:
            offer = event.object()
            if offer != NO_OBJECT:
                self._forget(offer)

    def _forget(self, offer: Id) -> None:
        del self._types[offer]
        self._wayland.listen(offer, None)
        self._wayland.request(offer, _OFFER_DESTROY)


def _note_type(types: list[str], event: Event) -> None:
    if event.opcode == _OFFER:
        types.append(event.string())


def _all_of(hear: Callable[[], bool]) -> None:
    while hear():
        pass


def _read_to_end(file: int, deadline_s: float, most: int) -> bytes | None:
    """None if it takes too long or is too much."""
    content = b""
    while len(content) <= most:
        left_s = deadline_s - time.monotonic()
        if left_s <= 0 or not select.select([file], [], [], left_s)[0]:
            return None
        more = os.read(file, _PIPE_BYTES)
        if not more:
            return content
        content += more
    return None


def _give(content: bytes, file: int) -> None:
    """On a thread of its own: whoever reads may take long, or never read at all."""
    threading.Thread(
        target=_write, args=(content, file), name="clipboard reader", daemon=True
    ).start()


def _write(content: bytes, file: int) -> None:
    os.set_blocking(file, False)
    until_s = time.monotonic() + _WRITE_S
    try:
        while content and select.select([], [file], [], max(0.0, until_s - time.monotonic()))[1]:
            with contextlib.suppress(BlockingIOError):
                content = content[os.write(file, content) :]
    except OSError as failure:  # it has closed its end: it had enough
        logger.debug("the clipboard's reader has gone: %s", failure)
    finally:
        os.close(file)
