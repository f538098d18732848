"""What is told in the user's language: gettext, one catalogue for windows, command line and HTTP.

Sentences are marked where they stand, and translated when they are shown, never when a module is
imported: the language can be changed while the program runs. A sentence with fields is translated
as a template and filled in afterwards. ``packaging/translations.py`` finds what is marked.
"""

from __future__ import annotations

import gettext
import locale
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TypeAlias

DOMAIN = "dictation"
SYSTEM = "system"
SOURCE = "en"
LANGUAGES = {SOURCE: "English", "zh_CN": "简体中文"}
"""What there is, by its code, as its own speakers call it."""

_used = SOURCE
_folder: Path | None = None
_here: ContextVar[str | None] = ContextVar("language", default=None)


def use(language: str, folder: Path) -> None:
    """Everything is told in this language from now on.

    language: a key of LANGUAGES, or SYSTEM: as the system is set, English where that is another
    language. folder: holds the catalogues, as gettext lays them out.
    """
    global _used, _folder
    _used = language if language in LANGUAGES else nearest(system_languages())
    _folder = folder


@contextmanager
def told_in(language: str) -> Iterator[None]:
    """What is shown inside is in this key of LANGUAGES, for this thread or asyncio task alone."""
    before = _here.set(language)
    try:
        yield
    finally:
        _here.reset(before)


def used() -> str:
    """The key of LANGUAGES that everything is told in."""
    return _here.get() or _used


def _(message: str) -> str:
    """The sentence in the user's language; itself where there is no translation."""
    return _catalogue().gettext(message) if message else ""  # gettext gives its header for ""


def ngettext(one: str, many: str, number: int) -> str:
    """The form that fits the number; it is filled in by the caller."""
    return _catalogue().ngettext(one, many, number)


def N_(message: str) -> str:
    """Marks a sentence that is kept, and translated with ``_`` when it is shown."""
    return message


class Phrase:
    """A part of a sentence that is translated when it is shown, wherever it was made.

    As a field of a template it is told in the language of the whole; it crosses processes by
    pickle. Its own fields may be phrases too.
    """

    __slots__ = ("fields", "template")

    def __init__(self, template: str, /, **fields: object) -> None:
        self.template = template
        self.fields = fields

    def __str__(self) -> str:
        return _(self.template).format_map(self.fields)

    def __repr__(self) -> str:
        return f"Phrase({self.template!r}, {self.fields})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Phrase):
            return NotImplemented
        return (self.template, self.fields) == (other.template, other.fields)

    def __hash__(self) -> int:
        return hash(self.template)


Words: TypeAlias = str | Phrase
"""Told by a person or a program, or by us."""


def said(error: BaseException) -> Words:
    """What an exception says; a Phrase stays one."""
    only = error.args[0] if len(error.args) == 1 else None
    return only if isinstance(only, Phrase) else str(error)


class EnglishLog(logging.Formatter):
    """A log is read by others than the user: what errors say in it stays English."""

    def format(self, record: logging.LogRecord) -> str:
        with told_in(SOURCE):
            return super().format(record)


def nearest(wished: Sequence[str]) -> str:
    """The first that there is, of locale names such as zh_CN.UTF-8 or en-GB; else English.

    Traditional Chinese is not offered Simplified in its stead.
    """
    for name in wished:
        language, *rest = name.split(".")[0].split("@")[0].replace("-", "_").lower().split("_")
        if language in ("en", "c", "posix"):
            return SOURCE
        if language == "zh" and ("hans" in rest or not {"tw", "hk", "mo", "hant"} & set(rest)):
            return "zh_CN"
    return SOURCE


def accepted(header: str) -> str:
    """The key of LANGUAGES that an Accept-Language header of HTTP wishes for most.

    Without one that there is: the one in use.
    """
    wishes = []
    for part in header.split(","):
        name, _semicolon, weight = part.strip().partition(";q=")
        try:
            weighs = float(weight or 1)
        except ValueError:
            weighs = 0.0
        if name and name != "*" and weighs > 0:
            wishes.append((weighs, name))
    names = [name for _weight, name in sorted(wishes, key=lambda wish: -wish[0])]
    return nearest(names) if names else used()


def system_languages() -> list[str]:
    """What the system is set to, the most wished for first; as gettext looks for it."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value.split(":")
    if sys.platform == "win32":
        import ctypes

        code = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return [locale.windows_locale.get(code, "")]
    if sys.platform == "darwin":  # a program that the Finder started has no such variables
        from Foundation import NSLocale

        return [str(name) for name in NSLocale.preferredLanguages()]
    return []


def _catalogue() -> gettext.NullTranslations:
    return _loaded(_folder, used())


@cache
def _loaded(folder: Path | None, language: str) -> gettext.NullTranslations:
    if folder is None or language == SOURCE:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, folder, languages=[language], fallback=True)
