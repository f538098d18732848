"""Owns, reads and restores the clipboard through the desktop portal: its Clipboard interface.

GNOME has it, which lets no program control the clipboard in another way. There is no primary
selection behind it. The clipboard belongs to the same session as the keyboard, and all of a session
to one connection: a thread serves it, and presses keys for others too.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from jeepney import HeaderFields, Message

from dictation.errors import DesktopGone, NoClipboard, NotPossibleHere
from dictation.native.key_names import Combination
from dictation.native.offer import (
    CLIPBOARD,
    MOST_BYTES,
    Offer,
    Piece,
    text_offer,
    worth_keeping,
)
from dictation.native.pipes import read_to_end, write_and_close
from dictation.native.portal import LOST
from dictation.native.portal_keyboard import SIGNS, PortalKeyboard
from dictation.native.portal_session import CLIPBOARD_INTERFACE, PortalSession
from dictation.native.serving import ServingThread, Source
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_READ_S = 0.5  # for all formats together
# GNOME's portal, from 45 to 49, drops the formats from what mutter tells it of another owner.
_TEXT = "text/plain;charset=utf-8"
_USUAL = (_TEXT, "text/html", "text/uri-list", "image/png")
_TOLD_S = 0.25  # for the portal to say that what we offer is offered

Fetched = Callable[[str], None]


class PortalClipboard:
    """Serves the clipboard for as long as the program runs, in a session that allows it.

    Its methods block until they are done; each raises DesktopGone without a desktop.
    """

    def __init__(self, session: PortalSession) -> None:
        """session: closed with this."""
        self._session = session
        self._signals = session.signals
        self._keyboard = PortalKeyboard(session, SIGNS)
        self._types: list[str] | None = []
        """Of what another program offers; None where the portal does not tell."""
        self._own: tuple[Offer, Fetched] | None = None
        self._is_told = True
        """Whether the portal has said by now that what is ours is ours."""
        self._thread = ServingThread(
            "clipboard",
            Source(
                session.portal,
                is_pending=lambda: bool(self._signals),
                serve=self._look,
                close=session.close,
                lost=(DesktopGone, *LOST),
            ),
        )

    def __call__(self, text: str) -> None:
        """Copies it. Raises NoClipboard."""
        try:
            self.own({CLIPBOARD: text_offer(text)})
        except (DesktopGone, NotPossibleHere) as failure:
            raise NoClipboard(reason=str(failure.fields["reason"])) from failure

    def press(self, combination: Combination) -> bool:
        """As PortalKeyboard does."""
        return self._thread.done(lambda: self._keyboard.press(combination))

    def read(self, *names: str) -> list[Offer | None]:
        """What each of them offers; None for one that cannot be read."""
        return self._thread.done(
            lambda: [self._read() if name == CLIPBOARD else None for name in names]
        )

    def own(self, offers: Mapping[str, Offer], on_fetch: Fetched = lambda _type: None) -> None:
        """Offers these. on_fetch: told of each format once a reader has got it, on another thread.

        Raises NotPossibleHere too: the user may take the permission back at any time.
        """
        self._thread.done(lambda: self._offer(offers[CLIPBOARD], on_fetch))

    def replace(self, name: str, old: Offer, new: Offer) -> None:
        """Offers the new in place of the old; not if another program has taken the clipboard."""
        if name == CLIPBOARD:
            self._thread.done(lambda: self._replace(old, new))

    def close(self) -> None:
        """What is ours goes with us, unless the desktop keeps it."""
        self._thread.end()

    def _call(self, method: str, signature: str, *body: Any) -> tuple[Any, ...]:
        return self._session.portal.call(
            method, f"o{signature}", self._session.handle, *body, interface=CLIPBOARD_INTERFACE
        )

    def _read(self) -> Offer | None:
        self._session.portal.roundtrip()
        self._look()
        if self._own is not None:
            return self._own[0]
        deadline_s = time.monotonic() + _READ_S
        if self._types is None:
            return self._guessed(deadline_s)
        pieces: dict[str, Piece] = {}
        left = MOST_BYTES
        for kind in worth_keeping(self._types):
            content = self._received(kind, deadline_s, left)
            if content is None:
                return None
            pieces[kind] = Piece(kind, 8, content)
            left -= len(content)
        return Offer(pieces)

    def _guessed(self, deadline_s: float) -> Offer:
        """What is there of the usual formats; those that are not come empty, or are refused."""
        found = {kind: self._received(kind, deadline_s, MOST_BYTES) for kind in _USUAL}
        pieces = {kind: Piece(kind, 8, content) for kind, content in found.items() if content}
        text = pieces.get(_TEXT)
        if text is not None:
            pieces |= text_offer(text.content.decode("utf-8", "replace")).pieces
        return Offer(pieces)

    def _received(self, kind: str, deadline_s: float, most: int) -> bytes | None:
        try:
            reader = self._call("SelectionRead", "s", kind)[0].to_raw_fd()
        except NotPossibleHere as refusal:
            logger.info("%s", refusal)
            return None
        try:
            return read_to_end(reader, deadline_s, most)
        finally:
            os.close(reader)

    def _offer(self, offer: Offer, on_fetch: Fetched) -> None:
        self._own = (offer, on_fetch)
        self._is_told = False
        try:
            self._call("SetSelection", "a{sv}", {"mime_types": ("as", list(offer.pieces))})
            self._wait_until_told()
        except NotPossibleHere:
            self._own = None
            raise
        finally:
            self._is_told = True

    def _wait_until_told(self) -> None:
        """What is told of an earlier owner before that is late, and no loss."""
        until_s = time.monotonic() + _TOLD_S
        while not self._is_told and (left_s := until_s - time.monotonic()) > 0:
            select.select([self._session.portal], [], [], left_s)
            self._look()

    def _replace(self, old: Offer, new: Offer) -> None:
        self._session.portal.roundtrip()
        self._look()
        if self._own is None or self._own[0] is not old:
            return
        try:
            # GNOME puts the last text back when a clipboard is emptied, which would be ours.
            self._offer(new if new.pieces else text_offer(""), lambda _type: None)
        except NotPossibleHere as refusal:
            logger.warning("the clipboard could not be restored: %s", refusal)

    def _look(self) -> None:
        """Takes in what the portal has told by now."""
        self._session.portal.hear()
        self._attend()

    def _attend(self) -> None:
        while self._signals:
            signal = self._signals.popleft()
            member = signal.header.fields[HeaderFields.member]
            if member == "NameOwnerChanged":
                raise DesktopGone(reason=Phrase("the desktop's portal has ended"))
            if member == "Closed":
                if signal.header.fields[HeaderFields.path] == self._session.handle:
                    raise DesktopGone(reason=Phrase("the desktop has ended it"))
            elif signal.body[0] == self._session.handle:
                self._hear(member, signal)

    def _hear(self, member: str, signal: Message) -> None:
        if member == "SelectionOwnerChanged":
            told = {name: value for name, (_type, value) in signal.body[1].items()}
            if told.get("session_is_owner", False):
                self._is_told = True
            else:
                if self._is_told:
                    self._own = None
                self._types = told.get("mime_types", [] if not told else None)
        elif member == "SelectionTransfer":
            self._give(*signal.body[1:])

    def _give(self, kind: str, serial: int) -> None:
        """Hands the content over on a thread of its own: whoever reads may take long."""
        if self._own is None or kind not in self._own[0].pieces:
            self._told_written(serial, is_whole=False)
            return
        offer, on_fetch = self._own
        try:
            writer = self._call("SelectionWrite", "u", serial)[0].to_raw_fd()
        except NotPossibleHere as refusal:  # it is asked no more
            logger.info("%s", refusal)
            return

        def write() -> None:
            is_whole = write_and_close(offer.pieces[kind].content, writer)
            if is_whole:
                on_fetch(kind)
            with contextlib.suppress(DesktopGone):
                self._thread.done(lambda: self._told_written(serial, is_whole=is_whole))

        threading.Thread(target=write, name="clipboard reader", daemon=True).start()

    def _told_written(self, serial: int, *, is_whole: bool) -> None:
        try:
            self._call("SelectionWriteDone", "ub", serial, is_whole)
        except NotPossibleHere as refusal:
            logger.debug("%s", refusal)
