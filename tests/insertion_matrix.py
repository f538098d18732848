"""Inserts every kind of text into every kind of program in every state, and counts the ends.

    python -m tests.insertion_matrix [--quick] [--json]

Each insertion must be exact, or its verdict must say that it failed and the text be on the
clipboard; no old clipboard may be pasted, no key may stay down, and the clipboard must come back.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dictation.native.x11 import X11ActiveWindow
from dictation.native.x11_typist import X11Typist
from dictation.speech import Outcome, Verdict

from .programs.x11_session import Session, Terminal, gtk_editor, qt_editor, wait

TEXTS = {
    "english": ("The quick brown fox, “isn't it?”, costs $79.95 at 2:30 PM. " * 9)[:500].strip(),
    "chinese": ("今天天气很好，我们去公园散步吧；她说：“好的！”" * 14)[:300],
    "mixed": "我在用 Python 写 code，version 3.11 很好用。",
    "japanese": "今日はとても良い天気ですね。カタカナも、ひらがなも。",
    "korean": "안녕하세요, 오늘 날씨가 정말 좋네요.",
    "hebrew": "שלום עולם, this is שלום",
    "emoji": "👩\u200d👩\u200d👧\u200d👦 🇨🇳 ❤️ 👍🏽 done",
    "lines": "first line\nsecond line\n\nfourth",
}
LAYOUTS = {
    "us": ("us",),
    "de": ("de",),
    "fr": ("fr",),
    "ru": ("ru",),
    "us+ru": ("us,ru",),
    "dvorak": ("us", "dvorak"),
}
MODIFIERS = {"shift": "Shift_L", "ctrl": "Control_L", "alt": "Alt_L", "super": "Super_L"}
PNG = bytes.fromhex("89504e470d0a1a0a") + bytes(range(256)) * 40
OLD = "what was on the clipboard before, 以前的"
LET_GO_S = 0.2  # after the insertion has begun, somebody lets the modifier go
SLOW_S = (0.2, 0.6, 1.6)  # a program that hangs for so long


@dataclass(frozen=True, slots=True)
class Case:
    """One insertion."""

    target: str
    text: str
    layout: str = "us"
    state: str = "clipboard with text"


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
        if self.arrived_ms is not None:
            return "exact" if self.verdict.outcome is Outcome.DELIVERED else "failed_and_said_so"
        if OLD in self.found:
            return "stale"
        return "failed_and_said_so" if self.verdict.outcome is Outcome.FAILED else "wrong"


def all_cases(*, quick: bool) -> list[Case]:
    """Every text into every target on every layout; every state with two texts."""
    targets = ("qt", "gtk", "xterm")
    layouts = ("us", "ru") if quick else tuple(LAYOUTS)
    across = [Case(*each) for each in itertools.product(targets, TEXTS, layouts)]
    texts = ("mixed",) if quick else ("english", "chinese", "mixed")
    within = [
        Case(target, text, "us", state)
        for target, text, state in itertools.product(targets, texts, STATES)
    ]
    rounds = 1 if quick else 5
    return (across + within) * rounds


class World:
    """A screen with the targets on it."""

    def __init__(self, folder: Path) -> None:
        self.session = Session(folder)
        self.session.boot()
        os.environ["DISPLAY"] = self.session.name
        self.targets: dict[str, Any] = {
            "qt": qt_editor(self.session),
            "gtk": gtk_editor(self.session),
            "xterm": Terminal(self.session),
        }
        self.active = X11ActiveWindow()
        self._layout = "us"
        self._owner: Any = None

    def close(self) -> None:
        self.active.close()
        self.session.end()

    def use_layout(self, name: str) -> None:
        if name != self._layout:
            layout, *variant = LAYOUTS[name]
            self.session.layout(layout, *(("-variant", *variant) if variant else ("-variant", "")))
            self._layout = name

    def copies(self, content: bytes, target: str) -> None:
        """Another program copies; the one before has ended by then."""
        self._owner = self.session.copies(content, target)


State = Callable[[World, Any], contextlib.AbstractContextManager[None]]


def _has_text(world: World, _target: Any) -> contextlib.AbstractContextManager[None]:
    world.copies(OLD.encode(), "UTF8_STRING")
    return contextlib.nullcontext()


def _has_image(world: World, _target: Any) -> contextlib.AbstractContextManager[None]:
    world.copies(PNG, "image/png")
    return contextlib.nullcontext()


def _held(key: str) -> State:
    @contextlib.contextmanager
    def state(world: World, target: Any) -> Iterator[None]:
        with _has_text(world, target):
            world.session.down(key)
            letting_go = threading.Timer(LET_GO_S, world.session.up, [key])
            letting_go.start()
            yield
            letting_go.join()

    return state


def _slow(seconds: float) -> State:
    @contextlib.contextmanager
    def state(world: World, target: Any) -> Iterator[None]:

        process = getattr(target, "process", None)
        with _has_text(world, target):
            if process is None:  # xterm; its window is all that is known of it
                yield
                return
            process.send_signal(signal.SIGSTOP)
            timer = threading.Timer(seconds, process.send_signal, [signal.SIGCONT])
            timer.start()
            yield
            timer.join()

    return state


STATES: dict[str, State] = {
    "clipboard with text": _has_text,
    "clipboard with an image": _has_image,
    **{f"{name} held": _held(key) for name, key in MODIFIERS.items()},
    **{f"slow by {seconds:g} s": _slow(seconds) for seconds in SLOW_S},
}


def tried(world: World, case: Case) -> Result:
    """Does it, and looks."""
    target, text = world.targets[case.target], TEXTS[case.text]
    world.use_layout(case.layout)
    target.ready()
    wait(world.session.keys_are_up)
    expected = " ".join(text.split()) if case.target == "xterm" else text
    verdicts: list[Verdict] = []
    typist = X11Typist(world.active)  # to which the caret's place is unknown
    here = world.active.target()
    with STATES[case.state](world, target):
        began_s = time.perf_counter()
        inserting = threading.Thread(target=lambda: verdicts.append(typist.insert(text, here)))
        inserting.start()
        arrived_ms = None
        while arrived_ms is None and (inserting.is_alive() or time.perf_counter() - began_s < 0.1):
            if case.state.startswith("slow") and case.target != "xterm":
                inserting.join()  # it does not answer while it hangs
            if target.text == expected:
                arrived_ms = (time.perf_counter() - began_s) * 1000
            time.sleep(0.001)
        inserting.join()
    (verdict,) = verdicts
    found = target.text
    if found != expected:
        arrived_ms = None
    image = case.state == "clipboard with an image"
    after = world.session.pasted("image/png" if image else "UTF8_STRING")
    before = PNG if image else OLD.encode()
    kept = before if verdict.outcome is Outcome.DELIVERED else text.encode()
    typist.close()
    return Result(
        case,
        verdict,
        found,
        arrived_ms,
        stuck_keys=not world.session.keys_are_up(),
        clipboard_changed=after != kept,
    )


def counted(results: list[Result]) -> dict[str, Any]:
    """The counts, and the median time of those that nothing held up."""
    kinds = Counter(result.kind for result in results)
    free = [
        result.arrived_ms
        for result in results
        if result.arrived_ms is not None and result.case.state.startswith("clipboard")
    ]
    return {
        "insertions": len(results),
        **{kind: kinds[kind] for kind in ("exact", "failed_and_said_so", "wrong", "stale")},
        "stuck_keys": sum(result.stuck_keys for result in results),
        "clipboard_changed": sum(result.clipboard_changed for result in results),
        "median_ms": round(statistics.median(free), 1) if free else None,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="each case once, on two layouts")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    cases = all_cases(quick=chosen.quick)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            for number, case in enumerate(cases, start=1):
                results.append(tried(world, case))
                if results[-1].kind not in ("exact", "failed_and_said_so"):
                    sys.stderr.write(f"{results[-1]}\n")
                if number % 100 == 0:
                    sys.stderr.write(f"{number} of {len(cases)}\n")
        finally:
            world.close()
    counts = counted(results)
    if chosen.json:
        sys.stdout.write(json.dumps(counts, indent=1) + "\n")
    else:
        sys.stdout.write(table(results) + "\n\n" + json.dumps(counts) + "\n")
    bad = ("wrong", "stale", "stuck_keys", "clipboard_changed")
    return 1 if any(counts[kind] for kind in bad) else 0


def table(results: list[Result]) -> str:
    """For each target and layout or state: how many were exact, and how many said they failed."""
    rows: dict[tuple[str, str], Counter[str]] = {}
    for result in results:
        case = result.case
        under = case.state if case.state != "clipboard with text" else f"layout {case.layout}"
        rows.setdefault((under, case.target), Counter())[result.kind] += 1
    targets = sorted({target for _, target in rows})
    lines = [f"| | {' | '.join(targets)} |", f"|---{'|---' * len(targets)}|"]
    for under in dict.fromkeys(under for under, _ in rows):
        cells = [_cell(rows.get((under, target), Counter())) for target in targets]
        lines.append(f"| {under} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(counts: Counter[str]) -> str:
    told = f"{counts['exact']} of {counts.total()}"
    return told + (f", {counts['failed_and_said_so']} said so" * bool(counts["failed_and_said_so"]))


if __name__ == "__main__":
    sys.exit(main())
