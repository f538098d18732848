"""Says to a person at a terminal what went wrong."""

from __future__ import annotations

import sys

from dictation.errors import DictationError
from dictation.translation import N_

DEMO_MODEL = N_("this is the small demonstration model; it knows only a few hundred words.")


def tell(error: DictationError) -> int:
    """Prints the sentence and the remedy on standard error; the exit code of the error."""
    note(str(error))
    if error.remedy:
        print(f"  {error.remedy}", file=sys.stderr)
    return error.exit_code


def note(sentence: str) -> None:
    """Prints a sentence that is not part of the result, on standard error."""
    print(f"dictation: {sentence}", file=sys.stderr)
