"""Parts a transcript into cues that can be read in the time for which they are shown."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from dictation.speech import Segment
from dictation.text.rich import Detail, new_signs
from dictation.text.words import Word, words_of

# A line holds 42 narrow characters or 16 wide ones, as subtitles in Latin and in Chinese scripts
# are set, or a mixture: 42 × 8 = 16 × 21. Reading takes 1 s for 17 narrow or 9 wide ones.
_NARROW, _WIDE = 8, 21
LINE = 336
MOST_LINES = 2
_READING_MS = {_NARROW: 1000 / 17, _WIDE: 1000 / 9}

LEAST_MS = 1_000
MOST_MS = 7_000
GAP_MS = 84  # two frames of a film
_JOINED_MS = 500  # a shorter gap only flickers: the cue before it stays until GAP_MS are left

_EARLY_S = 0.1  # a token's time is where it is surest, which is later than where it begins
_LATE_S = 0.3  # and it ends before its sound does

# What it costs to part a text after a word. Lower is better; they are compared with each other.
_SENTENCE, _CLAUSE, _PAUSE, _ANYWHERE = 0.0, 1.0, 3.0, 6.0
_CUE = 4.0  # each cue, so that there are few
_SHORT = 30.0  # for each second that a cue is too short
_HASTY, _MOST_HASTE = 8.0, 10.0  # for how many times too fast it would have to be read
_BROKEN = 6.0  # for two lines of which the first ends inside a clause of an unspaced script
_HELD = 5.0  # for each second of silence inside a cue
_PAUSE_S = 0.4
_ENDS_SENTENCE = tuple("。．.！!？?…；;")  # noqa: RUF001 - full-width marks are meant
_ENDS_CLAUSE = tuple("，,、：:—～)）」』”")  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown for a while: one line or two, none of them empty."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def cues(segments: Sequence[Segment], detail: Detail = Detail.PLAIN) -> tuple[Cue, ...]:
    """The text of all segments; a cue never holds text of two.

    Each is shown for LEAST_MS to MOST_MS, with GAP_MS or more between two, and longer than it is
    spoken where there is time to read it. A line is never wider than LINE, unless a single
    character is; it ends between words, in Chinese and Japanese at punctuation where there is
    some, and never before closing punctuation. Words that need more than a line are parted.
    """
    parts: list[_Part] = []
    for signs, segment in zip(new_signs(segments, detail), segments, strict=True):
        words = [piece for word in words_of(segment) for piece in _that_fit(word)]
        if words and signs:
            words = _marked("".join(signs), words)
        parts += (_Part.of(words[first:end], segment) for first, end in _parted(words, segment))
    return tuple(_timed(parts))


def width(text: str) -> int:
    """How much of a line it takes, of LINE in all."""
    return sum(map(_width, text))


def columns(text: str) -> int:
    """How many columns of a terminal it takes, where a wide character takes two."""
    return sum({0: 0, _NARROW: 1, _WIDE: 2}[_width(character)] for character in text)


def reading_ms(text: str) -> int:
    """How long it takes to read."""
    return round(sum(_READING_MS.get(_width(character), 0) for character in text))


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else _NARROW


def _that_fit(word: Word) -> Iterator[Word]:
    """The word itself, or pieces of one that is wider than a line."""
    if width(word.text) <= LINE:
        yield word
        return
    first, filled = 0, 0
    for at, character in enumerate(word.text):
        filled += _width(character)
        if filled > LINE and at > first:
            yield _piece(word, first, at)
            first, filled = at, _width(character)
    yield _piece(word, first, len(word.text))


def _piece(word: Word, first: int, end: int) -> Word:
    step_s = (word.end_s - word.start_s) / len(word.text)
    return Word(
        word.text[first:end],
        word.start_s + first * step_s,
        word.start_s + end * step_s,
        word.confidence,
        word.spaced and first == 0,
    )


def _marked(signs: str, words: list[Word]) -> list[Word]:
    """With emoji before the first word: one word with it, if a line has room for both."""
    first = words[0]
    if width(f"{signs} {first.text}") <= LINE:
        return [replace(first, text=f"{signs} {first.text}"), *words[1:]]
    return [
        replace(first, text=signs, end_s=first.start_s),
        replace(first, spaced=True),
        *words[1:],
    ]


def _text(words: Sequence[Word]) -> str:
    return "".join((" " if word.spaced else "") + word.text for word in words).strip()


def _parted(words: Sequence[Word], segment: Segment) -> Iterator[tuple[int, int]]:
    """The cues of one segment, as [first word, end): those that cost least in all."""
    if not words:
        return
    measured = _Measured(words, max(segment.end_s, words[-1].end_s))
    cheapest: list[tuple[float, int]] = [(0.0, 0)]  # up to each word: cost, first of the last cue
    for end in range(1, len(words) + 1):
        ways = []
        for first in range(end - 1, -1, -1):
            if end - first > 1 and not measured.is_possible(first, end):
                break
            ways.append((cheapest[first][0] + measured.cost(first, end), first))
        cheapest.append(min(ways))
    bounds = [len(words)]
    while bounds[-1] > 0:
        bounds.append(cheapest[bounds[-1]][1])
    yield from pairwise(reversed(bounds))


class _Measured:
    """Words of a segment, with sums so that no cue has to be added up anew."""

    def __init__(self, words: Sequence[Word], end_s: float) -> None:
        self._words = words
        # Before each word, and at the end.
        self._starts_s = [*(word.start_s for word in words), end_s + _LATE_S]
        self._after = [*map(_cost_after, words, words[1:]), 0.0]
        self._widths = _sums(_spaced_width(word) for word in words)
        self._reading_ms = _sums(reading_ms(word.text) for word in words)
        self._held_s = _sums(map(_held_s, words, words[1:]))
        following_spaced = [*(word.spaced for word in words[1:]), True]
        self._good_ends = _sums(map(_is_good_end, self._after, following_spaced))

    def is_possible(self, first: int, end: int) -> bool:
        """Whether these words can be one cue."""
        long_s = self._words[end - 1].end_s - self._starts_s[first]
        at = first
        for _ in range(MOST_LINES):
            at = self._end_of_line(at)
        return at >= end and long_s <= MOST_MS / 1000

    def cost(self, first: int, end: int) -> float:
        """Of these words as one cue."""
        long_s = self._starts_s[end] - self._starts_s[first]
        reading_s = (self._reading_ms[end] - self._reading_ms[first]) / 1000
        haste = min(_MOST_HASTE, max(0.0, reading_s / max(0.001, long_s) - 1))
        return (
            _CUE
            + self._after[end - 1]
            + (_BROKEN if self._is_broken(first, end) else 0.0)
            + _HELD * (self._held_s[end - 1] - self._held_s[first])
            + _SHORT * max(0.0, (LEAST_MS + GAP_MS) / 1000 - long_s)
            + _HASTY * haste
        )

    def _is_broken(self, first: int, end: int) -> bool:
        """Whether it needs two lines, and the first cannot end where one would pause."""
        if self._widths[end] - self._widths[first] <= LINE:
            return False
        shortest = bisect_left(self._widths, self._widths[end] - LINE)
        longest = self._end_of_line(first)
        return self._good_ends[longest] <= self._good_ends[max(shortest, first + 1) - 1]

    def _end_of_line(self, first: int) -> int:
        """Of a line that begins with that word and takes as many as it can; at least one."""
        if first >= len(self._words):
            return first
        space = _NARROW if self._words[first].spaced else 0
        return bisect_right(self._widths, self._widths[first] + LINE + space) - 1


def _sums(values: Iterable[float]) -> list[float]:
    """Of the first 0, 1, 2, … values."""
    return list(accumulate(values, initial=0))


def _spaced_width(word: Word) -> int:
    return width(word.text) + (_NARROW if word.spaced else 0)


def _cost_after(word: Word, following: Word) -> float:
    if word.text.endswith(_ENDS_SENTENCE):
        return _SENTENCE
    if word.text.endswith(_ENDS_CLAUSE):
        return _CLAUSE
    return _PAUSE if following.start_s - word.end_s >= _PAUSE_S else _ANYWHERE


def _is_good_end(cost: float, following_spaced: bool) -> bool:  # noqa: FBT001 - mapped
    return following_spaced or cost <= _CLAUSE


def _held_s(word: Word, following: Word) -> float:
    """Silence between two words, of which a little is usual."""
    return max(0.0, following.start_s - word.end_s - _PAUSE_S)


@dataclass(frozen=True, slots=True)
class _Part:
    """The words of one cue."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[Word], segment: Segment) -> _Part:
        return cls(
            max(segment.start_s, words[0].start_s - _EARLY_S),
            min(max(segment.end_s, words[-1].end_s), words[-1].end_s + _LATE_S),
            _lines(words),
        )


def _lines(words: Sequence[Word]) -> tuple[str, ...]:
    """One line if that is enough; else two, parted at the best place, of like width."""
    whole = _text(words)
    if width(whole) <= LINE:
        return (whole,)
    ways = []
    for at in range(1, len(words)):
        upper, lower = _text(words[:at]), _text(words[at:])
        if max(width(upper), width(lower)) <= LINE:
            uneven = abs(width(upper) - width(lower)) / LINE
            ways.append((_cost_after(words[at - 1], words[at]) + 5 * uneven, upper, lower))
    _, upper, lower = min(ways)
    return upper, lower


def _timed(parts: Sequence[_Part]) -> Iterator[Cue]:
    """When each is shown. Where there is too little time for one, the next begins later."""
    starts_ms: list[int] = []
    earliest_ms = 0
    for part in parts:
        starts_ms.append(max(earliest_ms, round(part.start_s * 1000)))
        earliest_ms = starts_ms[-1] + LEAST_MS + GAP_MS
    for index, (part, start_ms) in enumerate(zip(parts, starts_ms, strict=True)):
        next_ms = starts_ms[index + 1] if index + 1 < len(parts) else None
        wanted_ms = max(round(part.end_s * 1000), start_ms + reading_ms("".join(part.lines)))
        end_ms = max(wanted_ms, start_ms + LEAST_MS)
        if next_ms is not None and end_ms > next_ms - _JOINED_MS:
            end_ms = next_ms - GAP_MS
        yield Cue(start_ms, min(end_ms, start_ms + MOST_MS), part.lines)
