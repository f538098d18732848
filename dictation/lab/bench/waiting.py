"""How long people wait: from the end of a recording to its text, spoken in real time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from dictation.lab.bench import figures
from dictation.lab.bench.dictations import dictation
from dictation.lab.bench.figures import Figure
from dictation.lab.bench.ground import Ground, Plan
from dictation.lab.bench.live import dictate
from dictation.lab.bench.measurement import Found, Measurement, Wait
from dictation.lab.bench.rows import Measured, Outcome
from dictation.lab.bench.spread import Spread
from dictation.settings import BackendName

LONG_S = 60.0
SHORT_S = 10.0
SOON_MS, LATER_MS = 100, 300

# The median and the p95 of the waits after each kind of release.
_WAITS = {
    SOON_MS: (figures.WAIT_100_MEDIAN, figures.WAIT_100_P95),
    LATER_MS: (figures.WAIT_300_MEDIAN, figures.WAIT_300_P95),
}


@dataclass(frozen=True, slots=True)
class Take:
    """A dictation to be spoken, and how long after its last word the key is let go."""

    length_s: float
    seed: int
    release_ms: int


def measure(ground: Ground, wanted: Set[Figure]) -> Found:
    """All the dictations that these figures need, each followed by the reference's turn."""
    planned = all_takes(ground.plan, wanted)
    total_s = sum(take.length_s for take in planned)
    ground.say(f"{len(planned)} dictations are spoken in real time: {total_s:.0f} s …")
    waits = {take: _spoken(ground, take) for take in planned}
    found: dict[Figure, Outcome] = {}
    for release_ms, (median, p95) in _WAITS.items():
        if wanted & {median, p95}:
            its = [waits[take] for take in takes_for_waits(ground.plan, release_ms)]
            found |= _wait_figures(its, median, p95, ground)
    if figures.GROWTH in wanted:
        found[figures.GROWTH] = growth(
            [waits[take] for take in takes_for_growth(ground.plan)], ground.live.backend
        )
    return Found(found, tuple(waits.values()))


MEASUREMENT = Measurement((*_WAITS[SOON_MS], *_WAITS[LATER_MS], figures.GROWTH), measure)


def takes_for_waits(plan: Plan, release_ms: int) -> list[Take]:
    """The long ones first."""
    return [
        Take(length_s, seed, release_ms)
        for length_s, count in ((LONG_S, plan.long_takes), (SHORT_S, plan.short_takes))
        for seed in range(count)
    ]


def takes_for_growth(plan: Plan) -> list[Take]:
    """The same last words, with more and more before them."""
    return [Take(length_s, 0, LATER_MS) for length_s in plan.lengths_s]


def all_takes(plan: Plan, wanted: Set[Figure]) -> list[Take]:
    """Each once, although it may serve several figures."""
    needed = [
        take
        for release_ms, its in _WAITS.items()
        if wanted & set(its)
        for take in takes_for_waits(plan, release_ms)
    ]
    if figures.GROWTH in wanted:
        needed += takes_for_growth(plan)
        needed += [Take(length_s, 0, SOON_MS) for length_s in plan.plotted_s]
    return list(dict.fromkeys(needed))


def growth(waits: Sequence[Wait], backend: BackendName) -> Measured:
    """waits: in rising order of their lengths."""
    first, last = waits[0], waits[-1]
    return Measured(
        ours=last.ours_ms - first.ours_ms,
        reference=last.reference_ms - first.reference_ms,
        how=f"dictations of {', '.join(f'{wait.length_s:g}' for wait in waits)} s that end in the "
        f"same words, released {last.release_ms} ms after the last, once each; the wait after the "
        f"longest less that after the shortest; backend {backend}",
    )


def _spoken(ground: Ground, take: Take) -> Wait:
    spoken = dictation(take.length_s, take.seed)
    release_s = spoken.last_word_s + take.release_ms / 1000
    heard = dictate(ground.live.process, ground.next_take(), spoken, release_s)
    _, reference_s = ground.reference.transcribe(spoken.until(heard.recorded_s))
    wait = Wait(take.length_s, take.release_ms, heard.wait_s * 1000, reference_s * 1000)
    ground.say(
        f"{take.length_s:g} s released {take.release_ms} ms after the last word: "
        f"{wait.ours_ms:.1f} ms, reference {wait.reference_ms:.0f} ms"
    )
    return wait


def _wait_figures(
    waits: Sequence[Wait], median: Figure, p95: Figure, ground: Ground
) -> Mapping[Figure, Measured]:
    ours = Spread.of(wait.ours_ms for wait in waits)
    reference = Spread.of(wait.reference_ms for wait in waits if wait.length_s == LONG_S)
    short = sum(wait.length_s != LONG_S for wait in waits)
    how = (
        "played in real time in blocks of 20 ms; from the end of the recording to the transcript "
        f"in the asking process; dictations: {len(waits) - short} of {LONG_S:g} s"
        + (f" and {short} of {SHORT_S:g} s, the reference on the former" * bool(short))
        + f"; backend {ground.live.backend}"
    )
    return {
        figure: Measured(value(ours), value(reference), how, ours, reference, ground.live.unfit)
        for figure, value in ((median, _median), (p95, _p95))
    }


def _median(values: Spread) -> float:
    return values.median


def _p95(values: Spread) -> float:
    return values.p95
