"""A screen of its own for tests: Xvfb and a window manager, with keys, windows and clipboard."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from Xlib import XK, X, Xatom, error
from Xlib.display import Display
from Xlib.ext import xtest

from tests.programs.fields import HERE as HERE
from tests.programs.fields import SYSTEM_PYTHON as SYSTEM_PYTHON
from tests.programs.fields import Editor as Editor
from tests.programs.fields import Terminal as Terminal
from tests.programs.fields import gtk_editor as gtk_editor
from tests.programs.fields import qt_editor as qt_editor
from tests.programs.screen import Screen
from tests.programs.screen import stop as stop
from tests.programs.screen import wait as wait

PROGRAMS = ("Xvfb", "xfwm4", "dbus-daemon", "xclip", "xterm", "setxkbmap")


def let_pass(seconds: float) -> None:
    """Time in which something must not happen."""
    until = time.monotonic() + seconds
    wait(lambda: time.monotonic() > until, seconds + 1)


class Session(Screen):
    """A screen and a window manager."""

    def __init__(self, folder: Path, **variables: str) -> None:
        """variables: further ones of the environment of all its programs."""
        missing = [name for name in PROGRAMS if shutil.which(name) is None]
        assert not missing, f"install the programs {missing}"
        ours = ("PATH", "LANG", "PYTHONPATH", "COVERAGE_PROCESS_START")
        kept = {name: os.environ[name] for name in ours if name in os.environ}
        of_session = {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "XDG_SESSION_TYPE": "x11",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus",
            "LC_ALL": "C.UTF-8",
            "NO_AT_BRIDGE": "1",
            "QT_QPA_PLATFORM": "xcb",
            "GDK_BACKEND": "x11",
        }
        super().__init__(folder, kept | of_session | variables)

    def boot(self) -> None:
        address = self.environment["DBUS_SESSION_BUS_ADDRESS"]
        self.start("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}")
        self.environment["DISPLAY"] = self.name = self._start_screen()
        self.connection = Display(self.name)
        self._ended.callback(self.connection.close)
        self.start("xfwm4", "--compositor=off", "--sm-client-disable")
        wait(lambda: self.root_property("_NET_SUPPORTING_WM_CHECK"))

    def _start_screen(self) -> str:
        reader, writer = os.pipe()
        self.start(
            *("Xvfb", "-displayfd", str(writer), "-screen", "0", "1024x768x24"),
            *("-nolisten", "tcp", "-noreset", "+extension", "XTEST"),
            pass_fds=(writer,),
        )
        os.close(writer)
        with os.fdopen(reader, encoding="ascii") as told:
            return ":" + told.readline().strip()

    # --- keys

    def down(self, *names: str) -> None:
        self._fake(X.KeyPress, names)

    def up(self, *names: str) -> None:
        self._fake(X.KeyRelease, names)

    def tap(self, *names: str) -> None:
        for name in names:
            self.down(name)
            self.up(name)

    def click(self, button: int) -> None:
        self.click_down(button)
        self.click_up(button)

    @contextlib.contextmanager
    def menu(self) -> Iterator[None]:
        """Takes keyboard and mouse, as programs do while a menu of theirs is open."""
        root, mode = self.connection.screen().root, X.GrabModeAsync
        assert root.grab_keyboard(0, mode, mode, X.CurrentTime) == X.GrabSuccess
        mask = X.ButtonPressMask
        taken = root.grab_pointer(0, mask, mode, mode, X.NONE, X.NONE, X.CurrentTime)
        assert taken == X.GrabSuccess
        try:
            yield
        finally:
            self.connection.ungrab_keyboard(X.CurrentTime)
            self.connection.ungrab_pointer(X.CurrentTime)
            self.connection.sync()

    def click_down(self, button: int) -> None:
        xtest.fake_input(self.connection, X.ButtonPress, button)
        self.connection.sync()

    def click_up(self, button: int) -> None:
        xtest.fake_input(self.connection, X.ButtonRelease, button)
        self.connection.sync()

    def _fake(self, kind: int, names: tuple[str, ...]) -> None:
        for name in names:
            xtest.fake_input(self.connection, kind, self.keycode(name))
        self.connection.sync()

    def keycode(self, name: str) -> int:
        while self.connection.pending_events():
            event = self.connection.next_event()
            if event.type == X.MappingNotify:
                self.connection.refresh_keyboard_mapping(event)
        return int(self.connection.keysym_to_keycode(XK.string_to_keysym(name)))

    def repeats(self, name: str) -> bool:
        """Whether the key does so while it is held."""
        code = self.keycode(name)
        every = self.connection.get_keyboard_control().auto_repeats
        return bool(every[code >> 3] >> (code & 7) & 1)

    def keys_are_up(self) -> bool:
        return not any(self.connection.query_keymap())

    def is_grabbed(self, name: str) -> bool:
        """Whether a program keeps it from all others, found by trying to grab it."""
        refusal, root = error.CatchError(error.BadAccess), self.connection.screen().root
        code = self.keycode(name)
        root.grab_key(code, 0, 0, X.GrabModeAsync, X.GrabModeAsync, onerror=refusal)
        root.ungrab_key(code, 0)
        self.connection.sync()
        return refusal.get_error() is not None

    def layout(self, *arguments: str) -> None:
        subprocess.run(["setxkbmap", *arguments], env=self.environment, check=True)

    # --- windows

    def root_property(self, name: str) -> Any:
        atom = self.connection.get_atom(name)
        found = self.connection.screen().root.get_full_property(atom, X.AnyPropertyType)
        return found and found.value

    def window_of(self, process: subprocess.Popen[str]) -> int:
        def found() -> list[int]:
            windows = self.root_property("_NET_CLIENT_LIST") or ()
            return [number for number in windows if self._pid_of(number) == process.pid]

        return int(wait(found, timeout_s=60)[0])

    def _pid_of(self, window: int) -> int:
        """0 of one that does not say, or has gone."""
        name = self.connection.get_atom("_NET_WM_PID")
        try:
            told = self.connection.create_resource_object("window", window).get_full_property(
                name, Xatom.CARDINAL
            )
        except error.BadWindow:
            return 0
        return int(told.value[0]) if told else 0

    def focus(self, window: int) -> None:
        """Gives a window the focus as a taskbar does, and waits until its program has it."""
        mask = ~self.connection.display.info.resource_id_mask

        def has_it() -> bool:
            focused = getattr(self.connection.get_input_focus().focus, "id", 0)
            active = self.root_property("_NET_ACTIVE_WINDOW")
            return focused & mask == window & mask and bool(active) and active[0] == window

        if not has_it():
            from Xlib.protocol.event import ClientMessage

            target = self.connection.create_resource_object("window", window)
            message = ClientMessage(
                window=target,
                client_type=self.connection.get_atom("_NET_ACTIVE_WINDOW"),
                data=(32, [2, X.CurrentTime, 0, 0, 0]),
            )
            mask_of_event = X.SubstructureRedirectMask | X.SubstructureNotifyMask
            self.connection.screen().root.send_event(message, event_mask=mask_of_event)
            wait(has_it)

    # --- clipboard

    def owner(self, selection: str = "CLIPBOARD") -> int:
        owner = self.connection.get_selection_owner(self.connection.get_atom(selection))
        return int(getattr(owner, "id", 0))

    def copies(
        self, content: bytes, target: str = "UTF8_STRING", selection: str = "CLIPBOARD"
    ) -> subprocess.Popen[str]:
        """Another program copies that; the process is the owner of the clipboard."""
        before, file = self.owner(selection), self.folder / "copied"
        file.write_bytes(content)
        with file.open("rb") as stdin:
            process = self.start(
                *("xclip", "-quiet", "-selection", selection.lower(), "-t", target), stdin=stdin
            )
        wait(lambda: self.owner(selection) not in (0, before))
        return process

    def pasted(self, target: str = "UTF8_STRING", selection: str = "clipboard") -> bytes:
        """What any program would get; empty if there is nothing."""
        return subprocess.run(
            ["xclip", "-o", "-selection", selection, "-t", target],
            env=self.environment,
            capture_output=True,
            check=False,
            timeout=20,
        ).stdout


@contextlib.contextmanager
def stopped(process: subprocess.Popen[str]) -> Iterator[None]:
    """A program that hangs."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)
