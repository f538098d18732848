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


class Keys(QObject):
    """Listens to the hotkey and to the keys of single commands.

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
        self._hotkey = hotkey
        self._order_keys = order_keys
        self._gesture = Gesture(mode)
        self._is_dictating = is_dictating
        self._pressed.connect(self.press)
        self._released.connect(self.release)

    @property
    def is_held(self) -> bool:
        """Whether the hotkey is down."""
        return self._gesture.down

    def begin(self) -> list[DictationError]:
        """Grabs the keys; what comes back is why some are not heard."""
        troubles: list[DictationError] = []
        dictate = Listeners(
            lambda: self._pressed.emit(time.monotonic()),
            lambda: self._released.emit(time.monotonic()),
            self.lost.emit,
        )
        keys = [(self._hotkey, dictate)]
        for command, key in self._order_keys.items():
            order = partial(self.ordered.emit, command)
            keys.append((key, Listeners(order, lambda: None, self.lost.emit)))
        for key, listeners in keys:
            try:
                key.start(listeners)
            except DictationError as error:
                troubles.append(error)
        return troubles

    def end(self) -> None:
        """Lets all of them go."""
        for key in (self._hotkey, *self._order_keys.values()):
            key.stop()

    def watch_escape(self) -> None:
        """Until ``ignore_escape``, Escape is kept from programs."""
        self._hotkey.watch_escape(self.escaped.emit)

    def ignore_escape(self) -> None:
        self._hotkey.watch_escape(None)

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

    def _wish(self, wish: Wish | None) -> None:
        if wish is not None:
            self.wished.emit(wish)
