"""Sums over recordings, and the shares that they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dictation.lab.evaluate.evaluation import Column, Evaluation
from dictation.lab.evaluate.hearing import Closing, Heard
from dictation.lab.evaluate.recordings import Recording
from dictation.lab.evaluate.references import Reference
from dictation.lab.evaluate.spelling import (
    characters,
    has_words,
    words,
    wrong_characters,
    wrong_words,
)
from dictation.speech import Language

ALL, UNKNOWN = "all", "unknown"
"""Names of groups, beside those of languages."""

_TENTHS_BELOW_S = 0.01  # shorter times are told with a decimal


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """None of nothing. Insertions may bring an error rate above 100."""
        return 100 * self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Score:
    """What is right and wrong in one group of recordings."""

    recordings: int
    with_words: int
    """Recordings in languages that part words by spaces."""
    characters: Share
    """Wrong ones, those heard where nobody speaks among them."""
    words: Share
    """Wrong ones of the recordings with words."""
    exact: Share
    """Texts right to the last comma."""
    language: Share
    """Right ones, of those that the reference names. Where nobody speaks, no text is right too."""
    emotion: Share
    """Right ones, of recordings with speech."""
    event: Share
    made_up: Share
    """Texts where nobody speaks."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds; median and 95th percentile over recordings or units."""

    median: float
    most: float
    """The 95th percentile."""

    @property
    def in_ms(self) -> str:
        """For people: median / 95 %."""
        return " / ".join(
            f"{1000 * seconds:.{int(seconds < _TENTHS_BELOW_S)}f}"
            for seconds in (self.median, self.most)
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """One column in figures."""

    scores: dict[str, Score]
    """By language, then UNKNOWN if there is such, then ALL."""
    closings: dict[Closing, int]
    unit_lengths: Times | None
    """None where the units are not known."""
    after_end: Times
    real_time_factor: float
    """Computing time by length of audio."""


def summary(evaluation: Evaluation, column: Column) -> Summary:
    """The evaluation has at least one recording."""
    pairs = list(zip(evaluation.recordings, column.heard, strict=True))
    groups = groups_of(evaluation.recordings)
    scores = {
        group: _score([pair for pair in pairs if group_of(pair[0].reference) == group])
        for group in groups
    }
    units = [unit for heard in column.heard for unit in heard.units]
    return Summary(
        scores={**scores, ALL: _score(pairs)},
        closings={kind: sum(unit.closing is kind for unit in units) for kind in Closing},
        unit_lengths=_times([unit.length_s for unit in units]) if units else None,
        after_end=_times([heard.after_end_s for heard in column.heard]),
        real_time_factor=sum(heard.computing_s for heard in column.heard) / evaluation.duration_s,
    )


def groups_of(recordings: Sequence[Recording]) -> list[str]:
    """Languages in the order in which the program names them; UNKNOWN at the end."""
    found = {group_of(recording.reference) for recording in recordings}
    return [group for group in (*Language, UNKNOWN) if group in found]


def group_of(reference: Reference) -> str:
    return reference.language or UNKNOWN


def differing_texts(one: Column, other: Column) -> int:
    """Recordings of which the texts are not the same to the last comma."""
    return sum(a.text != b.text for a, b in zip(one.heard, other.heard, strict=True))


def _score(pairs: Sequence[tuple[Recording, Heard]]) -> Score:
    told = [(recording.reference, heard) for recording, heard in pairs]
    worded = [pair for pair in told if has_words(pair[0].language, pair[0].text)]
    spoken = [pair for pair in told if pair[0].text]
    silent = [heard for reference, heard in told if not reference.text]
    return Score(
        recordings=len(told),
        with_words=len(worded),
        characters=Share(
            sum(wrong_characters(heard.text, reference.text) for reference, heard in told),
            sum(len(characters(reference.text)) for reference, _ in told),
        ),
        words=Share(
            sum(wrong_words(heard.text, reference.text) for reference, heard in worded),
            sum(len(words(reference.text)) for reference, _ in worded),
        ),
        exact=Share(sum(heard.text == reference.text for reference, heard in told), len(told)),
        language=_agreeing([(reference.language, heard.language) for reference, heard in told]),
        emotion=_agreeing([(reference.emotion, heard.emotion) for reference, heard in spoken]),
        event=_agreeing([(reference.event, heard.event) for reference, heard in spoken]),
        made_up=Share(sum(bool(heard.text) for heard in silent), len(silent)),
    )


def _agreeing(pairs: Sequence[tuple[str | None, str]]) -> Share:
    asked = [(wanted, found) for wanted, found in pairs if wanted is not None]
    return Share(sum(wanted == found for wanted, found in asked), len(asked))


def _times(seconds: Sequence[float]) -> Times:
    median, most = np.percentile(seconds, [50, 95])
    return Times(float(median), float(most))
