"""A desktop portal as GNOME has it, for tests: RemoteDesktop and Clipboard, as they are documented.

    /usr/bin/python3 portal_with_clipboard.py

It plays the desktop and its programs too. The focused program pastes at Ctrl+V and at Ctrl+Shift+V.
Lines on standard input:

    copy TEXT    another program copies this
    image        … an image
    hang         … something, and never hands it over
    clear        nothing is on the clipboard any more
    paste        some program asks for what is there
    deaf         the focused program does not heed its keys
    late         it is told of an earlier owner only after the session has taken its place
    untyped      nothing is told any more of the formats that are copied, as by GNOME 45 to 49
    manager      a clipboard manager asks for each new text at once
    steal TEXT   another program copies this as soon as the focused one has pasted
    refuse       the user says no
    without      the user allows all but the clipboard
    silent       nothing answers when a session is to start
    close        the user ends the session

Says "ready", "asked TOKEN" for each start, "key KEYSYM STATE", and "got KIND CONTENT" for what each
program was given.
"""

from __future__ import annotations

import os
import threading

import dbus
from gi.repository import GLib
from portal_frontend import DONE, REFUSED, Frontend, run, tell

CONTROL, V = 0xFFE3, ord("v")
TEXT = "text/plain;charset=utf-8"
IMAGE = bytes(range(256)) * 1000  # more than a pipe holds


class Played(Frontend):
    """Everything behind the portal."""

    def __init__(self, bus):
        super().__init__(bus)
        self._flags = set()
        self._steal = None
        self._held = set()
        self._offered = None  # what another program has copied
        self._own = ()  # the kinds that the session offers
        self._serial = 0
        self._transfers = {}
        self._unread = []

    def answer(self):
        if "silent" in self._flags:
            return None
        return REFUSED if "refuse" in self._flags else DONE

    def started(self, wants_clipboard):
        granted = wants_clipboard and "without" not in self._flags
        if granted and self._offered is not None:
            self._tell_owner()
        return granted

    def key(self, keysym, is_down):
        (self._held.add if is_down else self._held.discard)(keysym)
        if keysym == V and is_down and CONTROL in self._held and "deaf" not in self._flags:
            self._ask("pasted")

    def selected(self, kinds):
        self._own = kinds
        self._offered = None
        self._transfers.clear()
        if kinds and "late" in self._flags:
            self.tell_owner((TEXT,), is_ours=False)
        self._tell_owner()
        if kinds and "manager" in self._flags:
            self._ask("managed")

    def written(self, serial):
        purpose = self._transfers.pop(serial)
        reader, writer = os.pipe()
        threading.Thread(target=self._receive, args=(reader, purpose), daemon=True).start()
        return writer

    def read(self, kind):
        if self._offered is None:
            raise dbus.exceptions.DBusException("there is nothing of another program to read")
        reader, writer = os.pipe()
        if "hang" in self._flags:
            self._unread.append(writer)
        else:
            content = self._offered.get(kind, b"")
            threading.Thread(target=give, args=(writer, content), daemon=True).start()
        return reader

    def obey(self, file, _condition):
        """All lines that have come."""
        lines = os.read(file, 65_536).decode().splitlines()
        for line in lines:
            self._obey(*line.partition(" ")[::2])
            tell(f"obeyed {line}")
        return bool(lines)

    def _obey(self, order, text):
        match order:
            case "copy":
                self._copied({TEXT: text.encode(), "text/html": f"<b>{text}</b>".encode()})
            case "image":
                self._copied({"image/png": IMAGE})
            case "hang":
                self._flags.add(order)
                self._copied({TEXT: b"never"})
            case "clear":
                self._offered, self._own = None, ()
                self._tell_owner()
            case "paste":
                self._ask("found")
            case "steal":
                self._steal = text
            case "untyped":
                self.tells_kinds = False
            case "close":
                self.session.Closed({})
            case _:
                self._flags.add(order)

    def _copied(self, content):
        self._offered, self._own = content, ()
        self._tell_owner()

    def _tell_owner(self):
        self.tell_owner(self._own or tuple(self._offered or ()), is_ours=bool(self._own))

    def _ask(self, purpose):
        """Some program wants what is on the clipboard."""
        if self._own:
            kind = TEXT if TEXT in self._own else self._own[0]
            self._serial += 1
            self._transfers[self._serial] = purpose
            self.ask(kind, self._serial)
        elif self._offered is not None:
            self._got(purpose, next(iter(self._offered.values())))
        else:
            self._got(purpose, b"nothing")

    def _receive(self, reader, purpose):
        with os.fdopen(reader, "rb") as file:
            content = file.read()
        GLib.idle_add(self._got, purpose, content)

    def _got(self, purpose, content):
        is_image = content == IMAGE
        tell(f"{purpose} {'the image' if is_image else content.decode()}")
        if purpose == "pasted" and self._steal is not None:
            text, self._steal = self._steal, None
            self._copied({TEXT: text.encode()})


def give(writer, content):
    with os.fdopen(writer, "wb") as file:
        file.write(content)


if __name__ == "__main__":
    run(Played)
