"""A text area of GTK 3 that does what it is told on standard input: clear, select, text."""

from __future__ import annotations

import json
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("GdkX11", "3.0")
from gi.repository import GdkX11, GLib, Gtk  # noqa: E402

assert GdkX11
window = Gtk.Window()
window.set_default_size(500, 400)
view = Gtk.TextView()
buffer = view.get_buffer()
window.add(view)
window.show_all()


def obey(_channel, _condition):
    line = sys.stdin.readline()
    if not line:
        Gtk.main_quit()
        return False
    command, *arguments = json.loads(line)
    if command == "clear":
        buffer.set_text("")
    elif command == "set":
        buffer.set_text(arguments[0])
    elif command == "select":
        start, end = (buffer.get_iter_at_offset(offset) for offset in arguments)
        buffer.select_range(end, start)
    tell(buffer.get_property("text"))
    return True


def tell(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, obey)
tell(window.get_window().get_xid())
Gtk.main()
