"""One insertion, and what became of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from dictation.speech import Outcome, Verdict
from tests.programs.fields import Terminal
from tests.programs.screen import wait

from .cases import TEXTS, Case
from .states import STATES, is_slow
from .world import MARKED, OLD, Field, World

LATE_S = 3.0  # for what is said to be delivered to be seen
AFTERMATH_S = 0.3  # in which a program that hung may still paste


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it."""

    case: Case
    verdict: Verdict
    found: str
    arrived_ms: float | None
    """From the call to the text in the target; None: not exact."""
    stuck_keys: bool
    clipboard_changed: bool

    @property
    def kind(self) -> str:
        """The name of its count."""
        if OLD in self.found or MARKED in self.found:
            return "stale"
        if self.verdict.outcome is Outcome.FAILED:
            return "failed_and_said_so"
        return "wrong" if self.arrived_ms is None else "exact"


def tried(world: World, case: Case) -> Result:
    """Does it, and looks. The state's watcher runs already."""
    field, text = world.fields[case.target], TEXTS[case.text]
    world.use_layout(case.layout)
    wait(world.keys_are_up)
    field.ready()
    expected = " ".join(text.split()) if isinstance(field, Terminal) else text
    here = world.active.target()
    verdicts: list[Verdict] = []
    with STATES[case.state](world, field) as before:
        typist = world.typist()
        began_s = time.perf_counter()
        inserting = threading.Thread(target=lambda: verdicts.append(typist.insert(text, here)))
        inserting.start()
        if is_slow(case.state):
            inserting.join()  # the field does not answer while it hangs
        arrived_s = _seen(field, expected, inserting.is_alive)
        inserting.join()
    (verdict,) = verdicts
    patience_s = AFTERMATH_S if verdict.outcome is Outcome.FAILED else LATE_S
    give_up_s = time.perf_counter() + patience_s
    arrived_s = arrived_s or _seen(field, expected, lambda: time.perf_counter() < give_up_s)
    found = field.text
    after = world.holds(before)
    if verdict.outcome is Outcome.FAILED:
        after = world.text().decode() in (text, expected)
    stuck = not world.keys_are_up()
    return Result(
        case,
        verdict,
        found,
        None if found != expected or arrived_s is None else (arrived_s - began_s) * 1000,
        stuck_keys=stuck,
        clipboard_changed=not after,
    )


def _seen(field: Field, expected: str, goes_on: Callable[[], bool]) -> float | None:
    """When the text was there."""
    while goes_on():
        if field.text == expected:
            return time.perf_counter()
        time.sleep(0.001)
    return None
