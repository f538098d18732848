"""A desktop's side of the RemoteDesktop portal, for tests: grants a keyboard, and tells its keys.

    /usr/bin/python3 portal_backend_keyboard.py

Lines on standard input: ``refuse`` (from now on). Runs with the system's Python. Says "ready" when
it is on the bus, "asked" for each start, and "key CODE STATE" for each key.
"""

from __future__ import annotations

import os
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.freedesktop.impl.portal.desktop.keyboard"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.impl.portal.RemoteDesktop"
SESSION = "org.freedesktop.impl.portal.Session"
DONE, REFUSED = 0, 1
KEYBOARD = 1


class Session(dbus.service.Object):
    """What the frontend closes."""

    @dbus.service.method(SESSION, in_signature="", out_signature="")
    def Close(self):
        self.remove_from_connection()


class Keyboard(dbus.service.Object):
    """Whatever is pressed is written down."""

    def __init__(self, bus):
        super().__init__(bus, PATH)
        self._bus = bus
        self.refuses = False

    @dbus.service.method(INTERFACE, in_signature="oosa{sv}", out_signature="ua{sv}")
    def CreateSession(self, _request, session, _app, _options):
        Session(self._bus, session)
        return DONE, {}

    @dbus.service.method(INTERFACE, in_signature="oosa{sv}", out_signature="ua{sv}")
    def SelectDevices(self, _request, _session, _app, _options):
        return DONE, {}

    @dbus.service.method(INTERFACE, in_signature="oossa{sv}", out_signature="ua{sv}")
    def Start(self, _request, _session, _app, _parent, _options):
        tell("asked")
        if self.refuses:
            return REFUSED, {}
        return DONE, {"devices": dbus.UInt32(KEYBOARD)}

    @dbus.service.method(INTERFACE, in_signature="oa{sv}iu", out_signature="")
    def NotifyKeyboardKeycode(self, _session, _options, code, state):
        tell(f"key {int(code)} {int(state)}")

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, _interface, _name):
        return dbus.UInt32(KEYBOARD)

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        return {"AvailableDeviceTypes": dbus.UInt32(KEYBOARD), "version": dbus.UInt32(1)}

    def obey(self, file, _condition):
        """All lines that have come."""
        lines = os.read(file, 65_536).decode().splitlines()
        self.refuses = self.refuses or "refuse" in lines
        return bool(lines)


def tell(line):
    """On standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main():
    DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    name = dbus.service.BusName(NAME, bus)
    keyboard = Keyboard(bus)
    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN, keyboard.obey)
    tell("ready")
    GLib.MainLoop().run()
    del name


if __name__ == "__main__":
    main()
