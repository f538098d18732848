"""What a desktop and its programs are in the middle of when text is inserted."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from .cases import USUAL, Desktop
from .watchers import WAYLAND_WATCHERS, X11_WATCHERS
from .world import IMAGE, NOTHING, TEXT, Field, Held, World

LET_GO_S = 0.2  # after the insertion has begun, somebody lets the modifier go
SLOW_S = (0.2, 0.6, 0.9, 1.6, 2.0)  # a program that hangs for so long
MODIFIERS = {"shift": "Shift_L", "ctrl": "Control_L", "alt": "Alt_L", "super": "Super_L"}

State = Callable[[World, Field], contextlib.AbstractContextManager[Held]]
"""Gives what the clipboard holds."""


def _with(held: Held) -> State:
    @contextlib.contextmanager
    def state(world: World, _field: Field) -> Iterator[Held]:
        world.put(held)
        yield held

    return state


def _held(key: str) -> State:
    @contextlib.contextmanager
    def state(world: World, _field: Field) -> Iterator[Held]:
        world.put(TEXT)
        world.hold(key)
        letting_go = threading.Timer(LET_GO_S, world.let_go, [key])
        letting_go.start()
        yield TEXT
        letting_go.join()

    return state


def _slow(seconds: float) -> State:
    @contextlib.contextmanager
    def state(world: World, field: Field) -> Iterator[Held]:
        world.put(TEXT)
        field.process.send_signal(signal.SIGSTOP)
        timer = threading.Timer(seconds, field.process.send_signal, [signal.SIGCONT])
        timer.start()
        yield TEXT
        timer.join()

    return state


def watcher_of(state: str) -> str:
    """Which of them it needs; empty for none."""
    return state.removesuffix(" running") if state.endswith(" running") else ""


def is_slow(state: str) -> bool:
    """Whether a field in it may give no answer."""
    return state.startswith("slow")


STATES: dict[str, State] = {
    USUAL: _with(TEXT),
    "clipboard with an image": _with(IMAGE),
    "clipboard with nothing": _with(NOTHING),
    **{f"{name} held": _held(key) for name, key in MODIFIERS.items()},
    **{f"slow by {seconds:g} s": _slow(seconds) for seconds in SLOW_S},
    **{f"{name} running": _with(TEXT) for name in X11_WATCHERS},
}
# Further states than the usual one, in the long form and in the quick one.
_ON_WAYLAND = tuple(
    state for state in STATES if state != USUAL and watcher_of(state) in ("", *WAYLAND_WATCHERS)
)
LONG: Mapping[Desktop, Sequence[str]] = {
    Desktop.X11: tuple(state for state in STATES if state != USUAL),
    Desktop.WAYLAND: _ON_WAYLAND,
}
_NOT_QUICK = ("slow by 0.2 s", "slow by 0.9 s", "slow by 2 s")
_QUICK = tuple(state for state in _ON_WAYLAND if state not in _NOT_QUICK)
QUICK: Mapping[Desktop, Sequence[str]] = {Desktop.X11: _QUICK, Desktop.WAYLAND: _QUICK}
