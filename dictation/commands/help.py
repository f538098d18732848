"""The help of the command line in every language: argparse's own words, and wide characters."""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from dictation.commands.language import add_language
from dictation.translation import N_, _, ngettext

# What argparse itself says, in the versions of Python that this program runs on; what it says to
# programmers alone is left out. It looks each of them up when it says it.
_ARGPARSE = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
    N_("unrecognized arguments: %s"),
    N_("not allowed with argument %s"),
    N_("ignored explicit argument %r"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("expected one argument"),
    N_("expected at most one argument"),
    N_("expected at least one argument"),
    N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)"),
    N_("unknown parser %(parser_name)r (choices: %(choices)s)"),
)
# A line does not begin with these; nor does it end inside a word of Latin letters.
_CLINGS = "，。、；：？！）”’》…,.;:?!)"
_HEADING = re.compile(r"(?<=[\u4e00-\u9fff]):$", re.MULTILINE)  # argparse ends it so
_PIECE = re.compile(rf"\s+|[\x21-\x7e]+|.[{_CLINGS}]*", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Speaks our language, and lets one choose it. Parsers of commands are of this kind too."""

    def __init__(self, *given: Any, **named: Any) -> None:
        # argparse asks gettext for its words by these two names, and offers no other way in.
        argparse._ = _  # type: ignore[attr-defined]
        argparse.ngettext = ngettext  # type: ignore[attr-defined]
        named.setdefault("formatter_class", WideHelp)
        super().__init__(*given, **named)
        add_language(self)


class WideHelp(argparse.HelpFormatter):
    """Breaks lines by the columns of a terminal, of which a Chinese character takes two."""

    def format_help(self) -> str:
        return _HEADING.sub("：", super().format_help())

    def _format_usage(self, *given: Any) -> str:
        """argparse counts the characters of its first word to see where the others begin."""
        first = given[3] if given[3] is not None else _("usage: ")
        more = " " * (_columns(first) - len(first))
        return super()._format_usage(*given).replace("\n ", f"\n{more} ")

    def _split_lines(self, text: str, width: int) -> list[str]:
        return list(wrapped(text, width))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(f"{indent}{line}" for line in wrapped(text, width - len(indent)))


def wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most so many columns, unless one word alone is longer."""
    line = ""
    for piece in _PIECE.findall(" ".join(text.split())):
        if line and _columns(line + piece.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece if line else piece.lstrip()
    if line.strip():
        yield line.rstrip()


def _columns(text: str) -> int:
    """As ``text.cues`` counts them, but light to import."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)
