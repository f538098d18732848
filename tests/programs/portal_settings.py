"""The desktop portal's settings, for tests: what they are told to be.

    /usr/bin/python3 portal_settings.py

Lines on standard input: ``NAMESPACE KEY VALUE`` sets one, whose value is a JSON number, string or
boolean, and tells it. Runs with the system's Python, whose packages it needs. Says "ready" when it
is on the bus.
"""

from __future__ import annotations

import json
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.Settings"


def variant(value):
    if isinstance(value, bool):
        return dbus.Boolean(value, variant_level=1)
    if isinstance(value, int):
        return dbus.UInt32(value, variant_level=1)
    return dbus.String(value, variant_level=1)


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Settings(dbus.service.Object):
    """Keeps them."""

    def __init__(self, bus):
        super().__init__(bus, PATH)
        self.values = {}

    @dbus.service.method(INTERFACE, in_signature="as", out_signature="a{sa{sv}}")
    def ReadAll(self, namespaces):
        found = {name: self.values[name] for name in namespaces if name in self.values}
        return dbus.Dictionary(found, signature="sa{sv}")

    @dbus.service.method(INTERFACE, in_signature="ss", out_signature="v")
    def ReadOne(self, namespace, key):
        return self.values[namespace][key]

    @dbus.service.method(INTERFACE, in_signature="ss", out_signature="v")
    def Read(self, namespace, key):
        return self.values[namespace][key]

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, _interface, _name):
        return dbus.UInt32(2)

    @dbus.service.signal(INTERFACE, signature="ssv")
    def SettingChanged(self, namespace, key, value):
        pass

    def set(self, namespace, key, value):
        self.values.setdefault(namespace, {})[key] = value
        self.SettingChanged(namespace, key, value)


def main():
    DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    name = dbus.service.BusName(NAME, bus)
    settings = Settings(bus)
    loop = GLib.MainLoop()

    def heard(_file, _condition):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        namespace, key, value = line.split(maxsplit=2)
        settings.set(namespace, key, variant(json.loads(value)))
        say(f"set {namespace} {key}")
        return True

    GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, heard)
    say("ready")
    loop.run()
    del name


main()
