"""Which tokens cannot be text in the languages that may be spoken: their scripts are others'."""

from __future__ import annotations

import re
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dictation.speech import Language

# Letters and their marks, half width too. The middle dot ・ is no letter: Chinese has it in names.
_KANA = re.compile(r"[\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc]")
# Han and Latin belong to every language here: a Korean sentence may hold both.
_SCRIPTS = {Language.JAPANESE: _KANA, Language.KOREAN: _HANGUL}


class Vocabulary(Protocol):
    """What is needed of the SentencePiece model."""

    def id_to_piece(self, id: int) -> str: ...
    def get_piece_size(self) -> int: ...


class Scripts:
    """Knows the tokens of each script. Pieces are looked through once, when first needed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[frozenset[Language], NDArray[np.int64] | None] = {}

    def barred(self, enabled: frozenset[Language]) -> NDArray[np.int64] | None:
        """Ids of the tokens with kana unless Japanese is enabled, with Hangul unless Korean is.

        None: there are none.
        """
        foreign = frozenset(_SCRIPTS.keys() - enabled)
        if foreign not in self._known:
            self._known[foreign] = self._tokens_of(foreign)
        return self._known[foreign]

    def _tokens_of(self, languages: frozenset[Language]) -> NDArray[np.int64] | None:
        scripts = [_SCRIPTS[language] for language in languages]
        ids = [
            id
            for id in range(self._vocabulary.get_piece_size())
            if any(script.search(self._vocabulary.id_to_piece(id)) for script in scripts)
        ]
        return np.array(ids, np.int64) if ids else None
