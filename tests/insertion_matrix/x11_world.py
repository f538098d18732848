"""The X11 desktop of the matrix: Xvfb, xfwm4, and programs of many kinds."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from dictation.native import choose
from dictation.native.contracts import Typist
from dictation.native.x11 import X11ActiveWindow
from tests.programs.screen import stop, wait
from tests.programs.x11_session import Session

from .cases import LAYOUTS
from .targets import opened
from .watchers import X11_WATCHERS, Watching
from .world import Held, World

TARGETS = {"text": "UTF8_STRING", "image": "image/png"}
SELECTIONS = ("CLIPBOARD", "PRIMARY")


class X11World(World):
    """A screen with those targets on it."""

    def __init__(self, folder: Path, targets: Iterable[str], **variables: str) -> None:
        """variables: of the programs' environment."""
        self.session = Session(folder, **variables)
        try:
            self.session.boot()
            os.environ["DISPLAY"] = self.session.name
            self.begin()
            self.fields, self.not_there = opened(self.session, targets)
            self.active = X11ActiveWindow()
        except BaseException:
            self.session.end()
            raise
        self._watching = Watching(self.session, X11_WATCHERS)
        self._layout = "us"
        self._owners: list[subprocess.Popen[str]] = []

    def begin(self) -> None:
        """What has to be there before the programs are."""

    def end(self) -> None:
        self.active.close()
        self.session.end()

    def new_typist(self) -> Typist:
        chosen = choose.typist(choose.Session.X11, self.active)
        assert chosen.candidate == "x11"
        return chosen.service

    def use_layout(self, name: str) -> None:
        if name != self._layout:
            layout, variant = LAYOUTS[name]
            self.session.layout(layout, "-variant", variant)
            self._layout = name

    def use_watcher(self, name: str) -> str:
        return self._watching.use(name)

    def hold(self, key: str) -> None:
        self.session.down(key)

    def let_go(self, key: str) -> None:
        self.session.up(key)

    def keys_are_up(self) -> bool:
        return self.session.keys_are_up()

    def put(self, held: Held) -> None:
        before, self._owners = self._owners, []
        if held.kind == "nothing":
            self.dismiss_typist()
            for owner in before:
                stop(owner)
            wait(lambda: not any(map(self.session.owner, SELECTIONS)))
            return
        kind = TARGETS[held.kind]
        self._owners = [
            self.session.copies(held.content, kind),
            self.session.copies(held.primary, "UTF8_STRING", "PRIMARY"),
        ]
        for owner in before:
            stop(owner)

    def holds(self, held: Held) -> bool:
        if held.kind == "nothing":
            return not any(map(self.session.owner, SELECTIONS))
        copied = self.session.pasted(TARGETS[held.kind])
        return copied == held.content and self.session.pasted(selection="primary") == held.primary

    def text(self) -> bytes:
        return self.session.pasted()
