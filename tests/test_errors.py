"""Every error says what happened and what to do, and survives the pipe between processes."""

from __future__ import annotations

import inspect
import pickle
import string

import pytest

from dictation import errors
from dictation.errors import DictationError

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, DictationError) and kind is not DictationError and "template" in vars(kind)
]


def example(kind: type[DictationError]) -> DictationError:
    templates = kind.template + kind.remedy_template
    fields = [(name, form) for _, name, form, _ in string.Formatter().parse(templates) if name]
    return kind(**{name: 30 if form else f"some {name}" for name, form in fields})


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_a_sentence_with_a_remedy(kind: type[DictationError]) -> None:
    error = example(kind)

    assert str(error)[0].isupper() or str(error).startswith("some ")
    assert str(error).endswith(".")
    assert error.remedy
    assert error.exit_code not in (0, 1)
    assert "{" not in str(error) + error.remedy


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_crosses_the_pipe_unchanged(kind: type[DictationError]) -> None:
    error = example(kind)

    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is kind
    assert (str(copy), copy.remedy) == (str(error), error.remedy)
