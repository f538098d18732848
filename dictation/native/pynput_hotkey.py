"""The hotkey through pynput, for Windows and macOS: heard, and kept from the focused program.

pynput installs the system's hook; what its events mean is decided here. Never run where written.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol

from dictation.errors import HotkeyLost, NotPossibleHere
from dictation.native.contracts import Listeners
from dictation.native.held_keys import HeldKeys, Keys, Move, Told
from dictation.translation import Phrase, Words

logger = logging.getLogger(__name__)

Hear = Callable[[int, Move], bool]
"""Told what a key did; whether it is to be kept from the focused program."""


class Hook(Protocol):
    """How one system tells of keys."""

    keys: Keys
    why_deaf: Words
    """The reason if it hears nothing any more."""

    def listener(self, hear: Hear) -> Any:
        """One of pynput's, not started. Raises NotPossibleHere."""
        ...


class PynputHotkey:
    """Listens to all keys and tells of one."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self._held = HeldKeys(hook.keys)
        self._listeners: Listeners | None = None
        self._listener: Any = None
        self._on_escape: Callable[[], None] | None = None

    def start(self, listeners: Listeners) -> None:
        self._listeners = listeners
        self._listener = self._hook.listener(self._hear)
        self._listener.start()
        watch = threading.Thread(target=self._watch, args=(self._listener,), daemon=True)
        watch.start()

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        self._on_escape = on_escape
        self._held.watches_escape = on_escape is not None

    def stop(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()
            with contextlib.suppress(Exception):  # what ended it before; that was told already
                listener.join()

    def _hear(self, key: int, move: Move) -> bool:
        heard = self._held.heard(key, move)
        for told in heard.told:
            self._tell(told)
        return heard.is_ours

    def _tell(self, told: Told) -> None:
        listeners, on_escape = self._listeners, self._on_escape
        if self._listener is None or listeners is None:
            return
        if told is Told.PRESS:
            listeners.pressed()
        elif told is Told.RELEASE:
            listeners.released()
        elif on_escape is not None:
            on_escape()

    def _watch(self, listener: Any) -> None:
        """pynput's thread ends when the system takes its hook away, or gave it none."""
        try:
            listener.join()
        except Exception as failure:  # noqa: BLE001 - whatever ended it; nobody else would hear of it
            logger.warning("pynput has ended: %s", failure)
        listeners = self._listeners
        if self._listener is not listener or listeners is None:
            return
        for told in self._held.forget().told:
            self._tell(told)
        listeners.lost(HotkeyLost(reason=self._hook.why_deaf))


def keyboard() -> Any:
    """pynput's. Raises NotPossibleHere."""
    try:
        from pynput import keyboard
    except ImportError as error:  # also where the system lets nobody listen
        raise NotPossibleHere(
            service=Phrase("A hotkey through pynput"), reason=str(error)
        ) from error
    return keyboard
