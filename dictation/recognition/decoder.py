"""Decodes one unit: features, logits, tags, text."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import sentencepiece

from dictation.errors import ModelDamaged, ModelFileMissing
from dictation.recognition import languages
from dictation.recognition.backends.contract import Backend, Batching, Question
from dictation.recognition.ctc import Emissions, TokenRun, greedy
from dictation.recognition.features import LFR_FRAME_S, Features
from dictation.recognition.model_folder import ModelFolder
from dictation.recognition.noise import is_noise
from dictation.recognition.options import Options
from dictation.recognition.scripts import Scripts
from dictation.recognition.tags import TagReader, Tags, without_tags
from dictation.recognition.units import Unit
from dictation.speech import Language, Segment, Token
from dictation.translation import Phrase

# A stacked frame is centred on its fourth window: token times start half a frame early.
_HALF_FRAME_S = LFR_FRAME_S / 2
_WORD_START = "\N{LOWER ONE EIGHTH BLOCK}"  # SentencePiece's mark for a space: ▁


def load_vocabulary(model: ModelFolder) -> sentencepiece.SentencePieceProcessor:
    """Raises ModelFileMissing or ModelDamaged."""
    if model.tokenizer is None:
        raise ModelFileMissing(folder=model.folder, file="chn_jpn_yue_eng_ko_spectok.bpe.model")
    vocabulary = sentencepiece.SentencePieceProcessor()
    try:
        vocabulary.LoadFromSerializedProto(model.tokenizer.read_bytes())
    except (OSError, RuntimeError) as error:
        raise ModelDamaged(
            folder=model.folder, reason=Phrase("{name} cannot be read", name=model.tokenizer.name)
        ) from error
    return vocabulary


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit to be decoded."""

    unit: Unit
    options: Options
    earlier: Sequence[Segment]
    """The segments of the take so far."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the model says of a unit when it is asked for one language, or for any."""

    tags: Tags
    runs: list[TokenRun]
    text: str

    def is_noise(self, unit: Unit) -> bool:
        return is_noise(self.tags, self.text, self.runs, unit.length_s)


class Decoder:
    """Turns units into segments. As many threads at a time as the backend can bear."""

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
        self._scripts = Scripts(vocabulary)

    def decode(self, unit: Unit, options: Options, earlier: Sequence[Segment]) -> Segment | None:
        """None where the unit holds no speech.

        earlier: the segments of the take so far.
        """
        return self.decode_all([Asked(unit, options, earlier)])[0]

    def decode_all(self, asked: Sequence[Asked]) -> list[Segment | None]:
        """Of several units of different takes, at once where the backend can do that."""
        found: list[Segment | None] = [None] * len(asked)
        decodings = [self._decoding(each) for each in asked]
        questions = {number: next(decoding) for number, decoding in enumerate(decodings)}
        while questions:
            answers = self._emit(list(questions.values()))
            further = {}
            for number, answer in zip(questions, answers, strict=True):
                try:
                    further[number] = decodings[number].send(answer)
                except StopIteration as end:
                    found[number] = end.value
            questions = further
        return found

    def _emit(self, questions: Sequence[Question]) -> list[Emissions]:
        if len(questions) > 1 and isinstance(self._backend, Batching):
            return self._backend.emit_all(questions)
        return [
            self._backend.emit(asked.features, asked.language, asked.style, asked.barred)
            for asked in questions
        ]

    def _decoding(self, asked: Asked) -> Generator[Question, Emissions, Segment | None]:
        """Asks the model, as often as it takes.

        The model is asked a second time, for one language, where the one that it found by itself
        is not enabled or not that of a take on which a short unit leans.
        """
        unit, options, earlier = asked.unit, asked.options, asked.earlier
        features = self._features(unit.frames)
        enabled = options.languages if options.language is None else frozenset({options.language})
        forced = next(iter(enabled)) if len(enabled) == 1 else None
        barred = self._scripts.barred(enabled)
        emitted = yield Question(features, forced, options.style, barred)
        reading = self._read(emitted, enabled)
        if reading.is_noise(unit):
            return None
        own, heard = reading.tags.language, reading.tags.languages
        language = languages.choose(heard, unit.length_s, earlier)
        if forced is None and language is not own:
            emitted = yield Question(features, language, options.style, barred)
            other = self._read(emitted, enabled)
            if not other.is_noise(unit):
                reading = other
            elif own in enabled:
                language = own  # the take's does not fit, and words are not given up for it
            else:
                return None
        return self._segment(unit, reading, language, heard[language])

    def _read(self, emitted: Emissions, enabled: frozenset[Language]) -> _Reading:
        runs = [run for run in greedy(emitted) if not self._tags.is_tag(run.id)]
        text = without_tags(self._vocabulary.DecodeIds([run.id for run in runs])).strip()
        return _Reading(self._tags.read(emitted.tags, enabled), runs, text)

    def _segment(
        self, unit: Unit, reading: _Reading, language: Language, probability: float
    ) -> Segment:
        tags = reading.tags
        return Segment(
            text=reading.text,
            start_s=unit.start_s,
            end_s=unit.start_s + unit.length_s,
            language=language,
            emotion=tags.emotion,
            event=tags.event,
            style=tags.style,
            language_probability=probability,
            emotion_probability=tags.emotion_probability,
            event_probability=tags.event_probability,
            style_probability=tags.style_probability,
            tokens=tuple(self._token(run, unit) for run in reading.runs),
        )

    def _token(self, run: TokenRun, unit: Unit) -> Token:
        start_s = max(0.0, run.first_frame * LFR_FRAME_S - _HALF_FRAME_S)
        end_s = min(unit.length_s, run.end_frame * LFR_FRAME_S - _HALF_FRAME_S)
        return Token(
            text=self._vocabulary.IdToPiece(run.id).replace(_WORD_START, " "),
            start_s=unit.start_s + start_s,
            end_s=unit.start_s + end_s,
            confidence=run.confidence,
        )
