"""What the program asks of a platform. Each candidate raises NotPossibleHere when it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dictation.errors import DictationError
from dictation.speech import Verdict


@dataclass(frozen=True, slots=True)
class Target:
    """The window that text is meant for."""

    window: int
    """The platform's own number of it; 0 where it has none."""
    app: str
    """Window class, application id or executable, in lower case; empty if it cannot be known."""
    process: int = 0
    """Whatever tells the windows of one program from those of another; 0 if nothing does."""

    is_password: bool = False
    """Whether the focus is in a field of it that is known to be for a password."""

    def same_app(self, other: Target) -> bool:
        """Whether both are windows of one program."""
        if self.process and other.process:
            return self.process == other.process
        return self.window == other.window or (bool(self.app) and self.app == other.app)


class ActiveWindow(Protocol):
    """Knows which window has the focus."""

    def target(self) -> Target | None:
        """None where that cannot be known. Answers within milliseconds, from any thread."""
        ...


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told of a hotkey. They are called on its own thread, and must return at once."""

    pressed: Callable[[], None]
    released: Callable[[], None]
    lost: Callable[[DictationError], None]
    """Told once if the key will not be heard, or no longer; a press has been released by then."""


class PasswordFields(Protocol):
    """Knows fields in which passwords are typed, as far as programs tell."""

    def is_focused(self) -> bool:
        """Whether one of them has the focus. Answers within 100 ms, from any thread."""
        ...

    def close(self) -> None: ...


class Hotkey(Protocol):
    """Hears the configured keys and nothing else; they do not reach the focused program."""

    def start(self, listeners: Listeners) -> None:
        """Raises HotkeyTaken if another program has the key, NoSuchKey if no key has that name.

        A held key gives one press and one release, however often it repeats.
        """
        ...

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        """While a listener is given, Escape is grabbed too and heard; None lets it go again."""
        ...

    def stop(self) -> None:
        """Lets all keys go. No listener is called after it returns."""
        ...


class Watch(Protocol):
    """Something that is listened for until it is stopped."""

    def stop(self) -> None: ...


class Typist(Protocol):
    """Puts text where it is meant. Its methods block; only the insertion thread calls them."""

    def insert(self, text: str, target: Target | None) -> Verdict:
        """Inserts the text into the focused window if that is the target's program.

        Text that is not delivered for sure stays on the clipboard. Never raises for what a
        platform may do: the verdict's reason tells it. The clipboard is as it was before once
        this returns with DELIVERED.
        """
        ...

    def copy(self, text: str) -> Verdict:
        """Puts the text on the clipboard, for the user to paste."""
        ...

    def undo(self) -> Verdict:
        """Takes the last insertion away again, if the caret must still stand behind it."""
        ...

    def close(self) -> None:
        """No key stays down, nothing stays grabbed."""
        ...
