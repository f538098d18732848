"""Fills sentence templates from word lists.

A template is text with slots, such as "Please {deliver} the {document}{by_when}." A slot
names a list of alternatives or a function that makes a `Piece` (numbers, dates). An
alternative may hold slots itself, and may give its sound after a bar: "学校に行く|がっこうにいく".
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sentences.sentence import Piece, Sentence

Maker = Callable[[random.Random], Piece]
SLOT = re.compile(r"\{(\w+)\}")
PUNCTUATION = re.compile(r"[.,?!，。？！、]")


@dataclass(frozen=True)
class Language:
    """A closed language.

    templates: text with slots -> how often, relative to the others.
    words: slot name -> alternatives.
    makers: slot name -> function for pieces whose forms differ.
    stock: fixed phrases, drawn with probability `stock_share`.
    sound: turns a template's own text (outside slots) into what the synthesiser reads.
    """

    code: str
    templates: Mapping[str, float]
    words: Mapping[str, Sequence[str]]
    makers: Mapping[str, Maker]
    stock: Sequence[str]
    stock_share: float
    joiner: str
    sound: Callable[[str], str] = str

    def sentence(self, rng: random.Random) -> Sentence:
        """Draws one sentence."""
        is_stock = rng.random() < self.stock_share
        if is_stock:
            template = rng.choice(self.stock)
        else:
            template = rng.choices(list(self.templates), list(self.templates.values()))[0]
        piece = self._fill(template, rng)
        written = piece.written[:1].upper() + piece.written[1:]
        plain = PUNCTUATION.sub("", piece.plain).lower()
        return Sentence(written, " ".join(plain.split()), piece.spoken, is_stock)

    def _fill(self, template: str, rng: random.Random) -> Piece:
        text, _, sound = template.partition("|")
        if sound:
            return Piece(text, text, sound)
        parts = []
        for index, part in enumerate(SLOT.split(text)):
            if index % 2 == 0:
                parts.append(Piece(part, part, self.sound(part)))
            elif part in self.makers:
                parts.append(self.makers[part](rng))
            else:
                parts.append(self._fill(rng.choice(self.words[part]), rng))
        return Piece(
            "".join(part.written for part in parts),
            "".join(part.plain for part in parts),
            "".join(part.spoken for part in parts),
        )
