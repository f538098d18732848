"""What is told in the user's language: gettext, one catalogue for windows, command line and HTTP.

Sentences are marked where they stand, and translated when they are shown, never when a module is
imported: the language can be changed while the program runs. A sentence with fields is translated
as a template and filled in afterwards.
"""

from __future__ import annotations

import gettext
import locale
import os
import sys
from pathlib import Path

DOMAIN = "dictation"
SYSTEM = ""
SOURCE = "en"
LANGUAGES = {SOURCE: "English", "zh_CN": "简体中文"}
"""What there is, by its code, as its own speakers call it."""

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_used = SOURCE


def use(language: str, folder: Path) -> None:
    """Everything is told in this language from now on.

    language: a key of LANGUAGES, or SYSTEM: as the system is set, English where that is another
    language. folder: holds the catalogues, as gettext lays them out.
    """
    global _catalogue, _used
    _used = language if language in LANGUAGES else nearest(system_languages())
    languages = [] if _used == SOURCE else [_used]
    _catalogue = gettext.translation(DOMAIN, folder, languages=languages, fallback=True)


def used() -> str:
    """The key of LANGUAGES that everything is told in."""
    return _used


def _(message: str) -> str:
    """The sentence in the user's language; itself where there is no translation."""
    return _catalogue.gettext(message) if message else ""  # gettext gives its header for ""


def ngettext(one: str, many: str, number: int) -> str:
    """The form that fits the number; it is filled in by the caller."""
    return _catalogue.ngettext(one, many, number)


def N_(message: str) -> str:
    """Marks a sentence that is kept, and translated with ``_`` when it is shown."""
    return message


def nearest(wished: list[str]) -> str:
    """The first that there is, of locale names such as zh_CN.UTF-8 or en-GB; else English.

    Traditional Chinese is not offered Simplified in its stead.
    """
    for name in wished:
        code = name.split(".")[0].split("@")[0].replace("-", "_").lower()
        if code.split("_")[0] == "en" or code in ("c", "posix"):
            return SOURCE
        if code.split("_")[0] == "zh" and not {"tw", "hk", "mo", "hant"} & set(code.split("_")):
            return "zh_CN"
    return SOURCE


def system_languages() -> list[str]:
    """What the system is set to, the most wished for first; as gettext looks for it."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value.split(":")
    if sys.platform == "win32":
        import ctypes

        code = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return [locale.windows_locale.get(code, "")]
    return [locale.getlocale()[0] or ""]
