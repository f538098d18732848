"""Says what is wrong with a translation."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

_PERCENT = re.compile(r"%(?:\([a-z_]+\))?[sdrfg]|%%")
_MNEMONIC = re.compile(r"&[A-Za-z](?!\w*;)")
_WIDE_MARKS = "：，；"  # they bring a space of their own
_ENDS = {".": "。", "…": "…", ":": "：", "?": "？", "!": "！"}


def faults(catalogue: Catalog) -> Iterator[str]:
    """A line for each sentence that cannot be used as it is translated."""
    for message in catalogue:
        if not message.id:
            continue
        for fault in _of(message, catalogue.num_plurals):
            yield f"{fault}: {forms(message.id)[0]!r}"


def forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """Of a sentence or a translation."""
    if text is None:
        return []
    return [text] if isinstance(text, str) else list(text)


def _of(message: Message, plurals: int) -> Iterator[str]:
    wanted = plurals if isinstance(message.id, list | tuple) else 1
    given = [text for text in forms(message.string) if text]
    if message.fuzzy:
        yield "unsure (fuzzy)"
    if not given:
        yield "not translated"
    elif len(given) != wanted:
        yield f"{len(given)} forms instead of {wanted}"
    original = forms(message.id)[-1]
    for text in given:
        if fields(text) != fields(original):
            yield f"other fields, {sorted(fields(text))}"
        if (end := _ENDS.get(original[-1])) and not text.endswith(end):
            yield f"does not end in {end}"
        if bool(_MNEMONIC.search(original)) != bool(_MNEMONIC.search(text)):
            yield "only one of them has a letter to press, such as &S"
        if _spaces(original) != _spaces(text) and text[-1] not in _WIDE_MARKS:
            yield "begins or ends with another space"


def _spaces(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def fields(text: str) -> frozenset[str]:
    """What is filled in: names in braces with their form, and those of %."""
    percent = frozenset(_PERCENT.findall(text))
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:  # braces that mean nothing, such as of JSON
        return percent
    braces = {f"{{{name}:{form}}}" for _, name, form, _ in parsed if name is not None}
    return percent | braces
