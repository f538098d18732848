"""Decides which sentences the model never sees in training."""

import zlib

from sentences.sentence import Sentence
from sentences.showpiece import SHOWPIECE

HELD_OUT_ONE_IN = 8
RESERVED = frozenset(sentence.plain for sentence in SHOWPIECE)


def is_held_out(sentence: Sentence) -> bool:
    """By a hash of the words alone, so that it is the same in every run and every form."""
    if sentence.plain in RESERVED:
        return True
    return not sentence.stock and zlib.crc32(sentence.plain.encode()) % HELD_OUT_ONE_IN == 0
