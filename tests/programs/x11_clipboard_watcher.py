"""Fetches all that is copied or marked, at once and in every format, as clipboard managers may."""

from __future__ import annotations

from Xlib import X, error
from Xlib.ext import xfixes

from dictation.native.x11 import connect

display = connect("Watching the clipboard")
display.xfixes_query_version()
window = display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
targets = display.get_atom("TARGETS")
for name in ("CLIPBOARD", "PRIMARY"):
    selection = display.get_atom(name)
    display.xfixes_select_selection_input(
        window, selection, xfixes.XFixesSetSelectionOwnerNotifyMask
    )


def ask(selection, target, when):
    """Each answer into a property of its own, for several are under way."""
    where = display.get_atom(f"FETCHED_{selection}_{target}")
    window.convert_selection(selection, target, where, when)


def take(event):
    """What was answered; None if it is another answer by now, for the owners change quickly."""
    try:
        content = window.get_full_property(event.property, X.AnyPropertyType)
    except error.BadValue:
        content = None
    window.delete_property(event.property)
    return content


while True:
    event = display.next_event()
    if event.type == X.SelectionNotify and event.property:
        content = take(event)
        if event.target == targets and content is not None:
            for target in content.value:
                if target != targets:
                    ask(event.selection, target, event.time)
    elif hasattr(event, "selection_timestamp") and event.owner:  # another program copied
        ask(event.selection, targets, event.selection_timestamp)
