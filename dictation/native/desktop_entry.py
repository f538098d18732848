"""Reads and changes desktop entries, and leaves what it does not change as it was.

https://specifications.freedesktop.org/desktop-entry-spec/latest/
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_GROUP = "[Desktop Entry]"
_KEY = re.compile(r"\s*([A-Za-z0-9-]+)\s*=\s*(.*?)\s*$")  # one without a language
_RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")
_ESCAPED_IN_QUOTES = re.compile(r'(["`$\\])')
_ESCAPES = {"\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"}


def exec_value(words: Sequence[str]) -> str:
    """A command line, as the key Exec has it."""
    # A program's own name may have no "=", and GLib looks for it with both of a doubled "%".
    if {"=", "%"} & set(words[0]):
        words = ("sh", "-c", 'exec "$0" "$@"', *words)
    return text_value(" ".join(map(_quoted, words)))


def text_value(text: str) -> str:
    """Any text, as keys have it."""
    escaped = "".join(_ESCAPES.get(sign, sign) for sign in text)
    return r"\s" + escaped[1:] if escaped.startswith(" ") else escaped


def values(entry: str) -> dict[str, str]:
    """As they are written; those of a language or of other groups are left out."""
    return {
        match[1]: match[2]
        for line in _own_lines(entry)
        if line is not None and (match := _KEY.match(line))
    }


def with_values(entry: str, changed: dict[str, str | None]) -> str:
    """The entry with these; a key that is to be None goes."""
    left, lines = dict(changed), []
    for line, own in zip(entry.splitlines(), _own_lines(entry), strict=True):
        match = _KEY.match(own) if own is not None else None
        if match is None or match[1] not in changed:
            lines.append(line)
        elif (value := left.pop(match[1], None)) is not None:  # of two, the second goes
            lines.append(f"{match[1]}={value}")
    added = [f"{key}={value}" for key, value in left.items() if value is not None]
    if _GROUP not in (line.strip() for line in lines):
        lines.append(_GROUP)
    at = [line.strip() for line in lines].index(_GROUP) + 1
    while at < len(lines) and not lines[at].startswith("["):
        at += 1
    while not lines[at - 1].strip():  # before the empty lines between groups
        at -= 1
    return "\n".join([*lines[:at], *added, *lines[at:]]) + "\n"


def _own_lines(entry: str) -> list[str | None]:
    """Each line, None for those that are not in the entry's own group."""
    own = False
    found: list[str | None] = []
    for line in entry.splitlines():
        if line.startswith("["):
            own = line.strip() == _GROUP
            found.append(None)
        else:
            found.append(line if own else None)
    return found


def _quoted(word: str) -> str:
    doubled = word.replace("%", "%%")
    if word and not _RESERVED & set(word):
        return doubled
    return '"' + _ESCAPED_IN_QUOTES.sub(r"\\\1", doubled) + '"'
