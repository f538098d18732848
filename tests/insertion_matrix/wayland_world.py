"""The Wayland desktop of the matrix: sway, and programs that speak Wayland."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack

from dictation.native import choose
from dictation.native.contracts import Typist
from tests.programs.screen import stop
from tests.programs.wayland_session import wayland_session
from tests.programs.x11_session import Terminal, gtk_editor, qt_editor

from .cases import LAYOUTS
from .watchers import WAYLAND_WATCHERS, Watching
from .world import Field, Held, World

MIMES = {"text": "text/plain;charset=utf-8", "image": "image/png"}
SELECTIONS: tuple[tuple[str, ...], ...] = ((), ("--primary",))
"""As wl-copy and wl-paste have them."""


class WaylandWorld(World):
    """Sway with those targets on it."""

    def __init__(self, targets: Iterable[str]) -> None:
        with ExitStack() as stack:
            self.session = session = stack.enter_context(wayland_session())
            openers: Mapping[str, Callable[[], Field]] = {
                "qt": lambda: qt_editor(session),
                "gtk": lambda: gtk_editor(session),
                "gtk4": lambda: gtk_editor(session, "4.0"),
                "foot": lambda: Terminal(session, "foot"),
            }
            self.not_there = {}
            self.fields = {name: openers[name]() for name in targets}
            chosen = choose.active_window(choose.Session.WAYLAND)
            assert chosen.candidate == "wayland"
            self.active = chosen.service
            self._ended = stack.pop_all()
        self._watching = Watching(session, WAYLAND_WATCHERS)
        self._owners: list[subprocess.Popen[str]] = []

    def close(self) -> None:
        self._ended.close()

    def typist(self) -> Typist:
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
        before, self._owners = self._owners, []
        contents = (held.content, MIMES.get(held.kind)), (held.primary, MIMES["text"])
        for options, (content, mime) in zip(SELECTIONS, contents, strict=True):
            if held.kind == "nothing" or mime is None:
                self.session.clears(*options)
            else:
                self._owners.append(self.session.copies(content, mime, *options))
        for owner in before:
            stop(owner)

    def holds(self, held: Held) -> bool:
        mime = MIMES.get(held.kind, MIMES["text"])
        copied = self.session.pasted(mime)
        marked = self.session.pasted(MIMES["text"], "--primary")
        return (copied, marked) == (held.content, held.primary)

    def text(self) -> bytes:
        return self.session.pasted(MIMES["text"])
