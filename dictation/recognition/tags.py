"""SenseVoice's tags: what frames 0 to 3 say of a unit. Raw tags never leave this module."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from dictation.errors import ModelDamaged
from dictation.recognition.ctc import posterior
from dictation.speech import Emotion, Event, Language

TAG_FRAMES = 4  # language, emotion, event, inverse text normalisation
_LANGUAGE_FRAME, _EMOTION_FRAME, _EVENT_FRAME = 0, 1, 2
_TAG = re.compile(r"<\|[^|<>]*\|>")

Kind = TypeVar("Kind", Language, Emotion, Event)


class Vocabulary(Protocol):
    """What is needed of the SentencePiece model."""

    def piece_to_id(self, piece: str) -> int: ...
    def id_to_piece(self, id: int) -> str: ...
    def unk_id(self) -> int: ...
    def get_piece_size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of one unit, each with its posterior among the tags of its kind."""

    language: Language
    emotion: Emotion
    event: Event
    language_probability: float
    emotion_probability: float
    event_probability: float


class TagReader:
    """Reads the tags out of the first four frames of logits.

    Ids are looked up by piece, not written down: those of the events differ between models.
    Raises ModelDamaged if a language or emotion tag is missing from the vocabulary.
    """

    def __init__(self, vocabulary: Vocabulary, folder: object) -> None:
        self._languages = _ids(vocabulary, Language)
        self._emotions = _ids(vocabulary, Emotion)
        self._events = _ids(vocabulary, Event)
        for kind, found in ((Language, self._languages), (Emotion, self._emotions)):
            missing = [tag.value for tag in kind if tag not in found]
            if missing:
                raise ModelDamaged(
                    folder=folder, reason=f"its vocabulary lacks the tags {', '.join(missing)}"
                )
        if not self._events:
            raise ModelDamaged(folder=folder, reason="its vocabulary has no tag of a sound event")
        self._tag_ids = frozenset(
            id
            for id in range(vocabulary.get_piece_size())
            if _TAG.fullmatch(vocabulary.id_to_piece(id))
        )

    def read(self, logits: NDArray[np.float32]) -> Tags:
        """logits: float32, shape (frames, vocabulary), frames ≥ 4."""
        language, language_probability = _best(logits[_LANGUAGE_FRAME], self._languages)
        emotion, emotion_probability = _best(logits[_EMOTION_FRAME], self._emotions)
        event, event_probability = _best(logits[_EVENT_FRAME], self._events)
        return Tags(
            language,
            emotion,
            event,
            language_probability,
            emotion_probability,
            event_probability,
        )

    def is_tag(self, id: int) -> bool:
        """Whether the token is a tag, which is never text."""
        return id in self._tag_ids


def without_tags(text: str) -> str:
    """Text with everything of the form ``<|…|>`` taken out, also what taking out brings about."""
    while (shorter := _TAG.sub("", text)) != text:
        text = shorter
    return text


def _ids(vocabulary: Vocabulary, kind: type[Kind]) -> dict[Kind, int]:
    found = {tag: vocabulary.piece_to_id(f"<|{tag.value}|>") for tag in kind}
    return {tag: id for tag, id in found.items() if id != vocabulary.unk_id()}


def _best(frame: NDArray[np.float32], ids: dict[Kind, int]) -> tuple[Kind, float]:
    kinds = list(ids)
    among = posterior(frame[[ids[kind] for kind in kinds]])
    index = int(among.argmax())
    return kinds[index], float(among[index])
