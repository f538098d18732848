"""A terminal of VTE's, as in GNOME Terminal, Xfce's, Tilix and others; it runs a command.

Usage: terminal_vte.py COMMAND…
"""

from __future__ import annotations

import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
gi.require_version("Vte", "2.91")
from gi.repository import Gdk, GLib, Gtk, Vte  # noqa: E402

GLib.set_prgname("xfce4-terminal")  # by which it is known to be a terminal
Gdk.set_program_class("Xfce4-terminal")
terminal = Vte.Terminal()
terminal.connect("child-exited", lambda _terminal, _status: Gtk.main_quit())
terminal.spawn_async(
    *(Vte.PtyFlags.DEFAULT, None, sys.argv[1:], None, GLib.SpawnFlags.SEARCH_PATH),
    *(None, None, -1, None, None, None),
)
window = Gtk.Window()
window.add(terminal)
window.show_all()
terminal.grab_focus()
Gtk.main()
