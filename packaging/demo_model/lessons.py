"""Draws training batches: which clips, how long, with which queries and targets."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from layout import (
    AUTO_QUERY,
    FRAME_DIMENSIONS,
    LANGUAGE_QUERIES,
    TAGS,
    WITH_ITN_QUERY,
    WITHOUT_ITN_QUERY,
)
from normalisation import Normalisation
from sentences.languages import LANGUAGES
from shards import Example
from vocabulary import Vocabulary

LONGEST_ROWS = 330  # 20 s at 60 ms a row: the longest unit the app sends
DRAWN = 3000  # clips sorted by length and cut into batches at a time
LENGTH_JITTER_ROWS = 6
AUTO_SHARE = 0.6  # of batches' language queries; the rest name the language
JOINED_SHARE = 0.45  # of clips are followed by another of the same language and mood
MASK_SHARE, WIDEST_BAND_MELS = 0.5, 12
MASK_TIMES, LONGEST_GAP_ROWS = 2, 3
SHORTEST_MASKED_ROWS = 25


@dataclass(frozen=True)
class Item:
    """An example with its targets as compact ids."""

    rows: NDArray[np.float16]
    language: str
    tags: tuple[int, int, int]
    written: tuple[int, ...]
    plain: tuple[int, ...]
    is_clean_speech: bool


@dataclass(frozen=True)
class Batch:
    """rows: (batch, n, 560) normalised. lengths count the four queries too.

    texts: all targets one after another; text_lengths: how many each. aligned: whether the
    clip can be aligned by the clock (speech alone, spoken as written).
    """

    rows: Tensor
    lengths: Tensor
    languages: Tensor
    normalisations: Tensor
    tags: Tensor
    texts: list[tuple[int, ...]]
    aligned: list[bool]

    @property
    def text_lengths(self) -> Tensor:
        return torch.tensor([len(text) for text in self.texts])

    @property
    def flat_texts(self) -> Tensor:
        return torch.tensor([number for text in self.texts for number in text])


def item(example: Example, vocabulary: Vocabulary) -> Item:
    labels = example.labels
    return Item(
        example.rows,
        labels.language,
        (
            vocabulary.tag(labels.language),
            vocabulary.tag(labels.emotion),
            vocabulary.tag(labels.event),
        ),
        tuple(vocabulary.encode(labels.itn)),
        tuple(vocabulary.encode(labels.plain)),
        labels.event == "Speech" and bool(labels.itn),
    )


class Lessons:
    """Batches from one process's share of the corpus."""

    def __init__(
        self, items: list[Item], vocabulary: Vocabulary, normalisation: Normalisation, seed: int
    ) -> None:
        self._items = sorted(items, key=lambda item: len(item.rows))
        self._lengths = [len(item.rows) for item in self._items]
        self._vocabulary = vocabulary
        self._normalisation = normalisation
        self._rng = random.Random(seed)
        self._alike: dict[tuple[int, int, int], list[Item]] = defaultdict(list)
        for one in self._items:
            if one.is_clean_speech:
                self._alike[one.tags].append(one)

    def draw(self, longest_rows: int, batch_rows: int, *, masked: bool) -> Iterator[Batch]:
        """Batches of clips up to `longest_rows`, each of about `batch_rows` padded rows."""
        count = int(np.searchsorted(self._lengths, longest_rows, side="right"))
        drawn = [self._items[self._rng.randrange(count)] for _ in range(DRAWN)]
        drawn = [self._joined(one, longest_rows) for one in drawn]
        drawn.sort(key=lambda one: len(one.rows) + self._rng.random() * LENGTH_JITTER_ROWS)
        groups: list[list[Item]] = [[]]
        longest = 0
        for one in drawn:
            longest = max(longest, len(one.rows) + TAGS)
            if groups[-1] and longest * (len(groups[-1]) + 1) > batch_rows:
                groups.append([])
                longest = len(one.rows) + TAGS
            groups[-1].append(one)
        self._rng.shuffle(groups)
        for group in groups:
            yield self._batch(group, masked=masked)

    def _joined(self, one: Item, longest_rows: int) -> Item:
        """Sometimes with another clip behind it: fresh long clips, for free."""
        while one.is_clean_speech and self._rng.random() < JOINED_SHARE:
            other = self._rng.choice(self._alike[one.tags])
            if len(one.rows) + len(other.rows) > longest_rows:
                break
            joiner = LANGUAGES[one.language].joiner
            one = Item(
                np.concatenate([one.rows, other.rows]),
                one.language,
                one.tags,
                self._continued(one.written, joiner, other.written),
                self._continued(one.plain, joiner, other.plain),
                is_clean_speech=True,
            )
        return one

    def _continued(
        self, first: tuple[int, ...], joiner: str, second: tuple[int, ...]
    ) -> tuple[int, ...]:
        if not joiner:
            return first + second
        # A space belongs to the piece behind it, so it cannot be encoded apart.
        text = joiner + self._vocabulary.decode(list(second))
        return first + tuple(self._vocabulary.encode(text))

    def _batch(self, group: list[Item], *, masked: bool) -> Batch:
        longest = max(len(one.rows) for one in group)
        rows = torch.zeros(len(group), longest, FRAME_DIMENSIONS)
        languages, normalisations, tags, texts, aligned = [], [], [], [], []
        for index, one in enumerate(group):
            own = self._normalisation.apply(torch.from_numpy(np.array(one.rows)).float())
            if masked:
                self._mask(own)
            rows[index, : len(own)] = own
            with_itn = self._rng.random() < 0.5
            languages.append(self._language_query(one.language))
            normalisations.append(WITH_ITN_QUERY if with_itn else WITHOUT_ITN_QUERY)
            tags.append((*one.tags, self._vocabulary.tag("withitn" if with_itn else "woitn")))
            texts.append(one.written if with_itn else one.plain)
            aligned.append(one.is_clean_speech and not with_itn)
        return Batch(
            rows,
            torch.tensor([len(one.rows) + TAGS for one in group]),
            torch.tensor(languages),
            torch.tensor(normalisations),
            torch.tensor(tags),
            texts,
            aligned,
        )

    def _language_query(self, language: str) -> int:
        if self._rng.random() < AUTO_SHARE:
            return AUTO_QUERY
        if language == "nospeech":
            # Whatever language is forced, silence stays silence.
            return self._rng.choice(tuple(LANGUAGE_QUERIES.values()))
        return LANGUAGE_QUERIES[language]

    def _mask(self, rows: Tensor) -> None:
        """SpecAugment (Park et al. 2019): a band of mels, then short stretches of time."""
        if self._rng.random() < MASK_SHARE:
            width = self._rng.randint(1, WIDEST_BAND_MELS)
            start = self._rng.randint(0, 80 - width)
            rows.view(len(rows), 7, 80)[:, :, start : start + width] = 0
        for _ in range(MASK_TIMES):
            if len(rows) > SHORTEST_MASKED_ROWS and self._rng.random() < MASK_SHARE:
                width = self._rng.randint(1, LONGEST_GAP_ROWS)
                start = self._rng.randint(0, len(rows) - width)
                rows[start : start + width] = 0
