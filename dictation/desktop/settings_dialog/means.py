"""What the settings window needs of the rest of the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from dictation.audio.level import Meter
from dictation.desktop.server_dialog import Entry
from dictation.desktop.widgets.hotkey_field import Check
from dictation.desktop.widgets.level_meter import Listen
from dictation.settings import Settings


class Choosing(Protocol):
    """Holds the settings of the running program; ``Choices`` does."""

    changed: SignalInstance
    """changed(Settings, Settings): what they were, and are now."""
    mistaken: SignalInstance
    """mistaken(DictationError): the settings file cannot be used; None: it can again."""

    @property
    def settings(self) -> Settings: ...

    def choose(self, chosen: Settings) -> None:
        """From now on these."""
        ...

    def written(self, heard: str) -> str:
        """What is written for a whole text."""
        ...


class Login(Protocol):
    """Whether the program starts when the user logs in; ``native.login`` is one."""

    def possible(self) -> bool: ...

    def is_on(self) -> bool: ...

    def turn(self, on: bool) -> None:  # noqa: FBT001 - what is wished
        """Raises a DictationError."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What is done when something is chosen that no settings file keeps, and what is asked."""

    choices: Choosing
    login: Login
    microphones: Callable[[], list[str]]
    """Their names. Raises a DictationError."""
    listen: Listen
    taking: Meter | None
    """Hears what dictations record."""
    why_not_key: Check
    """For keys that the program does not have yet."""
    lend_keys: Callable[[bool], None]
    """The program lets its keys go, or takes them again."""
    enter_server: Callable[[Entry], None]
    play: Callable[[int], None]
    """A sound, as loud as that, in percent."""
    open_file: Callable[[], None]
    """The settings file, in the user's editor."""
    model_panel: Callable[[], QWidget] | None = None
    """What is known of the model, and done with it."""
    keys_are_wishes: Callable[[], bool] = bool
    """Whether the desktop decides which key it really is."""
