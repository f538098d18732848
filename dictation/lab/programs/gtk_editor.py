"""A GTK 3 editor whose text is always in a file.

    /usr/bin/python3 gtk_editor.py FILE

It runs under the system's Python, for which Debian packages GTK (python3-gi, gir1.2-gtk-3.0), and
so imports nothing of ours.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import gi  # type: ignore[import-not-found, unused-ignore]

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # type: ignore[import-not-found, unused-ignore]  # noqa: E402


def main(arguments: list[str]) -> int:
    file = Path(arguments[1])
    window = Gtk.Window(title="GTK editor")
    window.set_default_size(640, 360)
    view = Gtk.TextView(wrap_mode=Gtk.WrapMode.WORD_CHAR)
    window.add(view)
    view.get_buffer().connect("changed", _save, file)
    window.connect("destroy", Gtk.main_quit)
    _save(view.get_buffer(), file)
    window.show_all()
    view.grab_focus()
    Gtk.main()
    return 0


def _save(buffer: Any, file: Path) -> None:
    """Replaces the file as a whole: whoever reads it sees all of a text or none."""
    everything = buffer.get_text(*buffer.get_bounds(), include_hidden_chars=True)
    written = file.with_name(file.name + ".new")
    written.write_text(everything, encoding="utf-8")
    written.replace(file)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
