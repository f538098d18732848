"""The frontend's side of a desktop portal with RemoteDesktop and Clipboard, as they are documented.

For tests: Debian 12's own frontend knows no Clipboard yet. What is behind it is another program's.
"""

from __future__ import annotations

import os
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
REMOTE = "org.freedesktop.portal.RemoteDesktop"
CLIPBOARD = "org.freedesktop.portal.Clipboard"
SESSION = "org.freedesktop.portal.Session"
REQUEST = "org.freedesktop.portal.Request"
DONE, REFUSED = 0, 1
KEYBOARD = 1
TOKEN = "a token"


class Request(dbus.service.Object):
    """Tells its answer a moment later."""

    @dbus.service.signal(REQUEST, signature="ua{sv}")
    def Response(self, code, results):
        pass


class Session(dbus.service.Object):
    """Ended by the user, or with its connection."""

    @dbus.service.signal(SESSION, signature="a{sv}")
    def Closed(self, options):
        pass


class Frontend(dbus.service.Object):
    """Keeps one session. A desktop is made of it by what its plain methods do."""

    def __init__(self, bus):
        super().__init__(bus, PATH)
        self._bus = bus
        self._requests = []
        self._token = ""
        self._wants_clipboard = False
        self.handle = None
        self.session = None
        self.tells_kinds = True

    def answer(self):
        """To the question whether the session may start: DONE, REFUSED, or None for none."""
        return DONE

    def started(self, wants_clipboard):
        """Whether the clipboard is granted."""
        return wants_clipboard

    def key(self, keysym, is_down):
        """Moves a key."""

    def selected(self, kinds):
        """The session owns the clipboard now; it does not with no kinds."""

    def written(self, serial):
        """A file to write what was asked for."""

    def read(self, kind):
        """A file from which to read what another program has copied."""

    def tell_owner(self, kinds, *, is_ours):
        options = {
            "mime_types": dbus.Array(kinds, signature="s"),
            "session_is_owner": dbus.Boolean(is_ours),
        }
        if not self.tells_kinds:
            del options["mime_types"]
        if self.handle is not None:
            self.SelectionOwnerChanged(dbus.ObjectPath(self.handle), options if kinds else {})

    def ask(self, kind, serial):
        self.SelectionTransfer(dbus.ObjectPath(self.handle), kind, dbus.UInt32(serial))

    @dbus.service.method(REMOTE, in_signature="a{sv}", out_signature="o", sender_keyword="sender")
    def CreateSession(self, options, sender=None):
        self.handle = f"{PATH}/session/{plain(sender)}/{options['session_handle_token']}"
        self.session = Session(self._bus, self.handle)
        return self._answered(sender, options, DONE, {"session_handle": self.handle})

    @dbus.service.method(REMOTE, in_signature="oa{sv}", out_signature="o", sender_keyword="sender")
    def SelectDevices(self, _session, options, sender=None):
        self._token = str(options.get("restore_token", ""))
        return self._answered(sender, options, DONE, {})

    @dbus.service.method(REMOTE, in_signature="osa{sv}", out_signature="o", sender_keyword="sender")
    def Start(self, _session, _parent, options, sender=None):
        tell(f"asked {self._token or '-'}")
        code = self.answer()
        granted = code == DONE and self.started(self._wants_clipboard)
        results = {
            "devices": dbus.UInt32(KEYBOARD),
            "clipboard_enabled": dbus.Boolean(granted),
            "restore_token": TOKEN,
        }
        return self._answered(sender, options, code, results)

    @dbus.service.method(REMOTE, in_signature="oa{sv}iu")
    def NotifyKeyboardKeysym(self, _session, _options, keysym, state):
        tell(f"key {int(keysym):#x} {int(state)}")
        self.key(int(keysym), bool(state))

    @dbus.service.method(CLIPBOARD, in_signature="oa{sv}")
    def RequestClipboard(self, _session, _options):
        self._wants_clipboard = True

    @dbus.service.method(CLIPBOARD, in_signature="oa{sv}")
    def SetSelection(self, _session, options):
        self.selected(tuple(map(str, options.get("mime_types", ()))))

    @dbus.service.method(CLIPBOARD, in_signature="ou", out_signature="h")
    def SelectionWrite(self, _session, serial):
        return handed(self.written(int(serial)))

    @dbus.service.method(CLIPBOARD, in_signature="oub")
    def SelectionWriteDone(self, _session, serial, success):
        tell(f"done {bool(success)}")

    @dbus.service.method(CLIPBOARD, in_signature="os", out_signature="h")
    def SelectionRead(self, _session, kind):
        return handed(self.read(str(kind)))

    @dbus.service.signal(CLIPBOARD, signature="oa{sv}")
    def SelectionOwnerChanged(self, session, options):
        pass

    @dbus.service.signal(CLIPBOARD, signature="osu")
    def SelectionTransfer(self, session, kind, serial):
        pass

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, _interface, _name):
        return dbus.UInt32(2)

    def _answered(self, sender, options, code, results):
        path = f"{PATH}/request/{plain(sender)}/{options['handle_token']}"
        request = Request(self._bus, path)
        self._requests.append(request)
        if code is not None:
            typed = dbus.Dictionary(results, signature="sv")
            GLib.idle_add(lambda: request.Response(dbus.UInt32(code), typed))
        return dbus.ObjectPath(path)


def handed(file):
    """D-Bus sends a copy of the file."""
    sent = dbus.types.UnixFd(file)
    os.close(file)
    return sent


def plain(sender):
    return sender.removeprefix(":").replace(".", "_")


def tell(line):
    """On standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(make):
    """make: builds the desktop on a bus; its ``obey``, if any, gets what is on standard input."""
    DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    desktop = make(bus)
    name = dbus.service.BusName(NAME, bus)
    if hasattr(desktop, "obey"):
        GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN, desktop.obey)
    tell("ready")
    GLib.MainLoop().run()
    del name
