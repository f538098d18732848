"""Runs cases, each desktop's on that desktop."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import ibus_world
from .cases import Case, Desktop
from .states import watcher_of
from .trial import Result, tried
from .wayland_world import WaylandWorld
from .world import World
from .x11_world import X11World


@dataclass(slots=True)
class Run:
    """What has become of them so far."""

    results: list[Result] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)
    """What could not be had, and why; none of its cases counts."""


def run(cases: Sequence[Case], folder: Path, told: Callable[[Result], None]) -> Run:
    """folder: for what the programs write. told: hears of each."""
    done = Run()
    for desktop in Desktop:
        of_it = [case for case in cases if case.desktop is desktop]
        refused = ibus_world.missing() if desktop is Desktop.IBUS else ""
        if of_it and refused:
            done.not_run[str(desktop)] = refused
        elif of_it:
            (folder / desktop.name).mkdir()
            with _own_environment():
                _run_there(desktop, of_it, folder / desktop.name, done, told)
    return done


def _run_there(
    desktop: Desktop, cases: Sequence[Case], folder: Path, done: Run, told: Callable[[Result], None]
) -> None:
    with closing(_opened(desktop, folder, dict.fromkeys(case.target for case in cases))) as world:
        done.not_run |= {f"{desktop}, {name}": why for name, why in world.not_there.items()}
        for case in cases:
            if case.target in world.not_there:
                continue
            watcher = watcher_of(case.state)
            refused = world.use_watcher(watcher)
            if refused:
                done.not_run[f"{desktop}, {watcher}"] = refused
                continue
            done.results.append(tried(world, case))
            told(done.results[-1])


def _opened(desktop: Desktop, folder: Path, targets: dict[str, None]) -> World:
    if desktop is Desktop.WAYLAND:
        return WaylandWorld(targets)
    return (X11World if desktop is Desktop.X11 else ibus_world.IbusWorld)(folder, targets)


@contextmanager
def _own_environment() -> Iterator[None]:
    """Each desktop names itself there; ours is back afterwards."""
    before = dict(os.environ)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        os.environ.pop(name, None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
