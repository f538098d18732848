"""Starts a desktop entry as GLib does, for GNOME and others: launch_entry.py FILE."""

import sys

from gi.repository import Gio

entry = Gio.DesktopAppInfo.new_from_filename(sys.argv[1])
assert entry is not None, "the entry is not valid"
assert entry.launch([], None)
