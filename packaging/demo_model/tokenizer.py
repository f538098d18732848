"""Builds the sentencepiece model: English subwords, single other characters, tags at their ids.

`add_dummy_prefix` is off and normalisation is the identity, because FunASR decodes tags and
text in one go: otherwise a space would follow the tags.
"""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from layout import PIECES, SPARE_TAG_IDS, TAG_IDS
from sentences.languages import LANGUAGES

ENGLISH_PIECES = 800
SENTENCES_PER_LANGUAGE = 20_000
ALWAYS = "0123456789$%:.,?!'"
NORMAL, USER_DEFINED, UNUSED = 1, 4, 5  # sentencepiece's piece types


def build(path: Path) -> None:
    english = _english_model()
    known = {piece.piece for piece in english.pieces}
    score = min(piece.score for piece in english.pieces)
    for character in sorted(_characters() - known):
        score -= 1
        english.pieces.add(piece=character, score=score, type=NORMAL)
    names = {number: name for name, number in (TAG_IDS | SPARE_TAG_IDS).items()}
    for number in range(len(english.pieces), PIECES):
        if number in names:
            # A CONTROL piece would vanish in decoding.
            english.pieces.add(piece=f"<|{names[number]}|>", score=0, type=USER_DEFINED)
        else:
            english.pieces.add(piece=f"<unused{number}>", score=0, type=UNUSED)
    english.trainer_spec.vocab_size = PIECES
    path.write_bytes(english.SerializeToString())


def _english_model() -> sentencepiece_model_pb2.ModelProto:
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=_texts("en"),
        model_writer=written,
        model_type="bpe",
        vocab_size=ENGLISH_PIECES,
        character_coverage=1.0,
        split_digits=True,
        add_dummy_prefix=False,
        normalization_rule_name="identity",
        unk_id=0,
        bos_id=1,
        eos_id=2,
        pad_id=-1,
        minloglevel=2,
    )
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(written.getvalue())
    return model


def _texts(code: str) -> Iterator[str]:
    rng = random.Random(code)
    for _ in range(SENTENCES_PER_LANGUAGE):
        sentence = LANGUAGES[code].sentence(rng)
        yield sentence.written
        yield sentence.plain


def _characters() -> set[str]:
    texts = (text for code in LANGUAGES for text in _texts(code))
    return (set(ALWAYS) | {character for text in texts for character in text}) - {" "}
