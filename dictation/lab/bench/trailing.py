"""How long the recording goes on after the release of the key, so that last words stay whole."""

from __future__ import annotations

from collections.abc import Set

from dictation.lab.bench import figures
from dictation.lab.bench.dictations import dictation
from dictation.lab.bench.figures import Figure
from dictation.lab.bench.ground import Ground
from dictation.lab.bench.live import dictate
from dictation.lab.bench.measurement import Found, Measurement
from dictation.lab.bench.rows import Measured
from dictation.lab.bench.spread import Spread

_LENGTH_S = 5.0
_EARLY_MS = (100, 0, -100)  # before the end of the last word, by turns: in it, at it, after it


def measure(ground: Ground, wanted: Set[Figure]) -> Found:
    count = ground.plan.trailing_takes
    ground.say(f"{count} dictations are released in or at the end of their last word …")
    trailing = []
    for seed in range(count):
        spoken = dictation(_LENGTH_S, seed)
        release_s = spoken.last_word_s - _EARLY_MS[seed % len(_EARLY_MS)] / 1000
        heard = dictate(ground.live.process, ground.next_take(), spoken, release_s)
        trailing.append(heard.trailing_s)
    values = Spread.of(trailing, scale=1000)
    how = (
        f"from the release to the end of the recording; {count} dictations, by turns released "
        f"{_EARLY_MS[0]} ms before the end of the last word, at its end and {_EARLY_MS[0]} ms after"
    )
    found = {
        figures.TRAILING_MEDIAN: Measured(values.median, None, how, values),
        figures.TRAILING_MAX: Measured(values.highest, None, how, values),
    }
    return Found(found)


MEASUREMENT = Measurement((figures.TRAILING_MEDIAN, figures.TRAILING_MAX), measure)
