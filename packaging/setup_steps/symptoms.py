"""Tells from the output of a failed command which fault it was."""

from __future__ import annotations

import errno
import re
import sys
from typing import TYPE_CHECKING

from setup_steps.faults import (
    AptLocked,
    AptPackageUnknown,
    CertificateRefused,
    CommandFailed,
    CommandKilled,
    CompilerMissing,
    DiskFull,
    NoNetwork,
    NothingFits,
    NotPermitted,
    SetupFault,
    VenvModuleMissing,
)

if TYPE_CHECKING:
    from setup_steps.commands import Outcome

# The first that matches wins: a disk that is full or a network that is down makes pip say later
# that no version was found, so causes stand above consequences.
_SIGNS: tuple[tuple[re.Pattern[str], type[SetupFault]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), fault)
    for pattern, fault in (
        (r"No space left on device|Disk quota exceeded|not enough free space", DiskFull),
        (r"Could not get lock|Unable to acquire the dpkg|Unable to lock directory", AptLocked),
        (r"Unable to locate package|has no installation candidate", AptPackageUnknown),
        (r"ensurepip is not available|No module named '?(venv|ensurepip)", VenvModuleMissing),
        (r"CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerification", CertificateRefused),
        (
            r"Temporary failure|Name or service not known|NewConnectionError|ConnectTimeout"
            r"|ReadTimeout|NameResolutionError|Network is unreachable|Connection refused"
            r"|ProxyError|Max retries exceeded|Could not resolve|Could not connect"
            r"|Failed to fetch",
            NoNetwork,
        ),
        (
            r"Permission denied|Read-only file system|Operation not permitted|\[Errno 13\]",
            NotPermitted,
        ),
        (
            r"command '\S*(gcc|cc|g\+\+|clang)\S*' failed|unable to execute '\S*(gcc|cc)"
            r"|Python\.h: No such file",
            CompilerMissing,
        ),
        (
            r"ResolutionImpossible|No matching distribution found|Could not find a version",
            NothingFits,
        ),
    )
)
_ERROR_LINE = re.compile(r"\s*(error|fatal|E)\b|.*(Errno|Error: |failed)", re.IGNORECASE)
_EVIDENCE_LINES = 3
_EVIDENCE_WIDTH = 160  # pip writes whole Python objects into its warnings


def fault_of(what: str, outcome: Outcome) -> SetupFault:
    """what: the thing attempted, as the subject of a sentence ("Installing PyTorch")."""
    fields: dict[str, object] = {
        "what": what,
        "code": outcome.code,
        "signal": -outcome.code,
        "python": ".".join(map(str, sys.version_info[:2])),
        "line": "sudo apt-get install -y build-essential python3-dev",
    }
    if outcome.code < 0:
        return CommandKilled(evidence=telling_lines(outcome.lines), **fields)
    for sign, fault in _SIGNS:
        if told := next((line for line in outcome.lines if sign.search(line)), None):
            return fault(evidence=telling_lines(outcome.lines, first=told), **fields)
    return CommandFailed(evidence=telling_lines(outcome.lines), **fields)


def fault_of_error(what: str, error: OSError) -> SetupFault:
    """The same for what this script itself may not write."""
    evidence = (str(error),)
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return DiskFull(evidence=evidence, what=what)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return NotPermitted(evidence=evidence, what=what)
        case _:
            return CommandFailed(evidence=evidence, what=what, code=error.errno)


def telling_lines(lines: tuple[str, ...], *, first: str = "") -> tuple[str, ...]:
    """The last few lines that speak of an error, or else simply the last few, after the first."""
    spoken = [line for line in lines if line.strip()]
    errors = [line for line in spoken if _ERROR_LINE.match(line)]
    last = (errors or spoken)[-_EVIDENCE_LINES:]
    chosen = [first, *last] if first and first not in last else last
    return tuple(shortened(line.strip()) for line in dict.fromkeys(chosen))


def shortened(line: str) -> str:
    """The beginning and the end of a line that is too long."""
    if len(line) <= _EVIDENCE_WIDTH:
        return line
    half = (_EVIDENCE_WIDTH - len(" ... ")) // 2
    return f"{line[:half]} ... {line[-half:]}"
