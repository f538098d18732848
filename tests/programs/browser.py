"""Chromium with a page of two fields, which is told what to do by a server on the loopback."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.programs.screen import Screen

PAGE = Path(__file__).parent / "browser.html"
ANSWER_S = 30.0
# Nothing is fetched, asked or remembered; /dev/shm is small in containers.
OPTIONS = (
    *("--no-first-run", "--no-default-browser-check", "--password-store=basic", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-extensions"),
    *("--disable-gpu", "--disable-dev-shm-usage", "--window-size=700,500"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


class Browser:
    """Started with a profile of its own, in the screen's folder."""

    def __init__(self, screen: Screen) -> None:
        self._orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        wayland = screen.environment["XDG_SESSION_TYPE"] == "wayland"
        platform = f"--ozone-platform={'wayland' if wayland else 'x11'}"
        root = ("--no-sandbox", "--test-type") if os.geteuid() == 0 else ()
        self.process = screen.start(
            *(
                "chromium",
                *OPTIONS,
                platform,
                *root,
                f"--user-data-dir={screen.folder / 'chromium'}",
            ),
            f"--app=http://127.0.0.1:{self._server.server_port}/",
        )
        screen.at_end(self._stop)
        self._answers.get(timeout=2 * ANSWER_S)  # the page is there
        self.window = screen.window_of(self.process)

    def ask(self, *order: str) -> Any:
        """Does it, and answers the text of the field."""
        self._orders.put(order)
        return self._answers.get(timeout=ANSWER_S)

    def _stop(self) -> None:
        self._orders.put(None)
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        browser = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                content = PAGE.read_bytes() if self.path == "/" else b""
                self._answer(content, "text/html; charset=utf-8")

            def do_POST(self) -> None:
                """With the answer to one order it asks for the next."""
                body = self.rfile.read(int(self.headers["Content-Length"]))
                browser._answers.put(json.loads(body))
                self._answer(json.dumps(browser._orders.get()).encode(), "application/json")

            def _answer(self, content: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments: Any) -> None:
                pass

        return Handler


class BrowserField:
    """One of the two: textarea or contenteditable."""

    def __init__(self, screen: Screen, browser: Browser, name: str) -> None:
        self._screen = screen
        self._browser = browser
        self._name = name

    @property
    def process(self) -> subprocess.Popen[str]:
        return self._browser.process

    @property
    def text(self) -> str:
        return str(self._browser.ask("text", self._name))

    def ready(self) -> None:
        self._screen.focus(self._browser.window)
        self._browser.ask("clear", self._name)
