"""A desktop with targets on it, as the matrix needs it."""

from __future__ import annotations

import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

from dictation.native.contracts import ActiveWindow, Typist

PNG = bytes.fromhex("89504e470d0a1a0a") + bytes(range(256)) * 40
OLD = "what was on the clipboard before, 以前的"
MARKED = "what was marked before, 选中的"


class Field(Protocol):
    """A program that takes text."""

    process: subprocess.Popen[str]
    """That hangs, if the program does."""

    @property
    def text(self) -> str:
        """All that it has got since it was ready."""
        ...

    def ready(self) -> None:
        """Empty and with the focus."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """What a clipboard holds, and the primary selection beside it."""

    kind: str
    """"text", "image" or "nothing"."""
    content: bytes
    primary: bytes


TEXT = Held("text", OLD.encode(), MARKED.encode())
IMAGE = Held("image", PNG, MARKED.encode())
NOTHING = Held("nothing", b"", b"")


class World(ABC):
    """Attributes:
    fields: the targets that are there.
    not_there: of the others, why.
    active: knows the focused window.
    """

    fields: dict[str, Field]
    not_there: dict[str, str]
    active: ActiveWindow

    _typist: Typist | None = None

    def typist(self) -> Typist:
        """A fresh one, to which the caret's place is unknown; the one before is there until then.

        It answers for the clipboard, and some managers bring back what they know if nobody does.
        """
        fresh = self.new_typist()
        self.dismiss_typist()
        self._typist = fresh
        return fresh

    def dismiss_typist(self) -> None:
        if self._typist is not None:
            self._typist.close()
            self._typist = None

    @abstractmethod
    def new_typist(self) -> Typist: ...

    def close(self) -> None:
        self.dismiss_typist()
        self.end()

    @abstractmethod
    def end(self) -> None: ...

    @abstractmethod
    def use_layout(self, name: str) -> None: ...

    @abstractmethod
    def use_watcher(self, name: str) -> str:
        """Has that program, and no other, look at each new clipboard; "": none.

        Returns why it cannot; empty: it does.
        """

    @abstractmethod
    def hold(self, key: str) -> None: ...

    @abstractmethod
    def let_go(self, key: str) -> None: ...

    @abstractmethod
    def keys_are_up(self) -> bool: ...

    @abstractmethod
    def put(self, held: Held) -> None:
        """Another program copies that; the ones before have ended by then."""

    @abstractmethod
    def holds(self, held: Held) -> bool:
        """Whether any program would get that from the clipboard and the primary selection."""

    @abstractmethod
    def text(self) -> bytes:
        """Of the clipboard."""
