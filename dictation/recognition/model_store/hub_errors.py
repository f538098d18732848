"""Turns what modelscope, requests and urllib3 raise into errors of ours.

modelscope wraps requests, which wraps urllib3, which wraps sockets; its own words are of no use to
a user. What really happened is in the chain of causes, so each case looks for its mark in there.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import urllib3.exceptions

from dictation.errors import (
    HubAnswered,
    HubCut,
    HubError,
    HubFault,
    HubFileMissing,
    HubFileWrong,
    HubNotTrusted,
    HubProxyRefused,
    HubStalled,
    HubsUnreachable,
    HubUnreachable,
)
from dictation.recognition.model_store.disk_errors import disk_error, is_disk_error
from dictation.recognition.model_store.pins import Model, PinnedFile
from dictation.translation import Phrase, Words

_NOT_FOUND = 404
_PROXY_AUTHENTICATION = 407


class Answered(Exception):
    """A hub that we ask ourselves gives an error instead of the file."""

    def __init__(self, status_code: int) -> None:
        super().__init__(status_code)
        self.status_code = status_code


class WrongContent(Exception):
    """What came from a hub that we ask ourselves is not the pinned file."""


_WRONG = ("FileIntegrityError", "FileSizeMismatchError", WrongContent.__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """What was being fetched, from where, to where."""

    model: Model
    file: PinnedFile
    endpoint: str
    folder: Path

    @property
    def host(self) -> str:
        return urlsplit(self.endpoint).hostname or self.endpoint


def together(failures: list[HubError]) -> HubError:
    """What is told where several hubs were asked in vain: the first, unless none can be reached."""
    unreachable = [each for each in failures if isinstance(each, HubUnreachable)]
    if len(failures) < 2 or len(unreachable) < len(failures):
        return failures[0]
    hosts = ", ".join(dict.fromkeys(str(each.fields["host"]) for each in unreachable))
    return HubsUnreachable(hosts=hosts, reason=unreachable[0].fields["reason"])


def hub_error(errand: Errand, error: BaseException) -> HubError:
    """The most specific of our errors for what was raised during an errand."""
    chain = list(_chain(error))
    known = _known(errand, chain)
    if known is not None:
        return known
    if any(_is_transport(each) for each in chain):
        return HubCut(host=errand.host, file=errand.file.name)
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    return HubFault(file=errand.file.name, reason=reason)


def stall_error(errand: Errand, stall_s: float, error: BaseException | None) -> HubError:
    """For an errand stopped because no byte came; ``error`` is what it was retrying over."""
    chain = list(_chain(error))
    known = _known(errand, chain)
    if known is not None:
        return known
    # Stopping shuts the socket down, which urllib3 reports; requests' error is from before that.
    if any(_is_from(each, "requests") for each in chain):
        return HubCut(host=errand.host, file=errand.file.name)
    return HubStalled(file=errand.file.name, stall_s=stall_s)


def _known(errand: Errand, chain: list[BaseException]) -> HubError | None:
    for each in chain:
        if isinstance(each, OSError) and is_disk_error(each):
            return disk_error(errand.folder, errand.file.size_bytes, each)
        if type(each).__name__ in _WRONG:
            return HubFileWrong(host=errand.host, name=errand.model.name, file=errand.file.name)
        status: Any = getattr(each, "status_code", None)
        if isinstance(status, int):
            return _answered(errand, status)
    return _unconnected(errand, chain)


def _answered(errand: Errand, status: int) -> HubError:
    if status == _NOT_FOUND:
        return HubFileMissing(host=errand.host, name=errand.model.name, file=errand.file.name)
    if status == _PROXY_AUTHENTICATION:
        return _proxy_refused(errand, Phrase("it wants a name and a password"))
    return HubAnswered(host=errand.host, status=status)


def _unconnected(errand: Errand, chain: list[BaseException]) -> HubError | None:
    for each in chain:
        if _is_bad_address(each):
            reason: Words = Phrase("its address is of no use ({why})", why=each)
            if _proxy(errand.endpoint):
                return _proxy_refused(errand, reason)
            return HubUnreachable(host=errand.host, reason=reason)
        if isinstance(each, urllib3.exceptions.ProxyError):
            # A tunnel that the proxy does not open: "Tunnel connection failed: 403 Forbidden".
            refusal = each.original_error
            return _proxy_refused(errand, _no_connection(chain) or f"{refusal}")
        if isinstance(each, ssl.SSLCertVerificationError):
            return HubNotTrusted(host=errand.host, reason=each.verify_message)
    # requests has this one for a TLS connection that never was; a cut one is none of it.
    for each in chain:
        if _is_from(each, "requests") and type(each).__name__ == "SSLError":
            return HubUnreachable(
                host=errand.host, reason=Phrase("it does not answer as TLS requires")
            )
    reason = _no_connection(chain)
    return HubUnreachable(host=errand.host, reason=reason) if reason else None


def _no_connection(chain: list[BaseException]) -> Words:
    """Why there never was a connection; empty if there was one."""
    if not any(
        isinstance(
            each, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError
        )
        for each in chain
    ):
        return ""
    if any(isinstance(each, socket.gaierror) for each in chain):
        return Phrase("its name is unknown, so there is no network or no name server")
    if any(isinstance(each, ConnectionRefusedError) for each in chain):
        return Phrase("the connection was refused")
    if any(isinstance(each, TimeoutError) for each in chain):
        return Phrase("there was no answer")
    return Phrase("there is no way to it")


def _proxy_refused(errand: Errand, reason: Words) -> HubProxyRefused:
    return HubProxyRefused(
        host=errand.host, proxy=_proxy(errand.endpoint) or Phrase("of this network"), reason=reason
    )


def _proxy(endpoint: str) -> str:
    """The proxy for an address, without the password that may be in it; empty if none is set."""
    proxies = getproxies()
    proxy = urlsplit(proxies.get(urlsplit(endpoint).scheme) or proxies.get("all", ""))
    return proxy.netloc.rpartition("@")[2]


def _is_bad_address(error: BaseException) -> bool:
    # The second are of requests: an unknown kind of proxy, and SOCKS without the package for it.
    return isinstance(error, urllib3.exceptions.LocationValueError) or (
        type(error).__name__ in ("InvalidProxyURL", "InvalidSchema", "InvalidURL")
    )


def _is_transport(error: BaseException) -> bool:
    return isinstance(error, urllib3.exceptions.HTTPError | ConnectionError) or _is_from(
        error, "requests"
    )


def _is_from(error: BaseException, package: str) -> bool:
    return type(error).__module__.partition(".")[0] == package


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and all that led to it, the outermost first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
