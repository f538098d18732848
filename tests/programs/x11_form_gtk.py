"""A form of GTK 3 with a name and a password; standard input says which of them gets the focus."""

from __future__ import annotations

import json
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("GdkX11", "3.0")
from gi.repository import GdkX11, GLib, Gtk  # noqa: E402

assert GdkX11
window = Gtk.Window()
box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
fields = {"name": Gtk.Entry(), "password": Gtk.Entry()}
fields["password"].set_visibility(False)
for field in fields.values():
    box.add(field)
window.add(box)
window.show_all()


def obey(_channel, _condition):
    line = sys.stdin.readline()
    if not line:
        Gtk.main_quit()
        return False
    command, *_ = json.loads(line)
    if command in fields:
        fields[command].grab_focus()
    tell({name: field.get_text() for name, field in fields.items()})
    return True


def tell(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, obey)
tell(window.get_window().get_xid())
Gtk.main()
