"""LibreOffice Writer with an empty document, told what to do on standard input: clear, text.

Usage: editor_writer.py PIPE

PIPE names where LibreOffice listens; it runs under the system's Python, for which Debian packages
UNO. Its answer to nothing is that the document is open.
"""

from __future__ import annotations

import json
import sys
import time

import uno
from com.sun.star.connection import NoConnectException

START_S = 90


def connected(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    give_up = time.monotonic() + START_S
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def opened(pipe):
    """The document that it opens by itself: to have one opened from here has hung it."""
    office = connected(pipe)
    desktop = office.ServiceManager.createInstance("com.sun.star.frame.Desktop")
    give_up = time.monotonic() + START_S
    while True:
        documents = [each for each in desktop.Components if hasattr(each, "Text")]
        if documents:
            return documents[0]
        assert time.monotonic() < give_up, "no document is opened"
        time.sleep(0.1)


def tell(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main():
    document = opened(sys.argv[1])
    tell("open")
    for line in sys.stdin:
        command, *_ = json.loads(line)
        if command == "clear":
            document.Text.String = ""
        tell(document.Text.String)


main()
