"""Reads JSON that a stranger has written: what does not fit raises RemoteNotUnderstood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from dictation.errors import RemoteNotUnderstood
from dictation.translation import Phrase, Words

_MOST_SHOWN = 500  # characters of it that go into a sentence of ours

_Choice = TypeVar("_Choice", bound=StrEnum)


def parsed(text: str | bytes, most_bytes: int) -> dict[str, Any]:
    """An object. NaN, lone surrogates and nesting without end are not accepted anywhere in it."""
    if len(text) > most_bytes:
        refuse(Phrase("a message of {number} bytes", number=len(text)))
    try:
        message = json.loads(text, parse_constant=refuse)
        # A lone surrogate can be escaped in JSON, and never be written anywhere.
        json.dumps(message, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise RemoteNotUnderstood(reason=Phrase("it is not JSON")) from error
    return message if isinstance(message, dict) else refuse(Phrase("it is no object"))


def text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    return value if isinstance(value, str) else _unfit(key, value)


def flag(fields: Mapping[str, Any], key: str) -> bool:
    value = fields.get(key)
    return value if isinstance(value, bool) else _unfit(key, value)


def items(fields: Mapping[str, Any], key: str) -> list[Any]:
    value = fields.get(key)
    return value if isinstance(value, list) else _unfit(key, value)


def choice(fields: Mapping[str, Any], key: str, kind: type[_Choice]) -> _Choice:
    value = text(fields, key)
    try:
        return kind(value)
    except ValueError:
        _unfit(key, value)


def whole(fields: Mapping[str, Any], key: str, most: int) -> int:
    """A whole number from 0 to this."""
    value = fields.get(key)
    # A bool is an int to isinstance.
    return value if type(value) is int and 0 <= value <= most else _unfit(key, value)


def number(fields: Mapping[str, Any], key: str, most: float) -> float:
    """A number from 0 to this."""
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        _unfit(key, value)
    return float(value)


def shown(value: object) -> str:
    """As much of it as a person should see, on one line and without control characters."""
    start = str(value)[:_MOST_SHOWN]
    return " ".join("".join(c if c.isprintable() else " " for c in start).split())


def refuse(reason: Words) -> NoReturn:
    raise RemoteNotUnderstood(reason=reason)


def _unfit(key: str, value: object) -> NoReturn:
    refuse(Phrase("{key} is {value}", key=key, value=shown(value)))
