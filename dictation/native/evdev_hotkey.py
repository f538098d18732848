"""The hotkey from the kernel's input devices, for desktops that tell of none. The user asks for it.

It works everywhere and whatever has the focus, but it hears only: the key reaches the focused
program as well, and it is heard while the screen is locked, or another user is at the keyboard.
"""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Callable
from pathlib import Path

from dictation.errors import HotkeyLost, InputForbidden, NoSuchKey, NotPossibleHere
from dictation.native import kernel_keys
from dictation.native.contracts import Listeners
from dictation.native.evdev_device import FOLDER, Asking, Device, Kernel
from dictation.native.folder_watch import FolderWatch
from dictation.native.held_keys import Heard, HeldKeys, Keys, Move, Told
from dictation.native.key_names import parsed
from dictation.native.waker import Waker
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_SERVICE = Phrase("A hotkey from the input devices")
_BUTTONS = {"mouse4": 0x113, "mouse5": 0x114, "mouseback": 0x116, "mouseforward": 0x115}


def keys(name: str) -> Keys:
    """Of the hotkey of that name. Raises NoSuchKey."""
    button = _BUTTONS.get(name.lower().replace(" ", ""))
    if button is not None:
        return Keys(button, frozenset(), kernel_keys.MODIFIERS, kernel_keys.ESCAPE)
    combination = parsed(name)
    code = kernel_keys.code(combination.key)
    if code is None:
        raise NoSuchKey(key=name)
    return Keys(code, combination.modifiers, kernel_keys.MODIFIERS, kernel_keys.ESCAPE)


class EvdevHotkey:
    """Listens to all keyboards and tells of one key. Raises NotPossibleHere, or NoSuchKey."""

    def __init__(self, key: str, folder: Path | None = None, asking: Asking | None = None) -> None:
        """folder: where the devices are. asking: how they are asked. None: as the kernel has it."""
        folder = folder or FOLDER
        self._keys = keys(key)
        self._folder = folder
        self._asking = asking or Kernel()
        if not folder.is_dir():
            raise NotPossibleHere(
                service=_SERVICE, reason=Phrase("there is no {folder}", folder=folder)
            )
        devices = _Devices(folder, self._asking, self._keys)
        devices.look()
        is_forbidden = devices.is_forbidden
        devices.close()
        if is_forbidden:
            raise InputForbidden(folder=folder)
        self._listener: _Listener | None = None

    def start(self, listeners: Listeners) -> None:
        devices = _Devices(self._folder, self._asking, self._keys)
        self._listener = _Listener(devices, HeldKeys(self._keys), listeners)
        self._listener.start()

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        if self._listener is not None:
            self._listener.watch_escape(on_escape)

    def stop(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()


class _Devices:
    """Those that have one of the keys that matter, as they come and go."""

    def __init__(self, folder: Path, asking: Asking, wanted: Keys) -> None:
        self.folder = folder
        self._asking = asking
        self._wanted = {wanted.hotkey, wanted.escape, *wanted.modifiers}
        self._hotkey = wanted.hotkey
        self.open: dict[Path, Device] = {}
        self._useless: set[Path] = set()
        self.is_forbidden = False

    def look(self) -> None:
        """Opens what is new."""
        paths = set(self.folder.glob("event*"))
        self._useless &= paths
        forbidden = False
        for path in sorted(paths - self.open.keys() - self._useless):
            try:
                device = Device(path, self._asking)
            except PermissionError:
                forbidden = True
            except OSError as failure:
                logger.info("%s is not heard: %s", path, failure)
            else:
                self._keep(path, device)
        # The user's own devices may be open to all, such as a joystick; a keyboard never is.
        has_hotkey = any(self._hotkey in device.keys for device in self.open.values())
        self.is_forbidden = forbidden and not has_hotkey

    def remove(self, path: Path) -> Device:
        """It has been unplugged."""
        device = self.open.pop(path)
        device.close()
        return device

    def close(self) -> None:
        for path in list(self.open):
            self.remove(path)

    def _keep(self, path: Path, device: Device) -> None:
        if device.keys & self._wanted:
            self.open[path] = device
        else:
            device.close()
            self._useless.add(path)


class _Listener(threading.Thread):
    """Reads the devices."""

    def __init__(self, devices: _Devices, held: HeldKeys, listeners: Listeners) -> None:
        super().__init__(name="hotkey", daemon=True)
        self._devices = devices
        self._held = held
        self._tell = {Told.PRESS: listeners.pressed, Told.RELEASE: listeners.released}
        self._lost = listeners.lost
        self._waker = Waker()
        self._stopping = False

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        self._tell[Told.ESCAPE] = on_escape or _nothing
        self._held.watches_escape = on_escape is not None

    def stop(self) -> None:
        self._stopping = True
        self._waker.wake()
        self.join()

    def run(self) -> None:
        try:
            self._listen()
        except Exception as failure:  # the thread's boundary: nobody else would ever hear of it
            logger.exception("the hotkey is no longer heard")
            self._pass_on(self._held.forget())
            if not self._stopping:
                self._lost(HotkeyLost(reason=type(failure).__name__))
        finally:
            self._devices.close()
            self._waker.close()

    def _listen(self) -> None:
        watch = FolderWatch(self._devices.folder)
        try:
            self._devices.look()  # after the watch began: none can slip between them
            while not self._stopping:
                files: list[FolderWatch | Waker | Device] = [watch, self._waker]
                files += self._devices.open.values()
                ready = select.select(files, [], [])[0]
                self._waker.hear()
                if watch in ready:
                    watch.hear()
                    self._devices.look()
                for path, device in list(self._devices.open.items()):
                    if device in ready and not self._stopping:
                        self._hear(path, device)
        finally:
            watch.close()

    def _hear(self, path: Path, device: Device) -> None:
        try:
            moves = device.moves()
        except OSError as failure:
            logger.info("%s is gone: %s", path, failure)
            moves = [(key, Move.UP) for key in self._devices.remove(path).held()]
        for key, move in moves:
            self._pass_on(self._held.heard(key, move))

    def _pass_on(self, heard: Heard) -> None:
        for told in heard.told:
            if not self._stopping:
                self._tell[told]()


def _nothing() -> None:
    pass
