"""A model hub on this machine, of which files can be fetched as from ModelScope or Hugging Face.

    with FakeHub({("owner/model", "model.pt"): b"..."}) as hub:
        hub.faults["model.pt"] = [Cut(after_bytes=1000)]
        ...download from hub.url...
        assert hub.requests[-1].byte_range == "bytes=1000-"

It knows the one address that a download asks ModelScope for,
``/api/v1/models/OWNER/NAME/repo?FilePath=...``, and that of Hugging Face, ``/OWNER/NAME/resolve/
REVISION/FILE``, which sends whoever asks on to another place, as the real one does.
"""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PROBE = "bytes=0-0"
"""The range of the short first question, which no fault of a body can touch."""


@dataclass(frozen=True)
class Cut:
    """The connection ends before the body does."""

    after_bytes: int


@dataclass(frozen=True)
class Stall:
    """The connection stays open, but nothing more comes."""

    after_bytes: int


@dataclass(frozen=True)
class Corrupt:
    """The right number of bytes, the last of them wrong."""


@dataclass(frozen=True)
class WrongLength:
    """A whole, faultless answer with another file."""

    body: bytes


@dataclass(frozen=True)
class Status:
    """An error instead of the file; also for the short first question."""

    code: int


Fault = Cut | Stall | Corrupt | WrongLength | Status


@dataclass(frozen=True)
class Request:
    """What the library asked for."""

    path: str
    byte_range: str
    user_agent: str
    authorization: str = ""


@dataclass
class FakeHub:
    """Serves files of models by (hub id, path); ``faults`` are used up one by one."""

    files: Mapping[tuple[str, str], bytes]
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    tls: Path | None = None
    """A file with a key and its certificate; then the address is one of https."""

    def __enter__(self) -> FakeHub:
        hub = self
        self._closing = threading.Event()

        class Handler(_Handler):
            pass

        Handler.hub = hub
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if self.tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.tls)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def transfers(self) -> list[Request]:
        """The requests for bodies, without the short first questions."""
        return [request for request in self.requests if request.byte_range != PROBE]

    def next_fault(self, path: str, byte_range: str) -> Fault | None:
        waiting = self.faults.get(path, [])
        if not waiting or (byte_range == PROBE and not isinstance(waiting[0], Status)):
            return None
        return waiting.pop(0)

    def wait_until_closing(self) -> None:
        self._closing.wait(10)


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if resolved := re.fullmatch(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)", asked.path):
            self._send_on(f"/api/v1/models/{resolved[1]}/repo?FilePath={resolved[2]}")
            return
        path = parse_qs(asked.query).get("FilePath", [""])[0]
        byte_range = self.headers.get("Range", "")
        who = [self.headers.get(name, "") for name in ("User-Agent", "Authorization")]
        self.hub.requests.append(Request(path, byte_range, *who))
        place = re.fullmatch(r"/api/v1/models/([^/]+/[^/]+)/repo", asked.path)
        content = self.hub.files.get((place[1], path)) if place else None
        fault = self.hub.next_fault(path, byte_range)
        if isinstance(fault, Status):
            self._refuse(fault.code)
        elif content is None:
            self._refuse(404)
        else:
            self._serve(content, byte_range, fault)

    def _send_on(self, place: str) -> None:
        self.send_response(302)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _refuse(self, code: int) -> None:
        body = b'{"Code": 1, "Message": "no"}'
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _serve(self, content: bytes, byte_range: str, fault: Fault | None) -> None:
        match fault:
            case Corrupt():
                content = content[:-1] + bytes([content[-1] ^ 1])
            case WrongLength(body):
                content, byte_range = body, ""
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", byte_range)
        if asked:
            start, end = int(asked[1]), int(asked[2] or len(content) - 1)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(content)}")
            content = content[start : end + 1]
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        match fault:
            case Cut(after_bytes):
                self.wfile.write(content[:after_bytes])
                self.close_connection = True
            case Stall(after_bytes):
                self.wfile.write(content[:after_bytes])
                self.hub.wait_until_closing()
                self.close_connection = True
            case _:
                self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Tests print nothing."""
