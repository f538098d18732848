"""One sentence in the three forms that speech recognition needs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A part of a sentence, such as a word or an amount.

    written: as typed with inverse text normalisation, "$25".
    plain: as typed without it, "twenty five dollars".
    spoken: as given to a synthesiser; differs from `plain` where the script does not say how a
        word sounds (Japanese kanji).
    """

    written: str
    plain: str
    spoken: str

    @classmethod
    def same(cls, text: str) -> "Piece":
        return cls(text, text, text)


@dataclass(frozen=True)
class Sentence:
    """A whole sentence; forms as in `Piece`, `plain` without punctuation or capitals.

    stock: the sentence is a fixed phrase ("New line."), which no split can hold out because
        whoever tries the model expects it.
    """

    written: str
    plain: str
    spoken: str
    stock: bool = False
