"""Which language the command line speaks: asked for, chosen in the settings, or the system's."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Sequence
from pathlib import Path

from dictation import paths, translation

OPTION = "--lang"


def choose_language(arguments: Sequence[str]) -> None:
    """Everything is told in it from now on, the help of the command line too.

    It is looked for before anything else is understood. Of a wrong one argparse tells later, in
    the language that is chosen here without it.
    """
    asked = _asked_for(arguments)
    if asked not in translation.LANGUAGES:
        asked = _set(paths.settings_file())
    translation.use(asked, paths.resource("locale"))


def add_language(parser: argparse.ArgumentParser) -> None:
    """The option, which does nothing any more when it is read here."""
    parser.add_argument(
        OPTION,
        choices=list(translation.LANGUAGES),
        default=argparse.SUPPRESS,
        help=translation._(
            "the language of messages (default: as in the settings, else that of the system)"
        ),
    )


def _asked_for(arguments: Sequence[str]) -> str:
    """The last one, as argparse has it; empty if there is none."""
    asked = ""
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == OPTION and at + 1 < len(arguments):
            asked = arguments[at + 1]
        elif argument.startswith(f"{OPTION}="):
            asked = argument.partition("=")[2]
    return asked


def _set(file: Path) -> str:
    """Of the settings this alone: whatever else is in them is checked by whom it concerns."""
    try:
        chosen = tomllib.loads(file.read_text(encoding="utf-8"))["interface"]["language"]
    except (OSError, ValueError, LookupError, TypeError):  # tomllib's error is a ValueError
        return translation.SYSTEM
    return chosen if isinstance(chosen, str) else translation.SYSTEM
