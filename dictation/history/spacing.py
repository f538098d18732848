"""Text as the full-text index has it, and what is typed into a search field as it is asked for."""

from __future__ import annotations

import re
import unicodedata

# Of scripts whose words stand without spaces, and of Korean, whose words take endings: each
# character is a word of the index, and words of several are phrases. Ranges and no names, so that
# an index written by one version of Python is read by every other.
_SINGLE = re.compile(
    "([\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff])"
)


def spaced(text: str) -> str:
    """With spaces around each character of such scripts; full-width forms as usual ones."""
    return _SINGLE.sub(r" \1 ", unicodedata.normalize("NFKC", text))


def phrases(typed: str) -> str:
    """What FTS5 is asked for: all of these words, in any order, each as the beginning of one.

    Empty where nothing of it is in an index, such as punctuation alone.
    """
    found = (_phrase(word) for word in typed.split())
    return " ".join(phrase for phrase in found if phrase)


def _phrase(word: str) -> str:
    inside = " ".join(spaced(word.replace('"', " ").replace("\0", " ")).split())
    if not any(map(str.isalnum, inside)):
        return ""
    # What ends in a character that is a word of the index begins no longer one; so FTS5 need not
    # gather all that could follow, which takes most of the time.
    return f'"{inside}"' if _SINGLE.match(inside[-1]) else f'"{inside}"*'
