"""SenseVoice's tags: what frames 0 to 3 say of a unit. Raw tags never leave this module."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from dictation.errors import ModelDamaged
from dictation.recognition.ctc import posterior
from dictation.speech import Emotion, Event, Language, TextStyle
from dictation.translation import Phrase

_LANGUAGE_FRAME, _EMOTION_FRAME, _EVENT_FRAME, _STYLE_FRAME = range(4)
# With and without inverse text normalisation; every other tag is named as its enum's value.
_STYLE_TAGS = {TextStyle.WRITTEN: "withitn", TextStyle.SPOKEN: "woitn"}
_TAG = re.compile(r"<\|[^|<>]*\|>")

Kind = TypeVar("Kind", bound=StrEnum)


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
    """The most probable of all, enabled or not."""
    languages: Mapping[Language, float]
    """The posterior among the enabled languages and NO_SPEECH."""
    speech_probability: float
    """That of any language, enabled or not."""
    emotion: Emotion
    emotion_probability: float
    event: Event
    event_probability: float
    style: TextStyle
    style_probability: float


class TagReader:
    """Reads the tags out of the first four frames of logits.

    Ids are looked up by piece, not written down: those of the events differ between models.
    Raises ModelDamaged if a tag of language, emotion or style is missing from the vocabulary.
    """

    def __init__(self, vocabulary: Vocabulary, folder: object) -> None:
        self._languages = _ids(vocabulary, _named(Language))
        self._emotions = _ids(vocabulary, _named(Emotion))
        self._events = _ids(vocabulary, _named(Event))
        self._styles = _ids(vocabulary, _STYLE_TAGS)
        needed = _named(Language) | _named(Emotion) | _STYLE_TAGS
        found = self._languages | self._emotions | self._styles
        missing = [name for kind, name in needed.items() if kind not in found]
        if missing:
            raise ModelDamaged(
                folder=folder,
                reason=Phrase(
                    "its vocabulary lacks the tags {missing}", missing=", ".join(missing)
                ),
            )
        if not self._events:
            raise ModelDamaged(
                folder=folder, reason=Phrase("its vocabulary has no tag of a sound event")
            )
        self._tag_ids = frozenset(
            id
            for id in range(vocabulary.get_piece_size())
            if _TAG.fullmatch(vocabulary.id_to_piece(id))
        )

    def read(self, frames: NDArray[np.float32], enabled: frozenset[Language]) -> Tags:
        """frames: logits of the tag frames, shape (4, vocabulary)."""
        all_languages = _posterior(frames[_LANGUAGE_FRAME], self._languages)
        allowed = {
            language: id
            for language, id in self._languages.items()
            if language in enabled or language is Language.NO_SPEECH
        }
        language, _ = _best(all_languages)
        emotion, emotion_probability = _best(_posterior(frames[_EMOTION_FRAME], self._emotions))
        event, event_probability = _best(_posterior(frames[_EVENT_FRAME], self._events))
        style, style_probability = _best(_posterior(frames[_STYLE_FRAME], self._styles))
        return Tags(
            language,
            _posterior(frames[_LANGUAGE_FRAME], allowed),
            1 - all_languages[Language.NO_SPEECH],
            emotion,
            emotion_probability,
            event,
            event_probability,
            style,
            style_probability,
        )

    def is_tag(self, id: int) -> bool:
        """Whether the token is a tag, which is never text."""
        return id in self._tag_ids


def without_tags(text: str) -> str:
    """Text with everything of the form ``<|…|>`` taken out, also what taking out brings about."""
    while (shorter := _TAG.sub("", text)) != text:
        text = shorter
    return text


def _named(kinds: type[Kind]) -> dict[Kind, str]:
    return {kind: kind.value for kind in kinds}


def _ids(vocabulary: Vocabulary, names: Mapping[Kind, str]) -> dict[Kind, int]:
    """Of the tags that the vocabulary has."""
    found = {tag: vocabulary.piece_to_id(f"<|{name}|>") for tag, name in names.items()}
    return {tag: id for tag, id in found.items() if id != vocabulary.unk_id()}


def _posterior(frame: NDArray[np.float32], ids: Mapping[Kind, int]) -> dict[Kind, float]:
    """Among these tags alone."""
    return dict(zip(ids, posterior(frame[list(ids.values())]).tolist(), strict=True))


def _best(among: Mapping[Kind, float]) -> tuple[Kind, float]:
    kind = max(among, key=among.__getitem__)
    return kind, among[kind]
