"""The hotkey from input devices: pipes stand in for them, and carry the kernel's own events.

What a device is asked by ioctl is played; pipes cannot answer that. There is no /dev/input here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation.errors import DictationError, InputForbidden, NoSuchKey, NotPossibleHere
from dictation.lab.running import waited_for
from dictation.native import choose
from dictation.native.choose import Session
from dictation.native.contracts import Listeners
from dictation.native.evdev_device import Device, Kernel
from dictation.native.evdev_hotkey import EvdevHotkey
from dictation.native.held_keys import HeldKeys, Keys, Move, Told
from dictation.native.input_events import DROPPED, KEY, SYNCHRONISATION, InputEvent
from dictation.native.kernel_keys import MODIFIERS, code
from dictation.native.key_names import Modifier

PATIENCE_S = 20
F9, CTRL, CTRL_R, SHIFT, D, ESCAPE = 67, 29, 97, 42, 32, 1
REPEAT = 2


class Played:
    """Answers for the devices."""

    def __init__(self) -> None:
        self.keys: set[int] = {F9, CTRL, CTRL_R, SHIFT, D, ESCAPE}
        self.down: set[int] = set()

    def has(self, _file: int) -> set[int]:
        return self.keys

    def is_down(self, _file: int) -> set[int]:
        return self.down


class Keyboard:
    """A pipe in the place of a device."""

    def __init__(self, path: Path) -> None:
        self._path = path
        os.mkfifo(path)
        self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK)  # so that it does not end with us

    def send(self, *events: tuple[int, int, int]) -> None:
        os.write(self._file, b"".join(InputEvent(*event).packed() for event in events))

    def key(self, number: int, value: int) -> None:
        self.send((4, 4, 0x70000), (KEY, number, value), (SYNCHRONISATION, 0, 0))

    def unplug(self) -> None:
        self._path.unlink()
        os.close(self._file)


class Notes:
    """What the hotkey has told."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self._changed = threading.Condition()
        self.listeners = Listeners(
            lambda: self.note("press"), lambda: self.note("release"), self._lost
        )

    def note(self, event: str) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.events) >= count, PATIENCE_S), (
                self.events
            )

    def _lost(self, error: DictationError) -> None:
        self.note(f"lost: {error}")


class World:
    """A hotkey that listens to a folder of pipes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asking = Played()
        self.heard = Notes()
        self.keyboard = Keyboard(folder / "event0")
        self.hotkey: EvdevHotkey | None = None

    def start(self, key: str = "F9") -> None:
        self.hotkey = EvdevHotkey(key, self.folder, self.asking)
        self.hotkey.start(self.heard.listeners)

    def close(self) -> None:
        if self.hotkey is not None:
            self.hotkey.stop()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    folder = tmp_path / "input"
    folder.mkdir()
    (folder / "mice").touch()
    world = World(folder)
    yield world
    world.close()


def test_a_held_key_is_one_press_and_one_release(world: World) -> None:
    world.start()
    for _ in range(50):
        world.keyboard.key(F9, 1)
        for _ in range(5):
            world.keyboard.key(F9, REPEAT)
        world.keyboard.key(F9, 0)
    world.heard.wait(100)
    world.close()

    assert world.heard.events == ["press", "release"] * 50


def test_a_chord_needs_its_modifiers_and_no_others(world: World) -> None:
    world.start("Ctrl+D")
    keys = world.keyboard
    for number, value in [(D, 1), (D, 0), (CTRL, 1), (SHIFT, 1), (D, 1), (D, 0), (SHIFT, 0)]:
        keys.key(number, value)
    for number, value in [(D, 1), (CTRL, 0), (D, 0)]:  # the modifier may be let go first
        keys.key(number, value)
    world.heard.wait(2)
    world.close()

    assert world.heard.events == ["press", "release"]


def test_a_lone_modifier_is_a_key_like_any_other(world: World) -> None:
    world.start("Right Ctrl")
    for number, value in [(CTRL, 1), (CTRL, 0), (CTRL_R, 1), (CTRL_R, 0)]:
        world.keyboard.key(number, value)
    world.heard.wait(2)
    world.close()

    assert world.heard.events == ["press", "release"]


def test_escape_counts_only_while_it_is_watched(world: World) -> None:
    world.start()
    assert world.hotkey is not None
    world.keyboard.key(ESCAPE, 1)
    world.keyboard.key(ESCAPE, 0)
    world.keyboard.key(F9, 1)
    world.heard.wait(1)
    world.hotkey.watch_escape(lambda: world.heard.note("escape"))
    world.keyboard.key(ESCAPE, 1)
    world.heard.wait(2)
    world.hotkey.watch_escape(None)
    world.keyboard.key(ESCAPE, 0)
    world.keyboard.key(F9, 0)
    world.heard.wait(3)

    assert world.heard.events == ["press", "escape", "release"]


def test_keys_of_two_keyboards_go_together(world: World) -> None:
    other = Keyboard(world.folder / "event1")
    world.start("Shift+F9")
    world.keyboard.key(SHIFT, 1)
    waited_for(lambda: _is_read(world.keyboard), what="the first", timeout_s=PATIENCE_S)
    other.key(F9, 1)
    world.heard.wait(1)
    other.key(F9, 0)
    world.heard.wait(2)

    assert world.heard.events == ["press", "release"]


def _is_read(keyboard: Keyboard) -> bool:
    import fcntl
    import termios

    waiting = bytearray(4)
    fcntl.ioctl(keyboard._file, termios.FIONREAD, waiting)
    return not any(waiting)


def test_a_keyboard_that_is_plugged_in_later_is_heard(world: World) -> None:
    world.start()
    later = Keyboard(world.folder / "event7")
    later.key(F9, 1)
    later.key(F9, 0)
    world.heard.wait(2)

    assert world.heard.events == ["press", "release"]


def test_a_keyboard_that_may_be_read_only_after_a_moment_is_heard(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As udev has it: first the device is there, then its group is set."""
    forbidden = {world.folder / "event7"}
    real = os.open
    refused = threading.Event()

    def guarded(path: os.PathLike[str], flags: int) -> int:
        if path in forbidden and flags & os.O_ACCMODE == os.O_RDONLY:  # the pipe's own end is ours
            refused.set()
            raise PermissionError(13, "Permission denied")
        return real(path, flags)

    world.start()
    monkeypatch.setattr("dictation.native.evdev_device.os.open", guarded)
    later = Keyboard(world.folder / "event7")
    assert refused.wait(PATIENCE_S)
    forbidden.clear()
    (world.folder / "event7").chmod(0o660)
    later.key(F9, 1)
    world.heard.wait(1)

    assert world.heard.events == ["press"]


def test_a_keyboard_that_is_pulled_out_lets_its_keys_go(world: World) -> None:
    world.start()
    world.keyboard.key(F9, 1)
    world.heard.wait(1)
    world.keyboard.unplug()
    world.heard.wait(2)
    Keyboard(world.folder / "event0").key(F9, 1)
    world.heard.wait(3)

    assert world.heard.events == ["press", "release", "press"]


def test_events_that_the_kernel_dropped_leave_no_key_down(world: World) -> None:
    world.start()
    world.keyboard.key(F9, 1)
    world.heard.wait(1)
    world.keyboard.send((SYNCHRONISATION, DROPPED, 0), (KEY, F9, REPEAT), (SYNCHRONISATION, 0, 0))
    world.heard.wait(2)

    assert world.heard.events == ["press", "release"]


def test_a_device_without_the_keys_is_left_alone(world: World) -> None:
    world.asking.keys = {0x110}  # a mouse
    world.start()
    world.keyboard.key(F9, 1)
    world.close()

    assert world.heard.events == []


def test_side_buttons_of_a_mouse_are_keys_too(world: World) -> None:
    world.asking.keys = {0x110, 0x113}
    world.start("Mouse 4")
    world.keyboard.key(0x113, 1)
    world.heard.wait(1)

    assert world.heard.events == ["press"]


def test_who_may_not_read_the_keyboards_is_told_of_the_group(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(_path: object, _flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("dictation.native.evdev_device.os.open", forbidden)
    with pytest.raises(InputForbidden) as refused:
        world.start()

    assert str(world.folder) in str(refused.value)
    assert "usermod -aG input" in refused.value.remedy


def test_what_is_no_device_is_not_heard(tmp_path: Path) -> None:
    (tmp_path / "event0").touch()
    with pytest.raises(OSError, match="Inappropriate ioctl"):
        Device(tmp_path / "event0", Kernel())
    hotkey = EvdevHotkey("F9", tmp_path)
    heard = Notes()
    hotkey.start(heard.listeners)
    hotkey.stop()
    assert heard.events == []


def test_where_there_are_no_devices_another_way_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotPossibleHere, match="there is no"):
        EvdevHotkey("F9", tmp_path / "none")
    with pytest.raises(NoSuchKey):
        EvdevHotkey("Hyper", tmp_path)
    monkeypatch.setattr("dictation.native.evdev_hotkey.FOLDER", tmp_path)
    monkeypatch.setattr("sys.platform", "linux")
    assert choose.hotkey(Session.NONE, "F9", evdev=True).candidate == "evdev"
    assert choose.hotkey(Session.NONE, "F9").candidate == "none"


# --- what a move means


def chord(key: str, *held: Modifier) -> HeldKeys:
    number = code(key)
    assert number is not None
    return HeldKeys(Keys(number, frozenset(held), MODIFIERS, ESCAPE))


def test_a_release_that_was_lost_is_made_up_for() -> None:
    keys = chord("F9")
    assert keys.heard(F9, Move.DOWN).told == (Told.PRESS,)
    assert keys.heard(F9, Move.DOWN).told == (Told.RELEASE, Told.PRESS)
    assert keys.forget().told == (Told.RELEASE,)
    assert keys.heard(F9, Move.UP).told == ()


def test_only_what_belongs_to_a_press_is_kept_from_the_program() -> None:
    keys = chord("d", Modifier.CTRL)
    moves = [(D, Move.DOWN), (D, Move.REPEATED), (D, Move.UP), (CTRL, Move.DOWN)]
    assert not any(keys.heard(*move).is_ours for move in moves)
    moves = [(D, Move.DOWN), (D, Move.REPEATED), (D, Move.UP)]
    assert all(keys.heard(*move).is_ours for move in moves)
    assert not keys.heard(CTRL, Move.UP).is_ours


def test_escape_is_kept_whole_or_not_at_all() -> None:
    keys = chord("F9")
    assert not keys.heard(ESCAPE, Move.DOWN).is_ours
    keys.watches_escape = True
    assert not keys.heard(ESCAPE, Move.UP).is_ours
    assert keys.heard(ESCAPE, Move.DOWN).told == (Told.ESCAPE,)
    assert keys.heard(ESCAPE, Move.REPEATED).is_ours
    keys.watches_escape = False
    assert keys.heard(ESCAPE, Move.UP).is_ours
    assert not keys.heard(ESCAPE, Move.DOWN).is_ours
