"""The user's keys: what they hear becomes wishes and orders on the GUI thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from dictation import gesture
from dictation.errors import DictationError
from dictation.gesture import Gesture, Mode, Wish
from dictation.native.contracts import Hotkey, Listeners

DICTATE = "dictate"
"""What the hotkey is for; the other keys go by their commands."""


class Keys(QObject):
    """Listens to the hotkey and to the keys of single commands.

    Attributes:
        troubles: why a key could not be had when that was last tried, by command.

    Signals:
        wished(Wish): what a press or a release asks for.
        ordered(str): the key of that command was pressed.
        escaped(): Escape, while it is watched.
        lost(DictationError): the hotkey is not heard any more.
    """

    wished = Signal(object)
    ordered = Signal(str)
    escaped = Signal()
    lost = Signal(object)
    # From the keys' own threads, with the monotonic time in seconds.
    _pressed = Signal(float)
    _released = Signal(float)

    def __init__(
        self,
        hotkey: Hotkey,
        order_keys: Mapping[str, Hotkey],
        mode: Mode,
        is_dictating: Callable[[], bool],
    ) -> None:
        """order_keys: by command."""
        super().__init__()
        self.troubles: dict[str, DictationError] = {}
        self._keys = {DICTATE: hotkey, **order_keys}
        self._gesture = Gesture(mode)
        self._is_dictating = is_dictating
        self._is_begun = False
        self._is_lent = False
        self._watches_escape = False
        self._pressed.connect(self.press)
        self._released.connect(self.release)

    def begin(self) -> list[DictationError]:
        """Grabs the keys; what comes back is why some are not heard."""
        self._is_begun = True
        return [] if self._is_lent else self._start(self._keys)

    def end(self) -> None:
        """Lets all of them go."""
        self._is_begun = False
        self._stop(self._keys)

    @Slot(bool)
    def lend(self, on: bool) -> None:  # noqa: FBT001 - a Qt signal's
        """Lets all of them go for a moment, to whoever wants to see which key is pressed."""
        if on is self._is_lent:
            return
        self._is_lent = on
        if on:
            self._stop(self._keys)
        elif self._is_begun:
            for trouble in self._start(self._keys):
                self.lost.emit(trouble)

    def exchange(self, news: Mapping[str, Hotkey | None]) -> dict[str, DictationError]:
        """These instead of the keys that their commands have now; None: it has none any more.

        Where a new one cannot be had, the old one stays; what comes back is why, by command.
        """
        if DICTATE in news:
            self.release(time.monotonic())  # nobody would tell us of that any more
        before = {each: self._keys[each] for each in news if each in self._keys}
        is_heard = self._is_begun and not self._is_lent
        self._stop(before)
        troubles: dict[str, DictationError] = {}
        for command, key in news.items():
            trouble = self._begun(command, key) if key is not None and is_heard else None
            if trouble is not None:
                troubles[command] = trouble
            elif key is None:
                self._keys.pop(command, None)
            else:
                self._keys[command] = key
        if is_heard:
            kept = {each: key for each, key in before.items() if each in troubles}
            for trouble in self._start(kept):
                self.lost.emit(trouble)
        if self._watches_escape:
            self.watch_escape()
        return troubles

    def change_mode(self, mode: Mode) -> None:
        """What the hotkey does from its next press on."""
        if mode is not self._gesture.mode:
            self.release(time.monotonic())
            self._gesture = Gesture(mode)

    def watch_escape(self) -> None:
        """Until ``ignore_escape``, Escape is kept from programs."""
        self._watches_escape = True
        self._keys[DICTATE].watch_escape(self.escaped.emit)

    def ignore_escape(self) -> None:
        self._watches_escape = False
        self._keys[DICTATE].watch_escape(None)

    @Slot(float)
    def press(self, now_s: float) -> None:
        """The hotkey goes down, or somebody says so from outside."""
        self._gesture, wish = gesture.press(self._gesture, now_s, dictating=self._is_dictating())
        self._wish(wish)

    @Slot(float)
    def release(self, now_s: float) -> None:
        """The hotkey comes up, or somebody says so from outside."""
        self._gesture, wish = gesture.release(self._gesture, now_s, dictating=self._is_dictating())
        self._wish(wish)

    def forget(self) -> None:
        """Nobody can let the hotkey go for us any more."""
        self._gesture = Gesture(self._gesture.mode)

    def _start(self, keys: Mapping[str, Hotkey]) -> list[DictationError]:
        troubles = [self._begun(command, key) for command, key in keys.items()]
        if self._watches_escape:
            self.watch_escape()
        return [trouble for trouble in troubles if trouble is not None]

    def _begun(self, command: str, key: Hotkey) -> DictationError | None:
        """Why it is not heard."""
        self.troubles.pop(command, None)
        try:
            key.start(self._listeners(command))
        except DictationError as error:
            self.troubles[command] = error
            return error
        return None

    def _stop(self, keys: Mapping[str, Hotkey]) -> None:
        for key in keys.values():
            key.stop()

    def _listeners(self, command: str) -> Listeners:
        if command != DICTATE:
            order = partial(self.ordered.emit, command)
            return Listeners(order, lambda: None, self.lost.emit)
        return Listeners(
            lambda: self._pressed.emit(time.monotonic()),
            lambda: self._released.emit(time.monotonic()),
            self.lost.emit,
        )

    def _wish(self, wish: Wish | None) -> None:
        if wish is not None:
            self.wished.emit(wish)
