"""Where a server is, and what it wants to know before it listens."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dictation import remote_messages
from dictation.errors import ServerAddressWrong, TokenOpen, TokenUnreadable, TokenWrong
from dictation.paths import settings_file
from dictation.settings import RecognitionSettings
from dictation.translation import Phrase

DEFAULT_PORT = 2002
_SECURE = {"http": False, "ws": False, "https": True, "wss": True}
_MOST_TOKEN_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Server:
    """A server of ours."""

    host: str
    port: int = DEFAULT_PORT
    secure: bool = False
    """Whether all that goes there is encrypted."""
    token: str = field(default="", repr=False)
    ca_file: Path | None = None
    """Certificates to trust instead of the system's."""

    @property
    def address(self) -> str:
        """As a person writes it."""
        return f"{'https' if self.secure else 'http'}://{self._place}"

    @property
    def websocket(self) -> str:
        return f"{'wss' if self.secure else 'ws'}://{self._place}{remote_messages.PATH}"

    @property
    def is_near(self) -> bool:
        """Whether it is this machine or its own network, where no proxy leads."""
        if self.host == "localhost":
            return True
        try:
            found = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return found.is_loopback or found.is_private or found.is_link_local

    @property
    def is_overheard(self) -> bool:
        """Whether speech and token cross a network in the clear."""
        if self.secure or self.host == "localhost":
            return False
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return True

    @property
    def _place(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def server_at(address: str, token: str = "", ca_file: Path | None = None) -> Server:
    """address: ``http(s)://host:port``; scheme and port may be left out.

    Raises ServerAddressWrong or TokenWrong.
    """
    if not is_word(token):
        raise TokenWrong
    text = address.strip()
    if any(not character.isprintable() or character.isspace() for character in text):
        raise ServerAddressWrong(address=repr(address), reason=Phrase("there is white space in it"))
    try:
        found = urlsplit(text if "://" in text else f"http://{text}")
        port = found.port
    except ValueError as error:
        raise ServerAddressWrong(address=address, reason=str(error)) from error
    if found.scheme not in _SECURE:
        raise ServerAddressWrong(
            address=address, reason=Phrase("{scheme} is not http or https", scheme=found.scheme)
        )
    if not found.hostname:
        raise ServerAddressWrong(address=address, reason=Phrase("it names no machine"))
    if found.username is not None or found.path not in ("", "/") or found.query or found.fragment:
        raise ServerAddressWrong(
            address=address, reason=Phrase("it has more than a machine and a port")
        )
    return Server(found.hostname, port or DEFAULT_PORT, _SECURE[found.scheme], token, ca_file)


def same_server(one: str, other: str) -> bool:
    """Whether two addresses, however they are written, mean the same place."""
    try:
        return server_at(one).address == server_at(other).address
    except ServerAddressWrong:
        return False


def chosen_server(chosen: RecognitionSettings) -> Server | None:
    """What the user's settings ask for. Raises ServerAddressWrong, TokenUnreadable or TokenOpen."""
    if not (chosen.server and chosen.use_server):
        return None
    token = ""
    if chosen.server_token_file:
        token = read_token(Path(chosen.server_token_file).expanduser())
    elif token_file().exists():
        token, *meant = _lines(token_file())
        # The address may have been changed in the settings file.
        if not (meant and same_server(meant[0], chosen.server)):
            token = ""
    ca_file = Path(chosen.server_ca_file).expanduser() if chosen.server_ca_file else None
    return server_at(chosen.server, token, ca_file)


def token_file() -> Path:
    """Where a token is kept that was entered in the program's own window."""
    return settings_file().parent / "server-token"


def read_token(file: Path) -> str:
    """Raises TokenUnreadable, or TokenOpen where others may read it."""
    token, *more = _lines(file)
    if more:
        raise _not_a_word(file)
    return token


def _lines(file: Path) -> list[str]:
    """At least one, and the first is a token."""
    try:
        if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise TokenOpen(file=file)
        with file.open("rb") as opened:
            text = opened.read(_MOST_TOKEN_BYTES + 1).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else Phrase("it is not plain text")
        raise TokenUnreadable(file=file, reason=reason) from error
    lines = text.splitlines()
    if not lines or len(text) > _MOST_TOKEN_BYTES or not is_word(lines[0]):
        raise _not_a_word(file)
    return lines


def _not_a_word(file: Path) -> TokenUnreadable:
    return TokenUnreadable(file=file, reason=Phrase("it is not one word"))


def keep_token(token: str, address: str) -> None:
    """In its own file, for its owner's eyes alone; an empty one deletes it. Raises OSError.

    token: a word. address: of the server that it is for; it goes to no other.
    """
    file = token_file()
    if not token:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(f"{token}\n{server_at(address).address}\n")
    fresh.replace(file)


def is_word(token: str) -> bool:
    """Whether it can stand in a header: plain characters without a space. An empty one can."""
    return token.isascii() and all(c.isprintable() and not c.isspace() for c in token)
