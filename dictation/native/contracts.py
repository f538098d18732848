"""What the program asks of a platform. Each candidate raises NotPossibleHere when it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

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


@runtime_checkable
class Windows(Protocol):
    """A desktop on which a program places its windows itself."""

    def are_see_through(self) -> bool:
        """Whether what is behind a window shines through where it is transparent, as it is now."""
        ...


@runtime_checkable
class Layer(Protocol):
    """A picture that the compositor places: above all windows, at an edge in the middle.

    It gets neither the focus nor clicks. For one thread. Everything but ``close`` raises
    DesktopGone once the compositor is gone.
    """

    def fileno(self) -> int:
        """For select: readable when ``hear`` has something to do."""
        ...

    def hear(self) -> None: ...

    def show(self, shape: LayerShape) -> None:
        """On the screen that the compositor takes for the one in use."""
        ...

    def put(self, pixels: memoryview, damage: tuple[int, int, int, int]) -> None:
        """What is to be seen from now on.

        pixels: of the shape's size times its scale; premultiplied, each blue, green, red, alpha.
        damage: left, top, width and height of what has changed, in pixels that are not scaled.
        The compositor is given pictures as fast as it shows them: one that comes too early waits,
        and takes the place of one that waits already.
        """
        ...

    def hide(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class LayerShape:
    """Size and place of a layer, in pixels that the screen scales."""

    width: int
    height: int
    scale: int
    is_at_top: bool
    margin: int
    """From the edge."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a desktop is to look, as its user has it."""

    is_dark: bool | None = None
    """None: the desktop says nothing of it."""
    moves_less: bool = False


class Looks(Protocol):
    """Knows how the desktop is to look. Asked from any thread."""

    @property
    def latest(self) -> Appearance: ...

    def stop(self) -> None: ...


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
