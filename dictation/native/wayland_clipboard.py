"""Owns, reads and restores the clipboard without the focus: the data-control protocols.

ext-data-control-v1 and, from before it, wlr-data-control-unstable-v1, which differ in their names
alone. KDE, wlroots compositors and others have them; GNOME has not.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping

from dictation.errors import DesktopGone, NoClipboard, NotPossibleHere
from dictation.native.offer import (
    CLIPBOARD,
    MOST_BYTES,
    NOTHING,
    PRIMARY,
    Offer,
    Piece,
    text_offer,
    worth_keeping,
)
from dictation.native.pipes import read_to_end, write_and_close
from dictation.native.serving import ServingThread, Source
from dictation.native.wayland import NO_OBJECT, Event, Id, Wayland
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

MANAGERS = ("ext_data_control_manager_v1", "zwlr_data_control_manager_v1")
_VERSION = 2  # of the latter: the first with the primary selection
_SERVICE = Phrase("Using the clipboard")

_CREATE_SOURCE, _GET_DEVICE = 0, 1  # requests of the manager
_SET = {CLIPBOARD: 0, PRIMARY: 2}  # of the device
_DATA_OFFER = 0  # its event
_TOLD = {1: CLIPBOARD, 3: PRIMARY}  # its events that tell of a selection
_SOURCE_OFFER, _SOURCE_DESTROY = 0, 1  # requests of a source
_SEND, _CANCELLED = 0, 1  # its events
_RECEIVE, _OFFER_DESTROY = 0, 1  # requests of an offer
_OFFER = 0  # its event

_READ_S = 0.5  # for all formats together


class WaylandClipboard:
    """Serves the selections for as long as the program runs. Raises NotPossibleHere.

    Its methods block until they are done; each raises DesktopGone without a compositor.
    """

    def __init__(self) -> None:
        self._wayland = Wayland(_SERVICE)
        self._types: dict[Id, list[str]] = {}  # of each offer
        self._current: dict[str, Id | None] = dict.fromkeys(_SET)  # the offer of each selection
        self._own: dict[str, tuple[Id, Offer]] = {}  # those that are ours
        try:
            manager = next((name for name in MANAGERS if name in self._wayland.globals), None)
            if manager is None:
                raise NotPossibleHere(
                    service=_SERVICE,
                    reason=Phrase("this compositor lets no program control its clipboard"),
                )
            offered = self._wayland.globals[manager]
            self._has_primary = not manager.startswith("zwlr") or offered.version >= _VERSION
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
            self.own({CLIPBOARD: text_offer(text)})
        except DesktopGone as gone:
            raise NoClipboard(reason=str(gone)) from gone

    def read(self, *names: str) -> list[Offer | None]:
        """What each of them offers; None for one whose owner does not answer."""
        return self._thread.done(lambda: self._read(names))

    def own(
        self, offers: Mapping[str, Offer], on_fetch: Callable[[str], None] = lambda _type: None
    ) -> None:
        """Offers these. on_fetch: told of each format that is asked for, on another thread."""
        self._thread.done(lambda: self._own_all(offers, on_fetch))

    def replace(self, name: str, old: Offer, new: Offer) -> None:
        """Offers the new in place of the old; not if another program has taken the selection."""
        self._thread.done(lambda: self._replace(name, old, new))

    def close(self) -> None:
        """What is ours goes with us, unless a clipboard manager keeps it."""
        self._thread.end()

    def _read(self, names: tuple[str, ...]) -> list[Offer | None]:
        self._wayland.roundtrip()
        deadline_s = time.monotonic() + _READ_S
        return [self._read_one(name, deadline_s) for name in names]

    def _read_one(self, name: str, deadline_s: float) -> Offer | None:
        if name in self._own:
            return self._own[name][1]
        offer = self._current[name]
        if offer is None:
            return NOTHING
        pieces: dict[str, Piece] = {}
        left = MOST_BYTES
        for kind in worth_keeping(self._types[offer]):
            content = self._received(offer, kind, deadline_s, left)
            if content is None:
                return None
            pieces[kind] = Piece(kind, 8, content)
            left -= len(content)
        return Offer(pieces)

    def _received(self, offer: Id, kind: str, deadline_s: float, most: int) -> bytes | None:
        reader, writer = os.pipe()
        try:
            self._wayland.request(offer, _RECEIVE, kind, file=writer)
            os.close(writer)
            writer = -1
            return read_to_end(reader, deadline_s, most)
        finally:
            os.close(reader)
            if writer >= 0:
                os.close(writer)

    def _own_all(self, offers: Mapping[str, Offer], on_fetch: Callable[[str], None]) -> None:
        for name, offer in offers.items():
            if name == CLIPBOARD or self._has_primary:
                self._offer(name, offer, on_fetch)
        self._wayland.roundtrip()

    def _offer(self, name: str, offer: Offer, on_fetch: Callable[[str], None]) -> None:
        source = self._wayland.new()

        def on_event(event: Event) -> None:
            if event.opcode == _SEND:
                kind, file = event.string(), event.file()
                piece = offer.pieces.get(kind)
                _give(b"" if piece is None else piece.content, file)
                on_fetch(kind)
            elif event.opcode == _CANCELLED:
                if self._own.get(name, (NO_OBJECT,))[0] == source:
                    del self._own[name]
                self._wayland.request(source, _SOURCE_DESTROY)

        self._wayland.listen(source, on_event)
        self._wayland.request(self._manager, _CREATE_SOURCE, source)
        for kind in offer.pieces:
            self._wayland.request(source, _SOURCE_OFFER, kind)
        self._wayland.request(self._device, _SET[name], source)
        self._own[name] = source, offer

    def _replace(self, name: str, old: Offer, new: Offer) -> None:
        self._wayland.roundtrip()
        if name not in self._own or self._own[name][1] is not old:
            return
        if new is NOTHING:
            self._wayland.request(self._device, _SET[name], NO_OBJECT)
            del self._own[name]
        else:
            self._offer(name, new, lambda _type: None)
        self._wayland.roundtrip()

    def _on_device(self, event: Event) -> None:
        if event.opcode == _DATA_OFFER:
            offer = event.object()
            types = self._types[offer] = []
            self._wayland.listen(offer, lambda told: _note_type(types, told))
        elif event.opcode in _TOLD:
            name, offer = _TOLD[event.opcode], event.object()
            before = self._current[name]
            self._current[name] = None if offer == NO_OBJECT else offer
            if before is not None:
                del self._types[before]
                self._wayland.listen(before, None)
                self._wayland.request(before, _OFFER_DESTROY)


def _note_type(types: list[str], event: Event) -> None:
    if event.opcode == _OFFER:
        types.append(event.string())


def _all_of(hear: Callable[[], bool]) -> None:
    while hear():
        pass


def _give(content: bytes, file: int) -> None:
    """On a thread of its own: whoever reads may take long, or never read at all."""
    threading.Thread(
        target=write_and_close, args=(content, file), name="clipboard reader", daemon=True
    ).start()
