"""The Wayland desktop of the matrix: sway, and programs that speak Wayland."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from contextlib import ExitStack, closing

from dictation.native import choose
from dictation.native.contracts import Typist
from dictation.native.wayland_window import WaylandActiveWindow
from tests.programs.screen import stop, wait
from tests.programs.wayland_session import wayland_session

from .cases import LAYOUTS
from .targets import opened
from .watchers import WAYLAND_WATCHERS, Watching
from .world import NOTHING, Held, World

MIMES = {"text": "text/plain;charset=utf-8", "image": "image/png"}
SELECTIONS: tuple[tuple[str, ...], ...] = ((), ("--primary",))
"""As wl-copy and wl-paste have them."""


class WaylandWorld(World):
    """Sway with those targets on it."""

    def __init__(self, targets: Iterable[str]) -> None:
        with ExitStack() as stack:
            self.session = session = stack.enter_context(wayland_session())
            self.fields, self.not_there = opened(session, targets)
            self.active = stack.enter_context(closing(WaylandActiveWindow()))
            self._ended = stack.pop_all()
        self._watching = Watching(session, WAYLAND_WATCHERS)
        self._owners: list[subprocess.Popen[str]] = []

    def end(self) -> None:
        self._ended.close()

    def new_typist(self) -> Typist:
        chosen = choose.typist(choose.Session.WAYLAND, self.active)
        assert chosen.candidate == "keyboard"
        return chosen.service

    def use_layout(self, name: str) -> None:
        layout, variant = LAYOUTS[name]
        first, *others = layout.split(",")
        groups = [f"+{each}:{number}" for number, each in enumerate(others, start=2)]
        self.session.person.use((f"{first}({variant})" if variant else first) + "".join(groups))

    def use_watcher(self, name: str) -> str:
        return self._watching.use(name)

    def hold(self, key: str) -> None:
        self.session.person.down(key)

    def let_go(self, key: str) -> None:
        self.session.person.up(key)

    def keys_are_up(self) -> bool:
        return self.session.keys_are_up()

    def put(self, held: Held) -> None:
        # First nothing: of two owners of one text nobody knows which it comes from.
        for options in SELECTIONS:
            self.session.clears(*options)
        for owner in self._owners:
            stop(owner)
        self._owners = []
        wait(lambda: self.holds(NOTHING))
        if held.kind != "nothing":
            self._owners = [
                self.session.copies(held.content, MIMES[held.kind]),
                self.session.copies(held.primary, MIMES["text"], "--primary"),
            ]

    def holds(self, held: Held) -> bool:
        mime = MIMES.get(held.kind, MIMES["text"])
        copied = self.session.pasted(mime)
        marked = self.session.pasted(MIMES["text"], "--primary")
        return (copied, marked) == (held.content, held.primary)

    def text(self) -> bytes:
        return self.session.pasted(MIMES["text"])
