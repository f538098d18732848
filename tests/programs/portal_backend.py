"""A desktop's side of xdg-desktop-portal, for tests: grants every shortcut, presses it when told.

    /usr/bin/python3 portal_backend.py

Lines on standard input: ``press NAME``, ``release NAME``, ``close`` (ends the session), ``refuse``
(the next binding). Runs with the system's Python, whose packages it needs. Says "ready" when it is
on the bus, and one line for each binding.
"""

from __future__ import annotations

import os
import sys
import time

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.freedesktop.impl.portal.desktop.test"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.impl.portal.GlobalShortcuts"
SESSION = "org.freedesktop.impl.portal.Session"
DONE, REFUSED = 0, 1


class Session(dbus.service.Object):
    """What the frontend closes, or the desktop."""

    @dbus.service.method(SESSION, in_signature="", out_signature="")
    def Close(self):
        self.remove_from_connection()

    @dbus.service.signal(SESSION, signature="")
    def Closed(self):
        pass


class Shortcuts(dbus.service.Object):
    """Keeps one session."""

    def __init__(self, bus):
        super().__init__(bus, PATH)
        self._bus = bus
        self.session = None
        self.handle = None
        self.refuses = False

    @dbus.service.method(INTERFACE, in_signature="oosa{sv}", out_signature="ua{sv}")
    def CreateSession(self, _request, session, _app, _options):
        self.handle = session
        self.session = Session(self._bus, session)
        return DONE, {}

    @dbus.service.method(INTERFACE, in_signature="ooa(sa{sv})sa{sv}", out_signature="ua{sv}")
    def BindShortcuts(self, _request, _session, shortcuts, _parent, _options):
        if self.refuses:
            self.refuses = False
            return REFUSED, {}
        wished = {str(name): str(what.get("preferred_trigger", "")) for name, what in shortcuts}
        tell(f"bound {wished}")
        granted = [
            (name, dbus.Dictionary({"trigger_description": trigger}, signature="sv"))
            for name, trigger in wished.items()
        ]
        return DONE, {"shortcuts": dbus.Array(granted, signature="(sa{sv})")}

    @dbus.service.signal(INTERFACE, signature="osta{sv}")
    def Activated(self, session, name, time_ms, options):
        pass

    @dbus.service.signal(INTERFACE, signature="osta{sv}")
    def Deactivated(self, session, name, time_ms, options):
        pass

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, _interface, _name):
        return dbus.UInt32(1)

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        return {"version": dbus.UInt32(1)}

    def obey(self, file, _condition):
        """All lines that have come."""
        lines = os.read(file, 65_536).decode().splitlines()
        for line in lines:
            self._obey(line)
        return bool(lines)

    def _obey(self, line):
        now = dbus.UInt64(int(time.time() * 1000))
        match line.split():
            case ["press", name]:
                self.Activated(self.handle, name, now, {})
            case ["release", name]:
                self.Deactivated(self.handle, name, now, {})
            case ["close"]:
                self.session.Closed()
            case ["refuse"]:
                self.refuses = True


def tell(line):
    """On standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main():
    DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    name = dbus.service.BusName(NAME, bus)
    shortcuts = Shortcuts(bus)
    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN, shortcuts.obey)
    tell("ready")
    GLib.MainLoop().run()
    del name


if __name__ == "__main__":
    main()
