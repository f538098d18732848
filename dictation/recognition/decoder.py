"""Decodes one unit: features, logits, tags, text."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import sentencepiece
from numpy.typing import NDArray

from dictation.errors import ModelDamaged, ModelFileMissing
from dictation.recognition.ctc import TokenRun, greedy
from dictation.recognition.features import LFR_FRAME_S, Features
from dictation.recognition.model_folder import ModelFolder
from dictation.recognition.tags import TAG_FRAMES, TagReader, without_tags
from dictation.recognition.units import Unit
from dictation.speech import SAMPLE_RATE_HZ, Event, Language, Segment, TextStyle, Token

# A stacked frame is centred on its fourth window: token times start half a frame early.
_HALF_FRAME_S = LFR_FRAME_S / 2
_WORD_START = "\N{LOWER ONE EIGHTH BLOCK}"  # SentencePiece's mark for a space: ▁
# Text that comes with the event "unknown" is noise read as words unless the model is this sure.
_SURE = 0.6


class Backend(Protocol):
    """Whatever computes SenseVoice's logits."""

    def logits(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> NDArray[np.float32]:
        """features: shape (frames, 560). Float32, shape (4 + frames, vocabulary)."""
        ...


def load_vocabulary(model: ModelFolder) -> sentencepiece.SentencePieceProcessor:
    """Raises ModelFileMissing or ModelDamaged."""
    if model.tokenizer is None:
        raise ModelFileMissing(folder=model.folder, file="chn_jpn_yue_eng_ko_spectok.bpe.model")
    vocabulary = sentencepiece.SentencePieceProcessor()
    try:
        vocabulary.LoadFromSerializedProto(model.tokenizer.read_bytes())
    except (OSError, RuntimeError) as error:
        raise ModelDamaged(
            folder=model.folder, reason=f"{model.tokenizer.name} cannot be read"
        ) from error
    return vocabulary


class Decoder:
    """Turns units into segments. One thread at a time."""

    def __init__(
        self,
        model: ModelFolder,
        vocabulary: sentencepiece.SentencePieceProcessor,
        backend: Backend,
    ) -> None:
        self._vocabulary = vocabulary
        self._backend = backend
        self._features = Features(model.cmvn)
        self._tags = TagReader(vocabulary, model.folder)

    def decode(self, unit: Unit, language: Language | None, style: TextStyle) -> Segment | None:
        """None where the unit holds no speech."""
        logits = self._backend.logits(self._features(unit.samples), language, style)
        tags = self._tags.read(logits)
        runs = [run for run in greedy(logits[TAG_FRAMES:]) if not self._tags.is_tag(run.id)]
        text = without_tags(self._vocabulary.DecodeIds([run.id for run in runs])).strip()
        if not text or tags.language is Language.NO_SPEECH:
            return None
        if tags.event is Event.UNKNOWN and _mean_confidence(runs) < _SURE:
            return None
        return Segment(
            text=text,
            start_s=unit.start_s,
            end_s=unit.start_s + len(unit.samples) / SAMPLE_RATE_HZ,
            language=tags.language,
            emotion=tags.emotion,
            event=tags.event,
            language_probability=tags.language_probability,
            emotion_probability=tags.emotion_probability,
            event_probability=tags.event_probability,
            tokens=tuple(self._token(run, unit) for run in runs),
        )

    def _token(self, run: TokenRun, unit: Unit) -> Token:
        length_s = len(unit.samples) / SAMPLE_RATE_HZ
        start_s = max(0.0, run.first_frame * LFR_FRAME_S - _HALF_FRAME_S)
        end_s = min(length_s, run.end_frame * LFR_FRAME_S - _HALF_FRAME_S)
        return Token(
            text=self._vocabulary.IdToPiece(run.id).replace(_WORD_START, " "),
            start_s=unit.start_s + start_s,
            end_s=unit.start_s + end_s,
            confidence=run.confidence,
        )


def _mean_confidence(runs: list[TokenRun]) -> float:
    return sum(run.confidence for run in runs) / len(runs)
