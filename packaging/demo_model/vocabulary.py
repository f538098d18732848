"""Maps text and tags to the compact ids that training uses.

Only some 1,200 of the 25,055 outputs are ever right; training knows only those, and the
export puts them back to their places. Compact id 0 is real id 0, the CTC blank.
"""

from pathlib import Path

import sentencepiece

from layout import TAG_IDS

WORD_START = "▁"
SHORTEST_PIECE = 0.4  # letters: what punctuation lasts


class Vocabulary:
    """Attributes:

    real_ids: compact id -> id in the tokenizer.
    letters: compact id -> roughly how many letters' time the piece takes to say.
    """

    def __init__(self, model_file: Path) -> None:
        self._model = sentencepiece.SentencePieceProcessor(model_file=str(model_file))
        first_unused = next(i for i in range(3, len(self._model)) if self._model.is_unused(i))
        self.real_ids = [*range(first_unused), *sorted(TAG_IDS.values())]
        self._compact = {real: compact for compact, real in enumerate(self.real_ids)}
        self.letters = [self._letters(self._model.id_to_piece(i)) for i in self.real_ids]

    def __len__(self) -> int:
        return len(self.real_ids)

    def encode(self, text: str) -> list[int]:
        return [self._compact[i] for i in self._model.encode(text)]

    def decode(self, compact_ids: list[int]) -> str:
        return str(self._model.decode([self.real_ids[i] for i in compact_ids]))

    def tag(self, name: str) -> int:
        return self._compact[TAG_IDS[name]]

    @staticmethod
    def _letters(piece: str) -> float:
        spoken = piece.replace(WORD_START, "")
        return max(SHORTEST_PIECE, len(spoken) + 0.3 * piece.startswith(WORD_START))
