"""Finds text for people that is not marked for translation."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.marked import is_mark

# What of these calls a person sees, whatever it looks like: widgets, menus, notifications, the
# command line.
_SHOWN_BY = frozenset(
    (
        "setText",
        "setTitle",
        "setWindowTitle",
        "setToolTip",
        "setStatusTip",
        "setWhatsThis",
        "setPlaceholderText",
        "setAccessibleName",
        "setAccessibleDescription",
        "setInformativeText",
        "setDetailedText",
        "setLabelText",
        "setHeaderLabels",
        "setSuffix",
        "setPrefix",
        "setCancelButtonText",
        "showMessage",
        "addAction",
        "addMenu",
        "addRow",
        "addButton",
        "addItem",
        "addItems",
        "addTab",
        "addSection",
        "insertItem",
        "QAction",
        "QMenu",
        "QLabel",
        "QPushButton",
        "QToolButton",
        "QCheckBox",
        "QRadioButton",
        "QGroupBox",
        "QMessageBox",
        "Notice",
        "Action",
        "Finding",
        "note",
        "print",
        "add_parser",
        "add_subparsers",
        "ArgumentTypeError",
    )
)
_SHOWN_AS = frozenset({"help", "description", "title", "summary", "body", "label"})
_FIELDS_SHOWN = frozenset({"reason", "service", "allowed"})
_TEMPLATES = ("template", "remedy_template")  # of errors, which are found as they are
_LOGS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
# Text for programmers, programs, and the database.
_UNSEEN = frozenset({"compile", "filterwarnings", "execute", "executemany", "executescript"})
_UNSEEN_AS = frozenset({"name", "object_name", "objectName"})  # of threads and widgets
_SQL = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|ALTER|BEGIN|FROM|WHERE|ORDER BY|JOIN)\b"
)
_STYLE = re.compile(r"[^{}]*(\{[^{}]*:[^{}]*;\s*\}\s*)+")  # of widgets
_LETTERS = re.compile(r"[A-Za-z]{2}")
_ONE_WORD = re.compile(r"[A-Z][a-z]{2,}…?")
_WORDS = re.compile(r"[A-Za-z’']{2,}[,.;:…]? \(?[A-Za-z{]|^[A-Z][a-z]+\.$")


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in the code; fields of an f-string are ``{}``."""

    line: int
    text: str


def unmarked(code: str, *, is_of_windows: bool = False) -> Iterator[Literal]:
    """What a person may come to see of this module in English alone.

    That is: any text that is handed to something known to show it, and any other text that reads
    like a sentence. Docstrings, logs, SQL and what only programmers see are not. is_of_windows:
    then a single word with a capital letter is one too, as on a button.
    """
    yield from _Finder(is_of_windows=is_of_windows).found_in(ast.parse(code))


class _Finder:
    def __init__(self, *, is_of_windows: bool) -> None:
        self._is_of_windows = is_of_windows

    def found_in(  # noqa: C901, PLR0911, PLR0912 - it is a table
        self, node: ast.AST, *, is_shown: bool = False
    ) -> Iterator[Literal]:
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Assert():
                return
            case ast.Assign(targets=[ast.Name(id=name)]) if name in (*_TEMPLATES, "__all__"):
                return
            case ast.AnnAssign():
                if node.value is not None and not _is_template(node.target):
                    yield from self.found_in(node.value, is_shown=is_shown)
                return
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for part in (*node.decorator_list, node.args, *node.body):
                    yield from self.found_in(part)
                return
            case ast.arg():
                return
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) if hasattr(builtins, name):
                return
            case ast.Call():
                yield from self._in_call(node)
                return
            case ast.JoinedStr():
                yield from self._in_parts(node, is_shown=is_shown)
                return
            case ast.Constant(value=str(text)):
                if self._is_for_people(text, is_shown=is_shown):
                    yield Literal(node.lineno, text)
                return
        passes_on = isinstance(node, ast.IfExp | ast.BoolOp | ast.BinOp | ast.List | ast.Tuple)
        for child in ast.iter_child_nodes(node):
            yield from self.found_in(child, is_shown=is_shown and passes_on)

    def _in_call(self, call: ast.Call) -> Iterator[Literal]:
        name = _name(call.func)
        if is_mark(call) or name in _UNSEEN or (name in _LOGS and _is_logger(call.func)):
            return
        yield from self.found_in(call.func)
        for argument in call.args:
            yield from self.found_in(argument, is_shown=name in _SHOWN_BY)
        for keyword in call.keywords:
            if keyword.arg in _UNSEEN_AS:
                continue
            shown = (keyword.arg in _SHOWN_AS and name != "FastAPI") or (
                keyword.arg in _FIELDS_SHOWN and name[:1].isupper()
            )
            yield from self.found_in(keyword.value, is_shown=shown)

    def _in_parts(self, joined: ast.JoinedStr, *, is_shown: bool) -> Iterator[Literal]:
        text = "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in joined.values
        )
        if self._is_for_people(text, is_shown=is_shown):
            yield Literal(joined.lineno, text)
        for part in joined.values:
            if isinstance(part, ast.FormattedValue):
                yield from self.found_in(part.value)

    def _is_for_people(self, text: str, *, is_shown: bool) -> bool:
        if _SQL.match(text) or _STYLE.fullmatch(text):
            return False
        if self._is_of_windows and _ONE_WORD.fullmatch(text):
            return True
        if is_shown and " " not in text and not text[:1].isupper():
            return False  # a name, such as of a command, that is the same in all languages
        return bool((_LETTERS if is_shown else _WORDS).search(text))


def _is_template(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id in _TEMPLATES


def _is_logger(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and _name(function.value).endswith("logger")


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
