"""Tells noise that was read as words from words.

Sureness is the mean confidence of a unit's tokens times the probability that anybody speaks. The
demo model was never surer than that of less than 0.89 of sentences that are clean or 30 dB softer,
0.73 of those with noise at 10 or 5 dB, 0.63 of those at 0 dB (1,700 in all). Of 4,000 pieces of
noise it read 55 as text, 40 of them music of bowed strings, and half of these below 0.65.
"""

from __future__ import annotations

from collections.abc import Sequence

from dictation.recognition.ctc import TokenRun
from dictation.recognition.tags import Tags
from dictation.speech import Event, Language

# Words cut out of a sentence may have no more than this: a short unit has little context.
_LEAST = 0.4
# Music, applause or an unknown sound: words are there as well, or it was taken for words.
_LEAST_BESIDE_SOUNDS = 0.6
# A word in a long sound, and one or two tokens beside another sound, are more often noise.
_LEAST_OF_LITTLE = 0.8
# People say two to four tokens a second, and pauses between two units are left out.
_SPARSE_PER_S = 0.5
_FEW = 2


def is_noise(tags: Tags, text: str, tokens: Sequence[TokenRun], length_s: float) -> bool:
    """Whether a unit of this length holds no words, whatever text it gave."""
    if tags.language is Language.NO_SPEECH or not any(map(str.isalnum, text)):
        return True
    sureness = tags.speech_probability * sum(token.confidence for token in tokens) / len(tokens)
    return sureness < _least(tags.event, len(tokens), length_s)


def _least(event: Event, tokens: int, length_s: float) -> float:
    """The sureness that words must have."""
    if tokens < length_s * _SPARSE_PER_S:
        return _LEAST_OF_LITTLE
    if event is Event.SPEECH:
        return _LEAST
    return _LEAST_OF_LITTLE if tokens <= _FEW else _LEAST_BESIDE_SOUNDS
