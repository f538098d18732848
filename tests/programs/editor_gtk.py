"""A text area of GTK 3 or 4 that does what it is told on standard input: clear, select, text.

Usage: editor_gtk.py [VERSION]
"""

from __future__ import annotations

import json
import sys

import gi

version = sys.argv[1] if len(sys.argv) > 1 else "3.0"
gi.require_version("Gtk", version)
from gi.repository import GLib, Gtk  # noqa: E402

loop = GLib.MainLoop()
window = Gtk.Window()
window.set_default_size(500, 400)
view = Gtk.TextView()
buffer = view.get_buffer()


def obey(_channel, _condition):
    line = sys.stdin.readline()
    if not line:
        loop.quit()
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


if version == "4.0":
    window.set_child(view)
    window.present()
else:
    window.add(view)
    window.show_all()
view.grab_focus()
GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, obey)
tell("here")
loop.run()
