"""Texts as they are compared, and how many mistakes one makes against another.

For the character error rate (CER) a text is its characters without spaces and punctuation, for the
word error rate (WER) its words without punctuation; both in NFKC form and with case folded.
"""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.distance import Levenshtein

from dictation.speech import Language

# don't, 3.5 and 1,000 stay one word; any other punctuation parts two.
_INSIDE_A_WORD = re.compile(r"(?<=\w)['’](?=\w)|(?<=\d)[.,](?=\d)")
_SPACED = frozenset({Language.ENGLISH, Language.KOREAN})
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")  # kana and Han


def characters(text: str) -> str:
    """What CER compares. Marks of category P go; signs such as $ stay."""
    return "".join(words(text))


def words(text: str) -> list[str]:
    """What WER compares."""
    folded = _INSIDE_A_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())
    # Folding may bring apart what NFKC had put together.
    marked = "".join(
        " " if unicodedata.category(sign)[0] in "PZC" else sign
        for sign in unicodedata.normalize("NFKC", folded)
    )
    return marked.split()


def has_words(language: Language | None, text: str) -> bool:
    """Whether its words are told by spaces; of an unknown language, by the script."""
    if language is None:
        return bool(text) and not _UNSPACED.search(text)
    return language in _SPACED


def wrong_characters(heard: str, said: str) -> int:
    """The least number of characters to insert, delete or replace."""
    return int(Levenshtein.distance(characters(heard), characters(said)))


def wrong_words(heard: str, said: str) -> int:
    """The least number of words to insert, delete or replace."""
    return int(Levenshtein.distance(words(heard), words(said)))
