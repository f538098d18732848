"""Puts what the user wants written in place of what was heard."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Scripts in which a word has no end that can be seen: Chinese and Japanese are written without
# spaces, and Korean particles stand right behind the word.
_SEAMLESS = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3100-\u318f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    "\U00020000-\U0003ffff"
)
_OF_A_WORD = f"[^\\W{_SEAMLESS}]"
_BEGINS_AS_WORD = re.compile(_OF_A_WORD)
_BLANKS = " \t"
_CLINGING = ",.;:!?%)]}…"


class Replacements:
    """What is spoken and what is written for it; built once, used for each text.

    A spoken phrase fits however it is capitalised and spaced, and only as whole words: "cat" is
    not in "concatenate". In scripts whose words have no visible ends it fits anywhere. Of phrases
    that begin at the same place the longest counts, and what was written is not looked at again.
    """

    def __init__(self, *written: Mapping[str, str]) -> None:
        """written: by what is spoken; of a phrase that is in several, the first counts."""
        phrases: dict[str, tuple[str, str]] = {}
        for mapping in written:
            for spoken, text in mapping.items():
                words = " ".join(spoken.split())
                phrases.setdefault(words.casefold(), (words, text))
        phrases.pop("", None)
        longest_first = sorted(phrases.values(), key=lambda phrase: len(phrase[0]), reverse=True)
        self._written = [text for _, text in longest_first]
        pattern = "|".join(f"({_pattern(words)})" for words, _ in longest_first)
        self._pattern = re.compile(pattern, re.IGNORECASE)

    def applied(self, text: str) -> str:
        """The text as it is to be written."""
        if not self._written:
            return text
        done, end = "", 0
        for found in self._pattern.finditer(text):
            done += text[end : found.start()]
            end = found.end()
            written = self._written[(found.lastindex or 1) - 1]
            # A line begins and ends with words, not with the blanks that were between those.
            if written.startswith("\n") or (not written and _wants_no_gap(text[end : end + 1])):
                done = done.rstrip(_BLANKS)
            if written.endswith("\n") or (not written and not done.strip(_BLANKS)):
                end += len(text[end:]) - len(text[end:].lstrip(_BLANKS))
            done += written
        return done + text[end:]


NONE = Replacements()


def _pattern(phrase: str) -> str:
    words = r"\s+".join(map(re.escape, phrase.split()))
    before = f"(?<!{_OF_A_WORD})" if _BEGINS_AS_WORD.match(phrase[0]) else ""
    behind = f"(?!{_OF_A_WORD})" if _BEGINS_AS_WORD.match(phrase[-1]) else ""
    return before + words + behind


def _wants_no_gap(following: str) -> bool:
    """Whether the gap before what was left out is one too many; the text's end follows as ""."""
    return not following or following in _BLANKS + _CLINGING
