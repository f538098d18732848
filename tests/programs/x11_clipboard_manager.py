"""A clipboard manager: takes over, into a file, the text of a program that ends.

Usage: x11_clipboard_manager.py FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

from Xlib import X
from Xlib.display import Display
from Xlib.protocol import event

display = Display()
window = display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
window.set_selection_owner(display.get_atom("CLIPBOARD_MANAGER"), X.CurrentTime)
display.sync()
request = None
while True:
    found = display.next_event()
    if found.type == X.SelectionRequest:
        request = found
        assert display.get_atom_name(request.target) == "SAVE_TARGETS"
        text = display.get_atom("UTF8_STRING")
        window.convert_selection(display.get_atom("CLIPBOARD"), text, text, X.CurrentTime)
    elif found.type == X.SelectionNotify and request is not None:
        content = window.get_full_property(found.property, X.AnyPropertyType).value
        Path(sys.argv[1]).write_bytes(content)
        answer = event.SelectionNotify(
            time=request.time,
            requestor=request.requestor,
            selection=request.selection,
            target=request.target,
            property=request.property,
        )
        request.requestor.send_event(answer)
        display.flush()
