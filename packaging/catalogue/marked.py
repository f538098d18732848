"""Finds the sentences that are marked for translation, in Python, HTML and JavaScript."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_MARKS = {"_": 1, "N_": 1, "Phrase": 1, "ngettext": 2}
"""What marks a sentence, and how many forms of it are given."""
_TEMPLATES = ("template", "remedy_template")  # of every error
_HTML = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)
_JS = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"\)')


@dataclass(frozen=True, slots=True)
class Sentence:
    """As it is in English; ``many`` is empty unless its form depends on a number."""

    one: str
    many: str = ""


class NotPlain(ValueError):
    """A sentence that is put together before it is marked: no catalogue can hold it."""


def sentences(root: Path = ROOT) -> dict[Sentence, list[str]]:
    """All of them in the order of the files, each with the files it is in. Raises NotPlain."""
    found: dict[Sentence, list[str]] = {}
    for file in _sources(root):
        place = file.relative_to(root).as_posix()
        for sentence in _in_file(file, place):
            places = found.setdefault(sentence, [])
            if place not in places:
                places.append(place)
    return found


def in_python(code: str, place: str = "") -> Iterator[Sentence]:
    """place: for NotPlain."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call():
                yield from _of_call(node, place)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                if name in _TEMPLATES and text:
                    yield Sentence(text)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
                if name in _TEMPLATES and text:
                    yield Sentence(text)


def is_mark(call: ast.Call) -> bool:
    """Whether it marks a sentence or shows it translated."""
    return _name(call.func) in _MARKS


def _sources(root: Path) -> list[Path]:
    pages = [root / "resources" / "server" / name for name in ("page.html", "page.js")]
    return [*sorted((root / "dictation").rglob("*.py")), *(page for page in pages if page.exists())]


def _in_file(file: Path, place: str) -> Iterator[Sentence]:
    text = file.read_text(encoding="utf-8")
    match file.suffix:
        case ".html":
            yield from (Sentence(found) for found in _HTML.findall(text) if found != "en")
        case ".js":
            yield from (Sentence(found) for found in _JS.findall(text))
        case _:
            yield from in_python(text, place)


def _of_call(call: ast.Call, place: str) -> Iterator[Sentence]:
    forms = _MARKS.get(_name(call.func), 0)
    if not forms or len(call.args) < forms:
        return
    given = [list(_texts(argument, place)) for argument in call.args[:forms]]
    for texts in zip(*given, strict=True):
        if texts[0]:
            yield Sentence(*texts)


def _texts(node: ast.expr, place: str) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body, place)
            yield from _texts(orelse, place)
        case ast.JoinedStr() | ast.BinOp():
            raise NotPlain(f"{place}:{node.lineno}: {ast.unparse(node)}")


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
