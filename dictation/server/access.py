"""Who may come in."""

from __future__ import annotations

import hmac
import ipaddress
import os
import secrets
import socket
import stat
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dictation.errors import TokenFileUnusable
from dictation.translation import Phrase

TOKEN_BYTES = 32
_LONGEST_FILE = 4_096


@dataclass(frozen=True, slots=True)
class Access:
    """What a request must show."""

    token: str | None
    """None: nothing, for only this machine can reach the server."""
    names: frozenset[str]
    """By which the server may be asked, besides addresses."""

    def knows_host(self, header: str) -> bool:
        """Whether a Host header names this server.

        A page of a stranger whose name was made to resolve to this machine still asks by that name
        (DNS rebinding); an address cannot be made to mean another.
        """
        name = _host_of(f"//{header}")
        return name is not None and (_is_address(name) or name in self.names)

    def knows_origin(self, origin: str) -> bool:
        """Whether a page that a browser says it shows is one of this server."""
        scheme, _, rest = origin.partition("://")
        return scheme in ("http", "https") and self.knows_host(rest)

    def admits(self, token: str) -> bool:
        """Whether this is the token, in a time that tells nothing of it."""
        if self.token is None:
            return True
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode())


def own_names(more: Collection[str]) -> frozenset[str]:
    """By which this machine is known, without asking anybody; more: others."""
    machine = socket.gethostname().lower()
    names = {"localhost", machine, f"{machine}.local", machine.partition(".")[0]}
    return frozenset(names | {name.lower() for name in more})


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_token(file: Path) -> str | None:
    """None if there is no such file. Raises TokenFileUnusable."""
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            content = opened.read(_LONGEST_FILE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TokenFileUnusable(file=file, reason=error.strerror) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise TokenFileUnusable(
            file=file, reason=Phrase("others may read it; chmod 600 makes it private")
        )
    try:
        token = content.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise TokenFileUnusable(file=file, reason=Phrase("it is not plain text")) from error
    if len(token) < TOKEN_BYTES or not token.isprintable() or " " in token:
        raise TokenFileUnusable(
            file=file, reason=Phrase("{number} characters at least are needed", number=TOKEN_BYTES)
        )
    return token


def make_token(file: Path) -> str:
    """A new one, in a file for its owner alone. Raises TokenFileUnusable."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as written:
            written.write(f"{token}\n")
    except OSError as error:
        raise TokenFileUnusable(file=file, reason=error.strerror) from error
    return token


def _host_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises what else nobody would see
        if parts.path or parts.query or parts.fragment or parts.username is not None:
            return None
        return parts.hostname
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
