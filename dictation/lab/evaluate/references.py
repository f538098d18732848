"""Reads what was said in recordings, from a file of one of three forms.

- A JSON list of objects: ``file``; its words as ``text``, or as ``itn`` (written, with punctuation
  and digits) and ``plain`` (the bare words); ``language``, ``emotion`` and ``event`` if known.
- Lines of ``file<TAB>text`` or ``file<TAB>text<TAB>language``; a first line that begins with
  ``file`` may name the columns.
- Lines of ``id text``, as Kaldi's files named ``text`` have them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from dictation.lab.evaluate.errors import ReferenceBad, ReferencesUnreadable
from dictation.speech import Emotion, Event, Language, TextStyle

Kind = TypeVar("Kind", bound=StrEnum)

_TEXT_KEYS = {
    TextStyle.WRITTEN: ("itn", "text", "plain"),
    TextStyle.SPOKEN: ("plain", "text", "itn"),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What was said in one recording; None where that is not known."""

    name: str
    """The audio file, with or without its suffix."""
    text: str
    """Empty: nobody speaks."""
    language: Language | None = None
    emotion: Emotion | None = None
    event: Event | None = None


def read_references(file: Path, style: TextStyle) -> tuple[Reference, ...]:
    """style: which text is wanted where the file has several.

    Raises ReferencesUnreadable, or ReferenceBad with the number of the line or entry.
    """
    try:
        content = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReferencesUnreadable(file=file, reason=error.strerror or "unknown") from error
    except UnicodeDecodeError as error:
        raise ReferencesUnreadable(file=file, reason="it is not text in UTF-8") from error
    if content.lstrip().startswith(("[", "{")):
        found = _of_json(file, content, style)
    elif file.suffix == ".tsv" or ("\t" in content and file.name != "text"):
        found = _of_tabs(file, content.splitlines())
    else:
        found = _of_kaldi(content.splitlines())
    return tuple(_each_once(file, found))


def _of_json(file: Path, content: str, style: TextStyle) -> Iterator[tuple[str, Reference]]:
    try:
        entries = json.loads(content)
    except json.JSONDecodeError as error:
        raise ReferenceBad(file=file, place=f"Line {error.lineno}", reason=error.msg) from error
    if not isinstance(entries, list):
        raise ReferenceBad(file=file, place="Line 1", reason="it begins no list")
    for number, entry in enumerate(entries, 1):
        place = f"Entry {number}"
        if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
            raise ReferenceBad(file=file, place=place, reason="it names no file")
        texts = [entry[key] for key in _TEXT_KEYS[style] if isinstance(entry.get(key), str)]
        if not texts:
            raise ReferenceBad(file=file, place=place, reason="it has no text")
        yield (
            place,
            Reference(
                entry["file"],
                texts[0].strip(),
                _tag(file, place, Language, entry.get("language")),
                _tag(file, place, Emotion, entry.get("emotion")),
                _tag(file, place, Event, entry.get("event")),
            ),
        )


def _of_tabs(file: Path, lines: list[str]) -> Iterator[tuple[str, Reference]]:
    for number, line in enumerate(lines, 1):
        place = f"Line {number}"
        fields = [field.strip() for field in line.split("\t")]
        if not any(fields) or (number == 1 and fields[0].lower() == "file"):
            continue
        if len(fields) == 1:
            raise ReferenceBad(file=file, place=place, reason="no tab is in it")
        if len(fields) > 3:
            raise ReferenceBad(file=file, place=place, reason=f"it has {len(fields)} columns")
        if not fields[0]:
            raise ReferenceBad(file=file, place=place, reason="it names no file")
        language = _tag(file, place, Language, fields[2] if len(fields) == 3 else None)
        yield place, Reference(fields[0], fields[1], language)


def _of_kaldi(lines: list[str]) -> Iterator[tuple[str, Reference]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            name, _, text = line.replace("\t", " ").strip().partition(" ")
            yield f"Line {number}", Reference(name, text.strip())


def _tag(file: Path, place: str, kind: type[Kind], value: Any) -> Kind | None:
    if value is None or value == "":
        return None
    if value not in list(kind):
        known = ", ".join(kind)
        raise ReferenceBad(
            file=file, place=place, reason=f"{kind.__name__.lower()} {value} is none of {known}"
        )
    return kind(value)


def _each_once(file: Path, found: Iterable[tuple[str, Reference]]) -> Iterator[Reference]:
    places: dict[str, str] = {}
    for place, reference in found:
        if reference.name in places:
            before = places[reference.name].lower()
            reason = f"{reference.name} stands in {before} already"
            raise ReferenceBad(file=file, place=place, reason=reason)
        places[reference.name] = place
        yield reference
